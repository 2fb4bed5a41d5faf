"""Base units: every value of a change is a whole number of one of them, or text."""

from enum import StrEnum


class Unit(StrEnum):
    """Base units of values; every value of a change is a whole number of them, or text."""

    MIB = "MiB"
    BYTES = "bytes"
    CORES = "cores"
    CENTICORES = "centicores"  # hundredths of a core, for cpulimit
    TEXT = "text"


Value = int | str | None
"""A value in its unit; None is unset."""
