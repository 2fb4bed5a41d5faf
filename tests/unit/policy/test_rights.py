"""Who may ask about which guest."""

from bot.policy import Group, GuestFilter, Policy, Role, may_ask, rights_of, visible
from tests.unit.policy.people import ANA, BOB, DAN, OPS, ROSTER, guest, policy, rule

WEB, DB = guest(101, tags=("web", "prod")), guest(104, pool="prod/db")
POLICY = Policy(
    roles=(
        Role(
            name="web team",
            members=("S0WEB",),
            may=("request", "power"),
            guests=GuestFilter(tags=("web",)),
        ),
        Role(name="administrators", members=("ops",), may=("view", "operate")),
    )
)


def test_a_right_holds_for_the_guests_of_the_role_only() -> None:
    """Somebody of the web team may ask about web guests and knows of no others."""
    assert may_ask(POLICY, ROSTER, DAN, WEB, "request")
    assert not may_ask(POLICY, ROSTER, DAN, DB, "request")
    assert visible(POLICY, ROSTER, DAN, [WEB, DB]) == (WEB,)


def test_any_right_on_a_guest_includes_seeing_it() -> None:
    """The role names `request` and `power`; `view` follows, `force` does not."""
    assert may_ask(POLICY, ROSTER, DAN, WEB, "view")
    assert not may_ask(POLICY, ROSTER, DAN, WEB, "force")
    assert rights_of(POLICY, ROSTER, DAN) == (("web team",), ("view", "request", "power"))


def test_who_has_no_role_sees_nothing() -> None:
    """Bob is in a group, and in no role."""
    assert visible(POLICY, ROSTER, BOB, [WEB, DB]) == ()
    assert rights_of(POLICY, ROSTER, BOB) == ((), ())


def test_operating_is_about_no_guest() -> None:
    """`operate` is asked without a guest, and a right on guests is not."""
    assert may_ask(POLICY, ROSTER, ANA, None, "operate")
    assert not may_ask(POLICY, ROSTER, DAN, None, "operate")
    assert not may_ask(POLICY, ROSTER, ANA, None, "view")


def test_without_roles_everybody_may_ask_and_approvers_may_operate() -> None:
    """Small teams need no roles; a word that is no right is never held."""
    small = policy(rule("all", quorums=OPS))
    assert may_ask(small, ROSTER, DAN, DB, "rollback")
    assert not may_ask(small, ROSTER, DAN, DB, "fly")
    assert may_ask(small, ROSTER, BOB, None, "operate")
    assert not may_ask(small, ROSTER, DAN, None, "operate")
    assert visible(small, ROSTER, DAN, [WEB, DB]) == (WEB, DB)
    assert "operate" not in rights_of(small, ROSTER, DAN)[1]


def test_children_of_a_pool_belong_to_it() -> None:
    """`prod` holds `prod/db`, and `pro` does not."""
    ref, name, node = DB.ref, DB.name, DB.node
    for pool, expected in (("prod", True), ("prod/db", True), ("pro", False), ("prod/d", False)):
        held = GuestFilter(pools=(pool,)).holds(ref, name, node, tags=(), pool=DB.pool)
        assert held is expected


def test_every_list_of_a_filter_must_hold() -> None:
    """Within a list one is enough; lists narrow each other."""
    both = GuestFilter(tags=("web", "mail"), guests=("guest-101", "999"))
    assert both.holds(WEB.ref, WEB.name, WEB.node, tags=WEB.tags, pool="")
    assert not both.holds(DB.ref, "guest-101", DB.node, tags=(), pool="")
    by_key = GuestFilter(guests=("paris/101",), clusters=("paris",), nodes=("pve1",))
    assert by_key.holds(WEB.ref, "renamed", "pve1", tags=(), pool="")
    assert not by_key.holds(WEB.ref, "renamed", "pve2", tags=(), pool="")


def test_memberships_name_all_that_the_directory_resolves() -> None:
    """Groups by name, roles by a key of their own, with the ids of the groups they name."""
    ops = Group(name="ops", members=("U0ANA", "U0BOB"))
    full = Policy(groups=(ops,), roles=POLICY.roles)
    assert full.memberships == {
        "ops": ops.members,
        "role:web team": ("S0WEB",),
        "role:administrators": ("U0ANA", "U0BOB"),
    }
