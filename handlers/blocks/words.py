"""Words for values: amounts with units, moments, people, fields, joined lists."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.model.guest import GuestRef
from bot.model.people import SYSTEM, Person
from bot.model.plan import Target
from bot.model.quantity import figure, format_change, number
from bot.model.refusal import Detail, Moment, Quantity
from bot.model.request import State
from bot.model.unit import Unit, Value
from handlers.blocks.kit import NAME, SENTENCE, mention, name

COMMAND = "/pve"
"""How the slash command is called in sentences."""

MINUTE, HOUR, DAY = 60, 3600, 86400
UNSET = "not set"

FIELDS = {
    "cpulimit": "CPU limit",
    "vcpus": "plugged vCPUs",
    "balloon": "balloon minimum",
}
"""Field names that need more than themselves."""

EITHER = frozenset({"groups", "suggestions", "candidates", "disks"})
"""Details of which any one will do."""

LONG = frozenset({"text", "why", "what", "doing", "change", "shown"}) | frozenset(
    {"problem", "problems", "allowed", "example", "instead"}
)
"""Details that hold a sentence, not a name."""

NEUTRAL = {
    "guest": "the guest",
    "node": "its node",
    "handle": "this request",
    "by": "somebody",
    "people": "the approvers",
    "groups": "the approvers",
    "field": "this field",
    "name": "that name",
    "storage": "its storage",
    "person": "an approver",
    "requester": "who asked",
    "lock": "a lock",
    "disk": "the disk",
    "step": "a step",
    "verb": "do that",
    "kind": "this kind of guest",
    "state": "decided",
    "rule": "a rule",
    "cluster": "the cluster",
    "asked": "that much",
    "value": "that value",
    "privilege": "a privilege",
    "path": "its path",
    "what": "this",
    "text": "that",
}
"""What stands in a sentence for a detail that is not given."""


def amount(value: Value, unit: str) -> str:
    """Return a value with its unit as markup: `6 GiB`, `1.5 cores`, `not set`."""
    if value is None:
        return UNSET
    if isinstance(value, str):
        return name(value, empty="empty")
    shown, word = figure(value, unit)
    return f"{shown} {name(word, empty='')}".rstrip()


def bare(value: int, unit: str, beside: str) -> str:
    """Return a value without its unit where `beside` (an amount with unit) ends in the same one."""
    shown, word = figure(value, unit)
    return shown if beside.rsplit(" ", 1)[-1] == word else amount(value, unit)


def before_after(before: Value, after: Value, unit: str) -> str:
    """Return `4 → 6 GiB`: exact where one decimal would hide the difference."""
    if not (isinstance(before, int) and isinstance(after, int)):
        return f"{amount(before, unit)} → {amount(after, unit)}"
    return format_change(before, after, unit)


def difference(before: Value, after: Value, unit: str) -> str:
    """Return `+2 GiB`, or `2 GiB less`; empty for text, unset and equal values."""
    if not (isinstance(before, int) and isinstance(after, int)) or before == after:
        return ""
    size = amount(abs(after - before), unit)
    return f"+{size}" if after > before else f"{size} less"


def field_word(field: str) -> str:
    """Return a field's name in words; slots of disks stay as Proxmox writes them."""
    if field in FIELDS:
        return FIELDS[field]
    return f"disk {name(field)}" if re.fullmatch(r"[a-z]+\d+|rootfs", field) else name(field)


def utc(epoch_ms: int, *, seconds: bool = False) -> str:
    """Return a moment in UTC, for where Slack cannot convert it."""
    try:
        moment = datetime.fromtimestamp(epoch_ms // 1000, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return "an unknown time"
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC" if seconds else "%Y-%m-%d %H:%M UTC")


def when(epoch_ms: int, *, seconds: bool = False) -> str:
    """Return a moment in the reader's time zone, with UTC as fallback."""
    fallback = utc(epoch_ms, seconds=seconds)
    if not fallback.endswith("UTC") or epoch_ms <= 0:
        return "an unknown time"
    time = "{time_secs}" if seconds else "{time}"
    return f"<!date^{epoch_ms // 1000}^{{date_short_pretty}} {time}|{fallback}>"


def lasting(milliseconds: int) -> str:
    """Return a duration in the largest fitting units: `40 s`, `3 min`, `2 h 5 min`, `3 days`."""
    seconds = max(0, milliseconds // 1000)
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        rest = seconds % MINUTE
        return f"{seconds // MINUTE} min" + (f" {rest} s" if rest and seconds < 10 * MINUTE else "")
    if seconds < DAY:
        minutes = seconds % HOUR // MINUTE
        return f"{seconds // HOUR} h" + (f" {minutes} min" if minutes else "")
    days = seconds // DAY
    return f"{days} day" if days == 1 else f"{days} days"


def who(person: Person) -> str:
    """Return a mention; the system speaks of itself by name, and of who is on the host."""
    if person.on_host:
        return f"{name(person.on_host)} on the host"
    return "Headroom" if person == SYSTEM else mention(person.user_id)


def listed(items: Sequence[str], last: str = "and", limit: int = 8) -> str:
    """Join markup: `a, b and c`; beyond the limit the rest is counted."""
    if len(items) > limit:
        return f"{', '.join(items[:limit])} {last} {len(items) - limit} more"
    if not items[1:]:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def ref_word(ref: GuestRef) -> str:
    """Return `CT 104`."""
    return ref.word


def target_word(target: Target) -> str:
    """Return `db1 (CT 104, pve1)`."""
    return f"{name(target.name)} ({ref_word(target.ref)}, {name(target.node)})"


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 guest`, `7 guests`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


STATES = {
    State.PENDING: "waiting for approval",
    State.APPROVED: "approved",
    State.RUNNING: "being carried out",
    State.UNCERTAIN: "of unknown outcome",
    State.SUCCEEDED: "done",
    State.PARTIAL: "partly done",
    State.FAILED: "not done",
    State.DENIED: "denied",
    State.CANCELLED: "cancelled",
    State.EXPIRED: "expired",
}
"""Where a request stands, in words."""

_PLAIN_STATES = {state.value: word for state, word in STATES.items() if state is not State.RUNNING}
"""The same by value; `running` is a guest's state as well and stays."""


_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,20}")
"""A channel's id, which Slack shows as its name."""


SUMS = {
    "promised memory": "the memory that all guests are promised (configured)",
    "in use": "the memory in use (if only this guest fills up)",
    "promised cores": "the cores that all guests are promised",
}
"""Admission's sums within a sentence; a storage's sum is named by itself."""


def channel_link(channel: str) -> str:
    """Return a channel's id as Slack shows it, or the text where it is no id."""
    return f"<#{channel}>" if _CHANNEL.fullmatch(channel) else name(channel, empty="")


def _text(key: str, detail: str) -> str:
    if key == "sum":
        return SUMS.get(detail, name(detail))
    if key == "state" and detail in _PLAIN_STATES:
        return _PLAIN_STATES[detail]
    if key in {"channel", "channels"}:
        return channel_link(detail)
    if key in {"field", "of"}:
        return field_word(detail) if detail else ""
    return name(detail, SENTENCE if key in LONG else NAME, empty="")


def shown(key: str, detail: Detail) -> str:
    """Return a detail as markup; empty where there is nothing to show."""
    match detail:
        case Person():
            text = who(detail)
        case Moment():
            text = when(detail.epoch_ms)
        case Quantity():
            text = amount(detail.amount, detail.unit)
        case GuestRef():
            text = ref_word(detail)
        case tuple():
            text = listed([shown(key, each) for each in detail], "or" if key in EITHER else "and")
        case int():
            text = number(detail)
        case str():
            text = _text(key, detail)
    return text


def _told_apart(figures: Mapping[str, int], unit: str) -> dict[str, str]:
    """Return what was asked and the largest that fits exactly, where rounding makes them one."""
    asked, largest = figures.get("asked"), figures.get("largest")
    if asked is None or largest is None or amount(asked, unit) != amount(largest, unit):
        return {}
    exact = {Unit.MIB.value: "MiB", Unit.BYTES.value: "bytes"}.get(unit, unit)
    return {"asked": f"{asked:,} {exact}", "largest": f"{largest:,} {exact}"}


_PLACE = re.compile(r"\{(\w+)\}")
_CLAUSE = re.compile(r"\[([^\[\]]*)\]")


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the details a template uses."""
    return frozenset(_PLACE.findall(template))


def sentence(template: str, details: Mapping[str, Detail]) -> str:
    """Fill a template. `[…]` is left out when a detail in it is missing or empty.

    A bare number beside a detail `unit` is an amount in that unit. Nothing missing ever raises.
    """
    unit = details.get("unit")
    texts = {key: shown(key, detail) for key, detail in details.items()}
    if isinstance(unit, str):
        figures = {k: v for k, v in details.items() if isinstance(v, int)}
        texts |= {k: amount(v, unit) for k, v in figures.items()} | _told_apart(figures, unit)
        texts["field"] = "" if unit == details.get("field") else texts.get("field", "")

    def clause(match: re.Match[str]) -> str:
        whole = all(texts.get(key) for key in placeholders(match[1]))
        return match[1] if whole else ""

    def place(match: re.Match[str]) -> str:
        return texts.get(match[1]) or NEUTRAL.get(match[1], "something")

    return _PLACE.sub(place, _CLAUSE.sub(clause, template))
