"""Kinds of values that settings have, each with the sentence for what is none."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.capacity import Reserve
from bot.config.units import duration_ms, hours, reserve, size_mib, sum_up_to, timezone
from bot.model.incident import Severity
from bot.model.verdict import VerdictClass
from bot.policy import RIGHTS, Hours, UpTo

DurationMs = Annotated[int, BeforeValidator(duration_ms)]
SizeMib = Annotated[int, BeforeValidator(size_mib)]
ReserveShape = Annotated[Reserve, BeforeValidator(reserve)]
Ratio = Annotated[float, Field(gt=0, le=100, strict=True)]
Fraction = Annotated[float, Field(gt=0, le=1, strict=True)]
Few = Annotated[int, Field(ge=0, le=10, strict=True)]
Count = Annotated[int, Field(ge=1, le=100_000, strict=True)]
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


one_or_many = BeforeValidator(_one_or_many)
"""A list, or its one entry alone."""

some = BeforeValidator(_some)
"""The check that a list is not empty."""


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
SumShape = Annotated[UpTo, BeforeValidator(sum_up_to)]
Verdicts = Annotated[tuple[VerdictClass, ...], one_or_many]


def _severities(value: object) -> object:
    """Return the severities of `true` (all of them), of one, or of a list."""
    if value is True:
        return tuple(Severity)
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, list) or not named or not set(map(str, named)) <= set(Severity):
        allowed = ", ".join(f'"{severity.value}"' for severity in Severity)
        raise ValueError(
            f"{value!r} is no incident: write true for any, or severities as [{allowed}]"
        )
    return named


Severities = Annotated[tuple[Severity, ...], BeforeValidator(_severities)]


class Shape(BaseModel):
    """A section: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
