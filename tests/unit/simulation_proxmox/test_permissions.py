"""Privileges: roles on paths, privilege separation, pools."""

from bot.simulation.proxmox.permissions import PRIVILEGES, Access, Token

USER, TOKEN = "bot@pve", "bot@pve!slack"


def access() -> Access:
    """Build access lists with a reading and a changing role; guest 100 is in pool prod/db."""
    made = Access(lambda path: "prod/db" if path == "/vms/100" else None)
    made.roles |= {
        "Read": frozenset({"VM.Audit"}),
        "Change": frozenset({"VM.Audit", "VM.Config.Memory"}),
    }
    made.tokens[TOKEN] = Token("secret", privsep=True)
    return made


def test_separated_token_needs_the_right_itself() -> None:
    """A fresh token with privilege separation can do nothing, whatever its user may."""
    lists = access()
    lists.grant("/", USER, "Change")
    assert lists.privileges(TOKEN, "/vms/100") == frozenset()


def test_separated_token_has_the_intersection() -> None:
    """User and token both need the privilege."""
    lists = access()
    lists.grant("/", USER, "Change")
    lists.grant("/vms", TOKEN, "Read")
    assert lists.privileges(TOKEN, "/vms/100") == {"VM.Audit"}


def test_token_without_separation_has_its_users_rights() -> None:
    """privsep=0 gives the token all its user has."""
    lists = access()
    lists.tokens[TOKEN] = Token("secret", privsep=False)
    lists.grant("/", USER, "Change")
    assert lists.may(TOKEN, "/vms/100", "VM.Config.Memory")


def test_deeper_entry_takes_the_place_of_the_upper_one() -> None:
    """A role on a guest replaces what the root gives, it does not add to it."""
    lists = access()
    lists.grant("/", USER, "Change")
    lists.grant("/vms/101", USER, "Read")
    assert lists.privileges(USER, "/vms/101") == {"VM.Audit"}


def test_pool_gives_its_rights_to_members() -> None:
    """A role on a pool, or on the pool above it, counts for its guests."""
    lists = access()
    lists.grant("/pool/prod", USER, "Change")
    assert lists.may(USER, "/vms/100", "VM.Config.Memory")
    assert not lists.may(USER, "/vms/101", "VM.Config.Memory")


def test_no_access_wins() -> None:
    """NoAccess takes everything away."""
    lists = access()
    lists.grant("/vms/100", USER, "Change")
    lists.grant("/vms/100", USER, "NoAccess")
    assert lists.privileges(USER, "/vms/100") == frozenset()


def test_superuser_has_everything() -> None:
    """root@pam needs no access list."""
    assert access().privileges("root@pam", "/vms/100") == PRIVILEGES


def test_revoked_privilege_is_gone_for_all() -> None:
    """Tests can take a privilege away from every role."""
    lists = access()
    lists.grant("/", USER, "Change")
    lists.revoke("VM.Config.Memory")
    assert not lists.may(USER, "/vms/100", "VM.Config.Memory")
