"""From the file's shape to the values that decisions take."""

from bot.capacity import Limits, NodeLimits
from bot.config.shape import (
    CapacityShape,
    FeaturesShape,
    FileShape,
    GuestsShape,
    RequestsShape,
    RuleShape,
)
from bot.model.budget import Budget
from bot.model.feature import Feature, Features
from bot.model.policy import Quorum, Tier
from bot.policy import (
    Group,
    GuestFilter,
    Policy,
    Reminding,
    RequestSettings,
    Role,
    Rule,
    UpTo,
    When,
)


def limits_of(shape: CapacityShape, *, survive_node_loss: bool) -> Limits:
    """Return the limits."""
    return Limits(
        memory_reserve=shape.memory_reserve,
        zfs_arc_max_mib=shape.zfs_arc_max,
        memory_promised_warn=shape.memory_promised_warn,
        memory_promised_max=shape.memory_promised_max,
        memory_in_use_warn=shape.memory_in_use_warn,
        memory_in_use_max=shape.memory_in_use_max,
        cores_promised_warn=shape.cores_promised_warn,
        cores_promised_max=shape.cores_promised_max,
        storage_used_warn=shape.storage_used_warn,
        storage_used_max=shape.storage_used_max,
        survive_node_loss=survive_node_loss,
        nodes={
            name: NodeLimits(memory_reserve=n.memory_reserve, zfs_arc_max_mib=n.zfs_arc_max)
            for name, n in shape.node.items()
        },
    )


def requests_of(shape: RequestsShape) -> RequestSettings:
    """Return how long things may take and are kept, which guests are our own, what people may ask."""
    return RequestSettings(
        expires_ms=shape.expires,
        execute_within_ms=shape.execute_within,
        wait_for_lock_ms=shape.wait_for_lock,
        keep_ms=shape.keep,
        keep_audit_ms=shape.keep_audit,
        own_guests=frozenset(shape.own_guests),
        budget=Budget(
            asks_per_minute=shape.asks_per_minute,
            asks_per_hour=shape.asks_per_hour,
            open_per_person=shape.open_per_person,
        ),
    )


def features_of(shape: FeaturesShape, *, links: bool) -> Features:
    """Return the features that are there; those of links only if a channel wants any (`links`)."""
    features = Features(off=frozenset(f for f in Feature if not getattr(shape, f.value)))
    return features if links else features.without(Feature.LINKS)


def _filter(shape: GuestsShape) -> GuestFilter:
    return GuestFilter(
        tags=shape.tags,
        pools=shape.pools,
        guests=shape.guests,
        nodes=shape.nodes,
        clusters=shape.clusters,
    )


def _quorums(shape: RuleShape) -> tuple[Quorum, ...]:
    if isinstance(shape.approvals, dict):
        return tuple(Quorum(groups=(g,), needed=n) for g, n in shape.approvals.items())
    if not shape.approvals:
        return ()
    later = (group for tier in shape.then for group in tier.ask)
    groups = tuple(dict.fromkeys((*shape.approvers, *later)))
    return (Quorum(groups=groups, needed=shape.approvals),)


def _rule(shape: RuleShape, up_to: tuple[UpTo, ...]) -> Rule:
    return Rule(
        name=shape.name,
        when=When(
            operations=shape.when.operations,
            up_to=up_to,
            guests=_filter(shape.when),
            requesters=shape.when.requesters,
            verdicts=shape.when.verdict,
            hours=shape.when.hours,
            per_week=shape.when.per_week,
            incident=shape.when.incident,
            per_incident=shape.when.per_incident,
        ),
        quorums=_quorums(shape),
        refuse=shape.refuse,
        channel=shape.channel,
        expires_ms=shape.expires,
        wait_ms=shape.wait,
        vetoers=shape.vetoers,
        review=shape.review,
        tiers=tuple(Tier(after_ms=t.after, groups=t.ask) for t in shape.then),
    )


def policy_of(shape: FileShape, amounts: dict[int, tuple[UpTo, ...]]) -> Policy:
    """Return the policy; `amounts` are the rules' bounds by position."""
    return Policy(
        groups=tuple(Group(name=g.name, members=g.members, rota=g.rota) for g in shape.group),
        roles=tuple(
            Role(name=r.name, members=r.members, may=r.may, guests=_filter(r.guests))
            for r in shape.role
        ),
        rules=tuple(_rule(r, amounts.get(i, ())) for i, r in enumerate(shape.rule)),
        approvals_channel=shape.slack.approvals_channel,
        default_expires_ms=shape.requests.expires,
        timezone=shape.requests.timezone,
        reminding=Reminding(
            after_ms=shape.requests.remind_after,
            times=shape.requests.remind_times,
            quiet=shape.requests.quiet,
            timezone=shape.requests.timezone,
        ),
        break_glass=shape.incidents.break_glass,
        glass_quota=shape.incidents.break_glass_quota,
        pressure=shape.incidents.pressure,
    )
