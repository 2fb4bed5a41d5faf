"""Forms: what they ask, and reading them back as plain texts."""

from collections.abc import Mapping
from typing import Any

from bot.model.feature import Feature
from bot.model.guest import GuestFacts, Kind
from bot.model.intent import Ask, Timing, When
from bot.model.notice import DenyForm, OfferForm, RequestForm
from bot.model.plan import Change
from bot.model.quantity import GIB, GIB_IN_MIB, MIB, number
from bot.model.unit import Unit
from handlers.blocks.declined import problem
from handlers.blocks.guest import disk_line, in_force, pending
from handlers.blocks.inputs import VALUE, field, form_view, guest_picker, option_of, text_input
from handlers.blocks.kit import (
    Block,
    clean,
    context,
    name,
    plain_text,
    section,
)
from handlers.blocks.plan import change_phrase, what
from handlers.blocks.preview import preview_blocks
from handlers.blocks.result import pointer
from handlers.blocks.words import target_word

AMOUNTS: dict[Kind, tuple[tuple[str, str, str, Feature], ...]] = {
    Kind.VM: (
        ("memory", "Memory", "+2G or 6G", Feature.MEMORY),
        ("cores", "Cores", "+2 or 4", Feature.CPU),
        ("vcpus", "Plugged vCPUs (no restart, up to cores × sockets)", "4", Feature.CPU),
        ("balloon", "Balloon minimum (what is guaranteed)", "2G", Feature.MEMORY),
        ("cpulimit", "CPU limit (cores; 0 is none)", "1.5", Feature.CPU),
    ),
    Kind.CT: (
        ("memory", "Memory", "+2G or 6G", Feature.MEMORY),
        ("swap", "Swap", "+1G or 2G", Feature.MEMORY),
        ("cores", "Cores", "+2 or 4", Feature.CPU),
        ("cpulimit", "CPU limit (cores; 0 is none)", "1.5", Feature.CPU),
    ),
}
TIMINGS = {
    When.NOW: "Now, as far as it works without a restart",
    When.AT: "At a time (choose it below)",
    When.AT_RESTART: "At the next restart",
}


def amount_text(value: object, unit: Unit) -> str:
    """Return a value as people type it and as the grammar reads it back: `6G`, `512M`, `1.5`."""
    if not isinstance(value, int):
        return str(value or "")
    if unit is Unit.MIB:
        return f"{value // GIB_IN_MIB}G" if value % GIB_IN_MIB == 0 else f"{value}M"
    if unit is Unit.BYTES:
        if value % GIB == 0:
            return f"{value // GIB}G"
        return f"{value // MIB}M" if value % MIB == 0 else f"{value}B"
    return number(value / 100, 2) if unit is Unit.CENTICORES else str(value)


def _initial(field_name: str, ask: Ask | None, changes: tuple[Change, ...]) -> str:
    amount = ask.amounts.get(field_name) if ask else None
    if amount is not None and amount.text.strip():
        return amount.text
    change = next((c for c in changes if c.field == field_name), None)
    return amount_text(change.after, change.unit) if change else ""


def _current(facts: GuestFacts) -> list[Block]:
    said = f"It has {in_force(facts)}."
    if waiting := pending(facts):
        said += f" Waits for a shutdown and start: {waiting}."
    blocks = [section(said)]
    if facts.disks:
        blocks.append(section("\n".join(disk_line(d) for d in facts.disks[:20])))
    return blocks


def _disk_inputs(facts: GuestFacts, ask: Ask | None, changes: tuple[Change, ...]) -> list[Block]:
    """Build the input for a disk's new size; where several can grow, also which one.

    The slot that was asked for, if any, stands first in the choice.
    """
    slots = [clean(d.slot) for d in facts.disks if not d.why_not and clean(d.slot)][:100]
    if not slots:
        return []
    asked = next((s for s in slots if _initial(s, ask, changes)), "")
    typed = _initial(asked, ask, changes) if asked else _initial("disk", ask, changes)
    size = field("disk", "Disk (it only grows)", text_input(typed, "+20G"))
    if len(slots) == 1:
        return [size]
    options = [option_of(slot, slot) for slot in dict.fromkeys(slots)]
    select: Block = {"type": "static_select", "action_id": VALUE, "options": options}
    if asked:
        select["initial_option"] = option_of(asked, asked)
    return [field("disk_slot", "Which disk", select), size]


def _timing_inputs(timing: Timing, *, restart: bool) -> list[Block]:
    options = {w: option_of(text, w.value) for w, text in TIMINGS.items()}
    radio: Block = {
        "type": "radio_buttons",
        "action_id": VALUE,
        "options": list(options.values()),
        "initial_option": options[timing.when],
    }
    at: Block = {"type": "datetimepicker", "action_id": VALUE}
    seconds = (timing.at_ms or 0) // 1000
    if 10**9 <= seconds < 10**10:
        at["initial_date_time"] = seconds
    blocks = [field("timing", "When", radio, optional=False), field("at", "At a time", at)]
    if restart:
        option = option_of("Restart the guest for it (shutdown, then start)", "yes")
        boxes: Block = {"type": "checkboxes", "action_id": VALUE, "options": [option]}
        if timing.with_restart:
            boxes["initial_options"] = [option]
        blocks.append(field("with_restart", "Restart", boxes))
    return blocks


def request_form(notice: RequestForm) -> Block:
    """Build the request form: the guest, then its amounts, timing, reason, check and preview."""
    facts, editing, features = notice.guest, notice.editing, notice.features
    ask = notice.ask or (editing.ask if editing else None)
    changes = editing.changes if editing and notice.ask is None else ()
    if editing:
        blocks = [section(f"{target_word(editing.plan.target)}: change what you asked for.")]
    else:
        blocks = [{**guest_picker(facts), "dispatch_action": True}]
    if facts is None:
        blocks.append(context("What it has now is shown once you have chosen it."))
    else:
        blocks += _current(facts)
        blocks += [
            field(key, label, text_input(_initial(key, ask, changes), hint))
            for key, label, hint, feature in AMOUNTS[facts.ref.kind]
            if features.has(feature)
        ]
        blocks += _disk_inputs(facts, ask, changes) if features.has(Feature.DISKS) else []
        timing = ask.timing if ask else Timing()
        restart = facts.ref.kind is Kind.VM and features.has(Feature.POWER)
        blocks += _timing_inputs(timing, restart=restart)
        reason = text_input(ask.reason if ask else "", "What is it for?", lines=True, most=1000)
        blocks += [field("reason", "Reason", reason), _check()]
    if notice.preview is not None:
        blocks += preview_blocks(notice.preview)
    title = f"Edit {editing.handle}" if editing else "Request resources"
    send = "Send the change" if editing else "Send request"
    return form_view(title, send, blocks, callback="request.form", metadata=notice.metadata)


def _check() -> Block:
    press = {
        "type": "button",
        "text": plain_text("Check", 75),
        "action_id": "form.check",
        "value": "check",
    }
    return {"type": "actions", "block_id": "check", "elements": [press]}


def deny_form(notice: DenyForm) -> Block:
    """Build the form that asks for a reason."""
    request = notice.request
    reason = text_input(
        "", "It runs out of disk, not memory: please grow that instead", lines=True, most=1000
    )
    blocks = [
        section(f"{name(request.handle)}: {what(request.plan)}."),
        field("reason", "Why not? Who asked will read this.", reason, optional=False),
    ]
    title = f"Deny {request.handle}"
    return form_view(title, "Deny", blocks, callback="deny.form", metadata=pointer(request))


def offer_form(notice: OfferForm) -> Block:
    """Build the form for a smaller offer or another timing, filled with what was asked."""
    request = notice.request
    asked = "; ".join(change_phrase(c) for c in request.changes[:20])
    blocks = [section(f"{name(request.plan.target.name)}: {asked}. Offer less, or another time.")]
    for change in {c.field: c for c in request.changes if c.unit is not Unit.TEXT}.values():
        initial = text_input(_initial(change.field, notice.ask, request.changes))
        blocks.append(field(change.field, change_label(change), initial, optional=False))
    restart = request.plan.target.ref.kind is Kind.VM and notice.features.has(Feature.POWER)
    timing = notice.ask.timing if notice.ask else request.plan.timing
    blocks += _timing_inputs(timing, restart=restart)
    if notice.problem is not None:
        blocks.append(section(problem(notice.problem)))
    title = f"Offer for {request.handle}"
    return form_view(title, "Offer", blocks, callback="offer.form", metadata=pointer(request))


def change_label(change: Change) -> str:
    """Return the label of an amount in the offer form."""
    known = {key: label for rows in AMOUNTS.values() for key, label, *_ in rows}
    return known.get(change.field, f"Disk {change.field}")


def read_form(state_values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Return what a view's state holds, as plain texts by block id; what is empty is left out.

    `guest`: `cluster/vmid`; `timing`: `now`, `at` or `at restart`; `at`: seconds since the epoch;
    `with_restart`: `yes`. A size in `disk` comes under its slot where `disk_slot` names one.
    """
    read = {}
    for block_id, elements in state_values.items():
        for element in elements.values():
            text = _read(element)
            if text:
                read[block_id] = text
    slot = read.pop("disk_slot", "")
    if slot and "disk" in read:
        read[slot] = read.pop("disk")
    return read


def _read(element: Mapping[str, Any]) -> str:
    if chosen := element.get("selected_option"):
        return str(chosen.get("value", ""))
    if several := element.get("selected_options"):
        return ",".join(str(each.get("value", "")) for each in several)
    for key in ("value", "selected_date_time"):
        if element.get(key) is not None:
            return str(element[key]).strip()
    return ""
