"""The shape of `headroom.toml`: every section and key, its type and default.

The descriptions are the settings' meanings; `docs/configuration.md` must name each key.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.capacity import Reserve
from bot.config.alerts import AlertShape, HookShape
from bot.config.incidents import IncidentsShape
from bot.config.kinds import (
    Address,
    Approvals,
    Channel,
    Count,
    DurationMs,
    Few,
    Fingerprint,
    Fraction,
    HoursShape,
    Name,
    Ratio,
    ReserveShape,
    Right,
    Severities,
    Shape,
    SizeMib,
    SumShape,
    Texts,
    TimeZone,
    Verdicts,
    like,
    one_or_many,
    some,
)
from bot.policy import after_all


class SlackShape(Shape):
    """`[slack]`."""

    mode: Literal["socket", "http"] = "socket"
    command: Annotated[str, like(r"/[a-z0-9_-]{1,31}", "a slash and a word, as /pve")] = "/pve"
    approvals_channel: Channel
    copy_to: tuple[Channel, ...] = ()
    unfurl_in: tuple[Channel, ...] = ()
    sockets: Annotated[int, Field(ge=1, le=10, strict=True)] = 1


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
    hosts: Annotated[tuple[Address, ...], some]
    web: tuple[Address, ...] = ()
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
    asks_per_minute: Count = 30
    asks_per_hour: Count = 300
    open_per_person: Count = 25
    own_guests: Texts = ()
    timezone: TimeZone = "UTC"
    remind_after: DurationMs = 14_400_000
    remind_times: Few = 3
    quiet: Annotated[tuple[HoursShape, ...], one_or_many] = ()

    @model_validator(mode="after")
    def _some_hour(self) -> Self:
        if self.remind_times and after_all(self.quiet, 0, self.timezone) is None:
            raise ValueError("quiet leaves no hour to remind anybody: write remind_times = 0")
        return self


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
    may: Annotated[tuple[Right, ...], some]


class WhenShape(GuestsShape):
    """`when` of a rule; `WORD_up_to` keys are taken out before."""

    operations: Texts = ()
    requesters: Texts = ()
    verdict: Verdicts = ()
    hours: Annotated[tuple[HoursShape, ...], one_or_many] = ()
    per_week: Annotated[tuple[SumShape, ...], one_or_many] = ()
    incident: Severities = ()
    per_incident: Annotated[tuple[SumShape, ...], one_or_many] = ()


class TierShape(Shape):
    """One of `then` of a rule: who is asked as well, after how long."""

    after: DurationMs
    ask: Annotated[Texts, some]


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


Switch = Annotated[bool, Field(strict=True)]


class FeaturesShape(Shape):
    """`[features]`: the names of `bot.model.feature`."""

    memory: Switch = True
    cpu: Switch = True
    disks: Switch = True
    power: Switch = True
    snapshots: Switch = True
    pictures: Switch = True
    home: Switch = True
    groups: Switch = True
    history: Switch = True
    incidents: Switch = True
    shortcuts: Switch = True
    links: Switch = True


class FileShape(Shape):
    """The whole file."""

    mode: Literal["act", "observe"] = "act"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    slack: SlackShape
    store: StoreShape = StoreShape()
    http: HttpShape = HttpShape()
    cluster: Annotated[tuple[ClusterShape, ...], some]
    capacity: CapacityShape = CapacityShape()
    requests: RequestsShape = RequestsShape()
    group: tuple[GroupShape, ...] = ()
    role: tuple[RoleShape, ...] = ()
    rule: tuple[RuleShape, ...] = ()
    alert: tuple[AlertShape, ...] = ()
    hook: tuple[HookShape, ...] = ()
    incidents: IncidentsShape = IncidentsShape()
    features: FeaturesShape = FeaturesShape()
