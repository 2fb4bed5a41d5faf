"""Which privileges our token needs, where, and for what; and the commands that grant them. Pure.

Source of each: FACTS §1 (the permission checks of qemu-server, pve-container, pve-storage). All of
these names exist in PVE 8 and 9 alike, so one role serves both: VM.Monitor (8 only) and VM.GuestAgent.*
(9 only) are not needed.
"""

import shlex
from dataclasses import dataclass

from bot.model.estate import ClusterPicture, Rights
from bot.model.feature import EVERYTHING, Feature, Features

ROLE = "Headroom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """One privilege: the path it is needed on or below, why, and by which operations (none: reads).

    A `feature` that is off drops it.
    """

    name: str
    path: str
    why: str
    operations: tuple[str, ...] = ()
    feature: Feature | None = None


_POWER = ("start", "shutdown", "reboot", "stop", "resources")

PRIVILEGES = (
    Privilege(name="VM.Audit", path="/vms", why="to see guests, their settings and figures"),
    Privilege(name="Sys.Audit", path="/nodes", why="to see what a node has and what is in use"),
    Privilege(name="Sys.Audit", path="/", why="to see the quorum and the registered tags"),
    Privilege(name="Datastore.Audit", path="/storage", why="to see how full a storage is"),
    Privilege(
        name="VM.Config.Memory",
        path="/vms",
        why="to change memory, swap and balloon",
        operations=("resources", "revert"),
        feature=Feature.MEMORY,
    ),
    Privilege(
        name="VM.Config.CPU",
        path="/vms",
        why="to change cores, vcpus and cpulimit",
        operations=("resources", "revert"),
        feature=Feature.CPU,
    ),
    Privilege(
        name="VM.Config.Disk",
        path="/vms",
        why="to grow a disk",
        operations=("resources",),
        feature=Feature.DISKS,
    ),
    Privilege(
        name="VM.Config.Options",
        path="/vms",
        why="to grow a CT's disk (its size is checked as an option, too)",
        operations=("resources",),
        feature=Feature.DISKS,
    ),
    Privilege(
        name="Datastore.AllocateSpace",
        path="/storage",
        why="to grow a disk",
        operations=("resources",),
        feature=Feature.DISKS,
    ),
    Privilege(
        name="VM.PowerMgmt",
        path="/vms",
        why="to start, shut down, reboot and stop; a restart that applies a change",
        operations=_POWER,
        feature=Feature.POWER,
    ),
    Privilege(
        name="VM.Snapshot",
        path="/vms",
        why="to take, delete and roll back snapshots",
        operations=("snapshot", "delsnapshot", "rollback"),
        feature=Feature.SNAPSHOTS,
    ),
)
"""Every privilege the code needs, with all features; not one more."""


def privileges(features: Features = EVERYTHING) -> tuple[Privilege, ...]:
    """Return the privileges that these features need."""
    return tuple(privilege for privilege in PRIVILEGES if features.has(privilege.feature))


def names(features: Features = EVERYTHING) -> tuple[str, ...]:
    """Return their names, each once, sorted."""
    return tuple(sorted({privilege.name for privilege in privileges(features)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A privilege that is missing: `everywhere`, or on these of `of` places that can be seen.

    VM.Audit may be missing on guests that cannot be seen for that very reason: then `places` is empty.
    """

    privilege: Privilege
    everywhere: bool
    places: tuple[str, ...] = ()
    of: int = 0


def gaps(
    rights: Rights, picture: ClusterPicture, features: Features = EVERYTHING
) -> tuple[Gap, ...]:
    """Return what our token lacks for what can be seen of the cluster.

    A token may be granted rights on some guests, pools or storages alone: then the gap names the others.
    """
    found = (_gap(privilege, rights, picture) for privilege in privileges(features))
    return tuple(gap for gap in found if gap is not None)


def _gap(privilege: Privilege, rights: Rights, picture: ClusterPicture) -> Gap | None:
    places = _places(privilege.path, picture)
    lacking = tuple(place for place in places if not rights.holds(place, privilege.name))
    on_all = rights.holds(privilege.path, privilege.name)
    if not on_all and len(lacking) == len(places):
        return Gap(privilege=privilege, everywhere=True)
    if lacking or (not on_all and privilege.name == "VM.Audit"):
        return Gap(privilege=privilege, everywhere=False, places=lacking, of=len(places))
    return None


def _places(path: str, picture: ClusterPicture) -> tuple[str, ...]:
    """Return the places that the path stands for, as far as they can be seen."""
    below = {
        "/vms": {f"/vms/{guest.ref.vmid}" for guest in picture.guests},
        "/nodes": {f"/nodes/{node.name}" for node in picture.nodes},
        "/storage": {f"/storage/{storage.name}" for storage in picture.storages},
    }
    return tuple(sorted(below.get(path, ())))


def unneeded(rights: Rights, features: Features) -> tuple[Privilege, ...]:
    """Return the privileges that our token holds for features that are off."""
    dropped = (privilege for privilege in PRIVILEGES if not features.has(privilege.feature))
    return tuple(p for p in dropped if rights.holds(p.path, p.name))


def role_commands(features: Features = EVERYTHING) -> tuple[str, ...]:
    """Return the line that makes the role; with `modify` instead of `add` it brings one up to date."""
    return (f'pveum role add {ROLE} --privs "{" ".join(names(features))}"',)


def grant_commands(user: str, token_name: str) -> tuple[str, ...]:
    """Return the lines that give the role to user and token: a privsep token needs both."""
    token = shlex.quote(f"{user}!{token_name}")
    return (
        f"pveum acl modify / --users {user} --roles {ROLE}",
        f"pveum acl modify / --tokens {token} --roles {ROLE}",
    )


def token_commands(user: str, token_name: str) -> tuple[str, ...]:
    """Return the lines that make user and token; the last one shows the secret, once."""
    return (
        f'pveum user add {user} --comment "Headroom"',
        f"pveum user token add {user} {token_name} --privsep 1",
    )


def mending_commands(
    user: str, token_name: str, features: Features = EVERYTHING
) -> tuple[str, ...]:
    """Return the lines that bring an existing role, user and token up to date."""
    modify = fitting_command(features)
    return (f"{modify}   # no such role yet: role add", *grant_commands(user, token_name))


def fitting_command(features: Features) -> str:
    """Return the line that gives an existing role exactly what the features need."""
    return role_commands(features)[0].replace("role add", "role modify")
