"""Policy as values: groups, roles, rules. Made by the configuration, in the file's order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.budget import Budget
from bot.model.guest import GuestRef
from bot.model.incident import Severity
from bot.model.plan import Target
from bot.model.policy import LEAD, Quorum, Tier
from bot.model.unit import Unit
from bot.model.verdict import VerdictClass
from bot.policy.hours import Hours
from bot.policy.reminding import Reminding

GUEST_RIGHTS = ("view", "request", "power", "force", "snapshot", "rollback")
"""Rights on guests; any of them includes `view`, for one must see what one asks about."""

OPERATE = "operate"
"""The right to pause, to resolve and to read everybody's audit; it is about no guest."""

INCIDENT = "incident"
"""The right to open, lead and close incidents; it is about no guest."""

RIGHTS = (*GUEST_RIGHTS, OPERATE, INCIDENT)

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People by Slack id, and Slack user groups; the roster says who that is now.

    In a `rota` (an on-call list) membership counts as of the vote, in others as of the claim, too.
    """

    name: str
    members: tuple[str, ...]
    rota: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFilter:
    """Which guests: one of each list that is not empty; children of a pool belong to it.

    `guests` holds names, vmids or `cluster/vmid`.
    """

    tags: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()

    def holds(
        self, ref: GuestRef, name: str, node: str, *, tags: tuple[str, ...], pool: str
    ) -> bool:
        """Return whether the guest is among them; an empty filter holds every guest."""
        calls = {name, str(ref.vmid), ref.key}
        return (
            (not self.tags or bool(set(self.tags) & set(tags)))
            and (not self.pools or any(inside(pool, p) for p in self.pools))
            and (not self.guests or bool(set(self.guests) & calls))
            and (not self.nodes or node in self.nodes)
            and (not self.clusters or ref.cluster in self.clusters)
        )

    def has(self, target: Target) -> bool:
        """Return whether a plan's guest is among them."""
        return self.holds(target.ref, target.name, target.node, tags=target.tags, pool=target.pool)


def inside(pool: str, parent: str) -> bool:
    """Return whether a pool is that pool or below it."""
    return pool == parent or pool.startswith(f"{parent}/")


ROLE_KEY = "role:"


def is_role(key: str) -> bool:
    """Return whether a key of the roster stands for the members of a role."""
    return key.startswith(ROLE_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What its people may do with which guests. `members_key` is where the roster has them."""

    name: str
    members: tuple[str, ...]
    may: tuple[str, ...]
    guests: GuestFilter = field(default_factory=GuestFilter)

    @property
    def members_key(self) -> str:
        """Return the roster's key for the people of this role (no group is called so)."""
        return f"{ROLE_KEY}{self.name}"


SIZES = {Unit.MIB: 1024**2, Unit.BYTES: 1}
COUNTS = {Unit.CORES: 100, Unit.CENTICORES: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class UpTo:
    """The largest increase of what a word names: bytes for sizes, hundredths for counts."""

    word: str
    amount: int
    is_size: bool

    def allows(self, delta: int, unit: Unit) -> bool:
        """Return whether an increase in that unit is within it; another kind of unit never is."""
        scale = (SIZES if self.is_size else COUNTS).get(unit)
        return scale is not None and delta * scale <= self.amount

    def measures(self, unit: Unit) -> bool:
        """Return whether it is of the kind of that unit: a size or a count."""
        return unit in (SIZES if self.is_size else COUNTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a rule is about; an empty list asks for nothing.

    `per_week` bounds what is granted in seven days to one person and to one guest (its `word` is empty).
    `incident`: only requests from an open incident of one of these severities; `per_incident` bounds
    what is granted from that one.
    """

    operations: tuple[str, ...] = ()
    up_to: tuple[UpTo, ...] = ()
    guests: GuestFilter = field(default_factory=GuestFilter)
    requesters: tuple[str, ...] = ()
    verdicts: tuple[VerdictClass, ...] = ()
    hours: tuple[Hours, ...] = ()
    per_week: tuple[UpTo, ...] = ()
    incident: tuple[Severity, ...] = ()
    per_incident: tuple[UpTo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What happens to the changes it matches: refused, or approved by these quorums (none: born so).

    `wait_ms`: carried out only after so long, unless one of `vetoers` stops it. `review`: a group of
    which somebody else looks at it afterwards. `tiers`: who is asked later, if it still waits.
    """

    name: str
    when: When = field(default_factory=When)
    quorums: tuple[Quorum, ...] = ()
    refuse: str = ""
    channel: str = ""
    expires_ms: int | None = None
    wait_ms: int = 0
    vetoers: tuple[str, ...] = ()
    review: str = ""
    tiers: tuple[Tier, ...] = ()

    @property
    def has_card(self) -> bool:
        """Return whether a request that it decides is shown to others than who asked."""
        return self.needs_approval or bool(self.wait_ms or self.review)

    @property
    def needs_approval(self) -> bool:
        """Return whether anybody has to approve."""
        return any(q.needed > 0 for q in self.quorums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All of it. Without any role every member of the workspace may ask about every guest.

    `timezone` is the one whose clocks the rules' hours go by; `reminding` says when approvers hear of
    what still waits. `break_glass`: groups any of whose members
    may approve alone in an emergency, `glass_quota` times within a day. `pressure`: the share of a node's
    memory in use from which an open incident about a guest on it holds it.
    """

    groups: tuple[Group, ...] = ()
    roles: tuple[Role, ...] = ()
    rules: tuple[Rule, ...] = ()
    approvals_channel: str = ""
    default_expires_ms: int = 3 * DAY_MS
    timezone: str = "UTC"
    reminding: Reminding = field(default_factory=Reminding)
    break_glass: tuple[str, ...] = ()
    glass_quota: int = 2
    pressure: float = 0.9

    @property
    def revision(self) -> str:
        """Return the hash of the rules: another one, another revision."""
        bound = repr((self.rules, self.default_expires_ms, self.timezone))
        return hashlib.sha256(bound.encode()).hexdigest()[:16]

    @property
    def memberships(self) -> Mapping[str, tuple[str, ...]]:
        """Return roster key → ids: all that the directory has to resolve, groups and roles.

        A role's members may name groups; their ids are put in.
        """
        groups = {g.name: g.members for g in self.groups}
        roles = {
            role.members_key: tuple(
                dict.fromkeys(i for m in role.members for i in groups.get(m, (m,)))
            )
            for role in self.roles
        }
        return groups | roles

    @property
    def rotas(self) -> frozenset[str]:
        """Return the on-call groups."""
        return frozenset(g.name for g in self.groups if g.rota)

    @property
    def bounded_by_week(self) -> bool:
        """Return whether some rule looks at what was granted of late."""
        return any(rule.when.per_week for rule in self.rules)

    @property
    def about_incidents(self) -> bool:
        """Return whether some rule is for requests from an incident."""
        return any(rule.when.incident for rule in self.rules)

    @property
    def asks_leads(self) -> bool:
        """Return whether some rule lets whoever leads the incident approve."""
        return LEAD in self.approvers

    @property
    def approvers(self) -> tuple[str, ...]:
        """Return every group that some rule asks, sorted."""
        return tuple(sorted({g for r in self.rules for q in r.quorums for g in q.groups}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSettings:
    """How long things may take and are kept, in ms; which guests are our own; what people may ask."""

    expires_ms: int = 3 * DAY_MS
    execute_within_ms: int = DAY_MS
    wait_for_lock_ms: int = 3_600_000
    keep_ms: int = 90 * DAY_MS
    keep_audit_ms: int = 730 * DAY_MS
    own_guests: frozenset[str] = frozenset()
    budget: Budget = field(default_factory=Budget)
