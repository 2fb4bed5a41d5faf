"""One sum with its class: how a range of possible figures stands against two thresholds."""

from dataclasses import dataclass, replace

from bot.capacity.promises import Range
from bot.model.verdict import Sum, VerdictClass, passes

TROUBLE = tuple(VerdictClass)
"""The classes in order of increasing trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sum, the class it gives, the resource it is about, and what is missing to tell."""

    sum: Sum
    verdict: VerdictClass
    resource: str
    missing: tuple[str, ...] = ()


def worst(classes: list[VerdictClass]) -> VerdictClass:
    """Return the class of most trouble; nothing to judge fits."""
    return max(classes, key=TROUBLE.index, default=VerdictClass.FITS)


def _stands(figure: int | None, warn_at: int | None, hard_at: int | None) -> VerdictClass:
    if passes(figure, hard_at):
        return VerdictClass.DOES_NOT_FIT
    if passes(figure, warn_at):
        return VerdictClass.WHILE_OTHERS_STAY_BELOW
    return VerdictClass.FITS


def weigh(
    figure: Sum, span: Range, resource: str, *, missing: tuple[str, ...], bounded: bool
) -> Finding:
    """Return the finding for a sum whose `after` lies in `span` (whole base units).

    What makes nothing worse fits, whatever is unknown. Otherwise the class must be the same at both
    ends of the span, `bounded` says whether the thresholds are known, and only a figure that is
    surely past the hard one does not fit.
    """
    if not figure.worse:
        return Finding(sum=figure, verdict=VerdictClass.FITS, resource=resource)
    at_least = _stands(int(span.low), figure.warn_at, figure.hard_at)
    if at_least is VerdictClass.DOES_NOT_FIT:
        return Finding(sum=figure, verdict=at_least, resource=resource, missing=missing)
    at_most = _stands(None if span.high is None else int(span.high), figure.warn_at, figure.hard_at)
    if span.high is None or not bounded or at_most is not at_least:
        return Finding(
            sum=figure, verdict=VerdictClass.CANNOT_TELL, resource=resource, missing=missing
        )
    return Finding(sum=figure, verdict=at_most, resource=resource)


def doubted(finding: Finding, missing: str) -> Finding:
    """Return the finding as one that cannot be told for that reason, unless it does not fit."""
    if finding.verdict is VerdictClass.DOES_NOT_FIT:
        return finding
    return replace(finding, verdict=VerdictClass.CANNOT_TELL, missing=(*finding.missing, missing))
