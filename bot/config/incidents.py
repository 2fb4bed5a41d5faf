"""`[incidents]`: channels of their own, who is told, and what is otherwise while one is open."""

from collections.abc import Mapping
from typing import Annotated

from bot.config.kinds import Channel, Count, DurationMs, Fraction, Shape, Texts, like
from bot.model.incident import IncidentTerms, Severity


class UpdatesShape(Shape):
    """`updates`: severity → after how long a lead is reminded of news."""

    sev1: DurationMs | None = None
    sev2: DurationMs | None = None
    sev3: DurationMs | None = None


class IncidentsShape(Shape):
    """`[incidents]`."""

    prefix: Annotated[str, like(r"[a-z][a-z0-9]{0,15}", "1 to 16 small letters and digits")] = "inc"
    announce_in: Channel | None = None
    invite: Texts = ()
    runbook: Annotated[str, like(r"(https://\S{1,500})?", "write a link, https://…")] = ""
    updates: UpdatesShape = UpdatesShape()
    break_glass: Texts = ()
    break_glass_quota: Count = 2
    pressure: Fraction = 0.9


def incidents_of(shape: IncidentsShape, clusters: Mapping[str, str]) -> IncidentTerms:
    """Return how incidents are run; `clusters` are names with the address of a host."""
    given = {severity: getattr(shape.updates, severity.value) for severity in Severity}
    return IncidentTerms(
        prefix=shape.prefix,
        announce_in=shape.announce_in or "",
        invite=shape.invite,
        runbook=shape.runbook,
        updates={severity: after for severity, after in given.items() if after is not None},
        pages=clusters,
    )
