"""Settings of later versions: known by name, so that nobody hunts for a typing mistake."""

from bot.config.problems import Key

TABLES = frozenset({"loans"})
WHEN_KEYS = frozenset({"loan_up_to"})


def is_later(key: Key) -> bool:
    """Return whether the key belongs to a feature that comes in a later version."""
    names = tuple(part for part in key if isinstance(part, str))
    match names:
        case (table,) if table in TABLES:
            return True
        case ("rule", "when", name) if name in WHEN_KEYS:
            return True
    return False


def sentence(what: str) -> str:
    """Return what people are told."""
    return f"{what} comes in a later version; remove it"
