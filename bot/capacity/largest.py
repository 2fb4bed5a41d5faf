"""The largest amount that would be admitted, when the asked one is not."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.model.plan import Change, Claim, Draft
from bot.model.unit import Unit

TENTHS = {Unit.MIB: 1024, Unit.BYTES: 1024**3}
"""Base units in a GiB: sizes are offered in tenths of one, as people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """A change whose target can be lowered, with the claim that follows it."""

    change: Change
    claim: Claim
    before: int
    after: int

    def claim_at(self, target: int) -> Claim:
        """Return the claim for another target; a claim may be a multiple (sockets) or a growth."""
        if self.claim.resource.startswith("storage:"):
            return replace(self.claim, after=self.claim.before + target - self.before)
        return replace(self.claim, after=self.claim.after * target // self.after)


def step_value(step: int, unit: Unit) -> int:
    """Return the value of a grid step: tenths of a GiB in whole base units, or whole units."""
    return step * TENTHS[unit] // 10 if unit in TENTHS else step


def step_below(value: int, unit: Unit) -> int:
    """Return the highest grid step whose value is under the given one."""
    if unit not in TENTHS:
        return value - 1
    step = value * 10 // TENTHS[unit] + 1
    while step_value(step, unit) >= value:
        step -= 1
    return step


def _moves(change: Change, claim: Claim) -> bool:
    """Return whether the claim follows from that change."""
    if claim.growth <= 0 or change.delta is None or change.delta <= 0:
        return False
    if claim.resource.startswith("storage:"):
        return change.unit is Unit.BYTES and change.delta == claim.growth
    return change.unit in {Unit.MIB, Unit.CORES}


def _followed(draft: Draft, claim: Claim) -> list[Change]:
    """Return the changes that a claim may follow from; vcpus, where they are set, say the cores."""
    if claim.resource.startswith("storage:"):
        return list(draft.changes)
    named = {c.field: c for c in draft.changes}
    fields = ("vcpus", "cores") if claim.resource == "cores" else (claim.resource,)
    return [named[field] for field in fields if field in named][:1]


def knobs(draft: Draft, resource: str) -> list[Knob]:
    """Return the changes of a draft that make claims on a resource."""
    return [
        Knob(change=change, claim=claim, before=change.before, after=change.after)
        for claim in draft.claims
        if claim.resource == resource
        for change in _followed(draft, claim)
        if isinstance(change.before, int) and isinstance(change.after, int)
        if _moves(change, claim)
    ]


def largest_that_fits(
    draft: Draft, failing: list[str], fits: Callable[[tuple[Claim, ...]], bool]
) -> tuple[int | None, str]:
    """Return the largest target over the value in force that fits, and its field.

    None if nothing fits, and no field if there is no amount to lower (a start). Sizes are rounded
    down to a tenth of a GiB. Admission only gets easier with less, so halving finds it.
    """
    found = next((k for resource in failing for k in knobs(draft, resource)), None)
    if found is None:
        return None, ""
    rest = [c for c in draft.claims if c is not found.claim]
    unit = found.change.unit

    def admitted(step: int) -> bool:
        return fits((*rest, found.claim_at(step_value(step, unit))))

    low, high = step_below(found.before, unit), step_below(found.after, unit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if admitted(middle) else (low, middle - 1)
    value = step_value(low, unit)
    return (value if value > found.before else None), found.change.field
