"""Names of metrics and log fields, and how logs are written: JSON lines on standard error."""

import logging
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import structlog
from prometheus_client import Counter


class Turned(StrEnum):
    """Why a delivery was refused before anything came of it; every value of the metric's label."""

    SIGNATURE = "signature"
    SIZE = "size"
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


class _Redacted(logging.Formatter):
    """Formats what libraries log, without secrets."""

    def __init__(self, redact: Callable[[Any], Any]) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the whole text, with its traceback."""
        return str(self._redact(super().format(record)))


def log_to_stderr(redact: Callable[[Any], Any], level: int = logging.INFO) -> None:
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
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            lambda _, __, fields: redact(fields),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
