"""The shape of `headroom.toml`: every section and key, its type and default.

The descriptions are the settings' meanings; `docs/configuration.md` must name each key.
"""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.capacity import Reserve
from bot.config.units import duration_ms, hours, per_week, reserve, size_mib, timezone
from bot.model.verdict import VerdictClass
from bot.policy import RIGHTS, Hours, UpTo

DurationMs = Annotated[int, BeforeValidator(duration_ms)]
SizeMib = Annotated[int, BeforeValidator(size_mib)]
ReserveShape = Annotated[Reserve, BeforeValidator(reserve)]
Ratio = Annotated[float, Field(gt=0, le=100, strict=True)]
Fraction = Annotated[float, Field(gt=0, le=1, strict=True)]
Texts = tuple[str, ...]
MOST_APPROVALS = 20


def _https(value: object) -> object:
    if isinstance(value, str) and not value.startswith("https://"):
        raise ValueError(f"{value!r} must start with https:// and name the port, usually 8006")
    return value.rstrip("/") if isinstance(value, str) else value


def _fingerprint(value: object) -> object:
    plain = value.replace(":", "").lower() if isinstance(value, str) else ""
    if value and (len(plain) != 64 or set(plain) - set("0123456789abcdef")):  # noqa: PLR2004 (SHA-256)
        raise ValueError("write the SHA-256 fingerprint, 32 pairs as AA:BB:…")
    return value


def _right(value: object) -> object:
    if value not in RIGHTS:
        raise ValueError(f"{value!r} is no right; allowed: {', '.join(RIGHTS)}")
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def like(pattern: str, allowed: str) -> BeforeValidator:
    """Return a check that a text has a form, with the sentence for when it has not."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} is not allowed: {allowed}")
        return value

    return BeforeValidator(check)


def _some(value: object) -> object:
    if value == []:
        raise ValueError("is empty: name at least one")
    return value


def _approvals(value: object) -> object:
    """Return a number of people, or group → number; one sentence for every mistake."""
    several: dict[str, object] = value if isinstance(value, dict) else {"": value}
    least = 1 if isinstance(value, dict) else 0
    for number in several.values():
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or number not in range(least, MOST_APPROVALS + 1):
            raise ValueError(
                f"{value!r} is no number of approvals: write 0 to {MOST_APPROVALS},"
                " or for several groups { dba = 1, ops = 1 }"
            )
    return value


Channel = Annotated[str, like(r"[CG][A-Z0-9]{2,}", "write the channel's id, C…")]
Name = Annotated[str, like(r".{1,60}", "1 to 60 characters")]
Approvals = Annotated[int | dict[str, int] | None, BeforeValidator(_approvals)]
Address = Annotated[str, BeforeValidator(_https)]
Fingerprint = Annotated[str, BeforeValidator(_fingerprint)]
Right = Annotated[str, BeforeValidator(_right)]
TimeZone = Annotated[str, BeforeValidator(timezone)]
HoursShape = Annotated[Hours, BeforeValidator(hours)]
WeekShape = Annotated[UpTo, BeforeValidator(per_week)]
Verdicts = Annotated[tuple[VerdictClass, ...], BeforeValidator(_one_or_many)]


class Shape(BaseModel):
    """A section: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackShape(Shape):
    """`[slack]`."""

    mode: Literal["socket", "http"] = "socket"
    command: Annotated[str, like(r"/[a-z0-9_-]{1,31}", "a slash and a word, as /pve")] = "/pve"
    approvals_channel: Channel
    copy_to: tuple[Channel, ...] = ()


class StoreShape(Shape):
    """`[store]`."""

    folder: str = ""


class HttpShape(Shape):
    """`[http]`."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, strict=True)] = 8080


class ClusterShape(Shape):
    """`[[cluster]]`."""

    name: Annotated[
        str, like(r"[A-Za-z][A-Za-z0-9_-]{0,31}", "letters, digits, - and _, a letter first")
    ]
    hosts: Annotated[tuple[Address, ...], BeforeValidator(_some)]
    ca_file: str = ""
    fingerprint: Fingerprint = ""


class NodeShape(Shape):
    """`[capacity] node.NAME`."""

    memory_reserve: ReserveShape | None = None
    zfs_arc_max: SizeMib | None = None


class CapacityShape(Shape):
    """`[capacity]`."""

    memory_reserve: ReserveShape = Reserve(percent=10.0)
    zfs_arc_max: SizeMib | None = None
    memory_promised_warn: Ratio = 1.0
    memory_promised_max: Ratio = 1.6
    memory_in_use_warn: Ratio = 0.85
    memory_in_use_max: Ratio = 1.0
    cores_promised_warn: Ratio = 2.0
    cores_promised_max: Ratio = 4.0
    storage_used_warn: Fraction = 0.80
    storage_used_max: Fraction = 0.90
    node: dict[str, NodeShape] = Field(default_factory=dict)


class RequestsShape(Shape):
    """`[requests]`."""

    expires: DurationMs = 259_200_000
    execute_within: DurationMs = 86_400_000
    wait_for_lock: DurationMs = 3_600_000
    keep: DurationMs = 7_776_000_000
    keep_audit: DurationMs = 63_072_000_000
    survive_node_loss: Annotated[bool, Field(strict=True)] = True
    own_guests: Texts = ()
    timezone: TimeZone = "UTC"


class GroupShape(Shape):
    """`[[group]]`."""

    name: Annotated[str, like(r"[^:]{1,60}", "1 to 60 characters without a colon")]
    members: Texts
    rota: Annotated[bool, Field(strict=True)] = False


class GuestsShape(Shape):
    """`guests` of a role: which guests."""

    tags: Texts = ()
    pools: Texts = ()
    guests: Texts = ()
    nodes: Texts = ()
    clusters: Texts = ()


class RoleShape(Shape):
    """`[[role]]`."""

    name: Name
    members: Texts
    guests: GuestsShape = GuestsShape()
    may: Annotated[tuple[Right, ...], BeforeValidator(_some)]


class WhenShape(GuestsShape):
    """`when` of a rule; `WORD_up_to` keys are taken out before."""

    operations: Texts = ()
    requesters: Texts = ()
    verdict: Verdicts = ()
    hours: Annotated[tuple[HoursShape, ...], BeforeValidator(_one_or_many)] = ()
    per_week: Annotated[tuple[WeekShape, ...], BeforeValidator(_one_or_many)] = ()


class TierShape(Shape):
    """One of `then` of a rule: who is asked as well, after how long."""

    after: DurationMs
    ask: Annotated[Texts, BeforeValidator(_some)]


class RuleShape(Shape):
    """`[[rule]]`."""

    name: Name
    when: WhenShape = WhenShape()
    approvals: Approvals = None
    approvers: Texts = ()
    channel: Annotated[str, like(r"([CG][A-Z0-9]{2,})?", "write the channel's id, C…")] = ""
    expires: DurationMs | None = None
    refuse: str = ""
    wait: DurationMs = 0
    vetoers: Texts = ()
    review: str = ""
    then: tuple[TierShape, ...] = ()


class FileShape(Shape):
    """The whole file."""

    mode: Literal["act"] = "act"
    slack: SlackShape
    store: StoreShape = StoreShape()
    http: HttpShape = HttpShape()
    cluster: Annotated[tuple[ClusterShape, ...], BeforeValidator(_some)]
    capacity: CapacityShape = CapacityShape()
    requests: RequestsShape = RequestsShape()
    group: tuple[GroupShape, ...] = ()
    role: tuple[RoleShape, ...] = ()
    rule: tuple[RuleShape, ...] = ()
