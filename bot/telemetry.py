"""Names of metrics and log fields, and how logs are written: JSON lines on standard error.

Each process has one `Metrics`, built by the wiring, and says its own figures; what every process
would say alike (open requests, the due-set) is read from the store by whichever is asked.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from structlog import DropEvent
from structlog.typing import EventDict

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
"""Bounds (s) for the store and for acknowledgements, for which Slack waits 3 s."""

CALLS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 40)
"""Bounds (s) for calls over the network."""

LONG = (1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 86_400, 3 * 86_400)
"""Bounds (s) for what people and guests take."""


class Turned(StrEnum):
    """Why a delivery was refused before anything came of it; every value of the metric's label."""

    SIGNATURE = "signature"
    SIZE = "size"
    SLOW = "slow"
    BUSY = "busy"
    OTHER_APP = "other_app"
    OTHER_WORKSPACE = "other_workspace"
    NOBODY = "nobody"
    BUDGET = "budget"


_turned_away = Counter(
    "headroom_deliveries_refused", "Deliveries refused before anything came of them", ["reason"]
)
for _reason in Turned:
    _turned_away.labels(_reason.value)


def turned_away(why: Turned) -> None:
    """Count a refused delivery."""
    _turned_away.labels(why.value).inc()


class Metrics:
    """Every metric of one process; no label holds a name of a guest, a node or a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_turned_away)
        self.requests = self._gauge(
            "headroom_requests_open", "Open requests in the store", "state", "verdict"
        )
        self.transitions = self._counter(
            "headroom_transitions", "Transitions saved by this process", "state", "verdict"
        )
        self.decision = self._histogram(
            "headroom_decision_seconds", "From the ask to approval or denial", LONG, "state"
        )
        self.execution = self._histogram(
            "headroom_execution_seconds",
            "From the last vote or start time to the end",
            LONG,
            "state",
        )
        self.slack = self._histogram(
            "headroom_slack_call_seconds", "Calls to Slack's Web API", CALLS, "method", "outcome"
        )
        self.proxmox = self._histogram(
            "headroom_proxmox_call_seconds", "Calls to Proxmox", CALLS, "cluster", "call", "outcome"
        )
        self.store = self._histogram(
            "headroom_store_seconds", "Commands to the store", QUICK, "kind", "outcome"
        )
        self.acknowledgement = self._histogram(
            "headroom_acknowledgement_seconds",
            "From a payload to its acknowledgement",
            QUICK,
            "kind",
        )
        self.due = self._gauge("headroom_due_members", "Members of the due-set", "kind")
        self.lag = self._gauge("headroom_due_lag_seconds", "How late the earliest due member is")
        self.sweeps = self._counter(
            "headroom_sweeps", "Sweeps made by this process under the lease"
        )
        self.woken = self._counter("headroom_woken", "Due members that sweeps woke")
        self.sockets = self._gauge("headroom_slack_sockets", "Connected sockets to Slack")

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(name, what, labels, registry=self.registry)

    def _histogram(self, name: str, what: str, bounds: Iterable[float], *labels: str) -> Histogram:
        return Histogram(name, what, labels, buckets=tuple(bounds), registry=self.registry)

    def names(self) -> tuple[str, ...]:
        """Return every metric's name as it is scraped, sorted."""
        found = self.registry.collect()
        return tuple(sorted(f"{m.name}_total" if m.type == "counter" else m.name for m in found))

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)

    def called_proxmox(self, cluster: str, call: str, seconds: float, outcome: str) -> None:
        """Count a call to Proxmox; thread-safe."""
        self.proxmox.labels(cluster, call, outcome).observe(seconds)

    def acknowledged(self, kind: str, seconds: float) -> None:
        """Count a payload that was answered."""
        self.acknowledgement.labels(kind).observe(seconds)

    def swept(self, woken: int) -> None:
        """Count a sweep."""
        self.sweeps.inc()
        self.woken.inc(woken)


class _Redacted(logging.Formatter):
    """Formats what libraries log as our own lines are: JSON, without secrets."""

    def __init__(self, redact: Callable[[Any], Any]) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with its traceback."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        fields = {"event": record.getMessage(), "logger": record.name}
        fields |= {"level": record.levelname.lower(), "timestamp": at}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(self._redact(fields))


AUDIT = "audit"
"""The event of an audit entry, which is written whatever the level."""


@dataclass(slots=True)
class _Least:
    """Drops what is less important than the level; an audit entry never."""

    level: int = logging.INFO

    def __call__(self, _: object, method: str, fields: EventDict) -> EventDict:
        if LEVELS[method] < self.level and fields.get("event") != AUDIT:
            raise DropEvent
        return fields


LEVELS = {name.lower(): number for name, number in logging.getLevelNamesMapping().items()}
_least = _Least()


def set_level(level: str) -> None:
    """Write what is at least so important (`debug`, `info`, `warning`, `error`) from now on."""
    _least.level = LEVELS[level]


def log_to_stderr(redact: Callable[[Any], Any], level: str = "info") -> None:
    """Write JSON lines to standard error; libraries that log whole payloads are silenced.

    `redact` takes secrets out of plain data: everything that is written goes through it. Bolt logs
    the body of a request whose signature is wrong, at INFO (Slack facts §1).
    """
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(_Redacted(redact))
    logging.basicConfig(level=logging.WARNING, handlers=[to_stderr])
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    for noisy in ("slack_sdk", "docket"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    set_level(level)
    structlog.configure(
        processors=[
            _least,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            lambda _, __, fields: redact(fields),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def hush() -> None:
    """Let only warnings and worse be written: for the demo, whose standard output is a story."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
