"""Names of log fields, and how logs are written: JSON lines on standard error."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog


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
