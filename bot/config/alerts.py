"""`[[alert]]`: what is watched, from which share on, and where it is told."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.config.kinds import Channel, DurationMs, Fraction, Name, Shape, Texts, like
from bot.model.alert import SHARES, Alert, Watch
from bot.model.hook import Hook
from bot.model.incident import Severity as Bad
from bot.model.notification import Severity


class AlertShape(Shape):
    """`[[alert]]`."""

    name: Name
    watch: Watch
    channel: Channel
    over: Fraction | None = None
    clear: Annotated[float, Field(gt=0, le=1, strict=True)] | None = None
    lasting: DurationMs = 60_000
    clusters: Texts = ()
    nodes: Texts = ()
    tags: Texts = ()
    opens: Bad | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        share = self.watch in SHARES
        if share and self.over is None:
            raise ValueError(f'watch = "{self.watch}" needs over, as over = 0.9 (90 %)')
        if not share and (self.over is not None or self.clear is not None):
            raise ValueError(f'watch = "{self.watch}" is a yes or no: remove over and clear')
        if self.over is not None and self.clear is not None and self.clear > self.over:
            raise ValueError(f"clear ({self.clear}) must not pass over ({self.over})")
        return self


class HookShape(Shape):
    """`[[hook]]`."""

    name: Annotated[
        str, like(r"[a-z][a-z0-9-]{0,31}", "small letters, digits and -, a letter first")
    ]
    channel: Channel
    least: Severity = Severity.NOTICE


def hooks_of(shapes: tuple[HookShape, ...]) -> tuple[Hook, ...]:
    """Return the hooks."""
    return tuple(Hook(name=s.name, channel=s.channel, least=s.least) for s in shapes)


NARROWER = 0.05
"""How far below `over` an alert ends where `clear` is not set: so that what flaps is told once."""


def alerts_of(shapes: tuple[AlertShape, ...]) -> tuple[Alert, ...]:
    """Return the alerts."""
    return tuple(
        Alert(
            name=s.name,
            watch=s.watch,
            channel=s.channel,
            over=1.0 if s.over is None else s.over,
            clear=_clear(s),
            lasting_ms=s.lasting,
            clusters=s.clusters,
            nodes=s.nodes,
            tags=s.tags,
            opens=s.opens,
        )
        for s in shapes
    )


def _clear(shape: AlertShape) -> float:
    if shape.over is None:
        return 1.0
    return max(shape.over - NARROWER, 0.01) if shape.clear is None else shape.clear
