"""Plans against what the real code of Proxmox VE did with the same call (recorded cases)."""

import re
from dataclasses import replace
from typing import Any

from bot.model.guest import GuestFacts, Kind
from bot.model.guest_config import UNITS, cpulimit, memory_mib, whole
from bot.model.intent import Amount
from bot.model.plan import Change, Draft, Effect
from bot.operations import OPERATIONS
from tests.unit.operations.estate import a_guest, ask_for, facts_of, kinds_of, to
from tests.unit.operations.reference import read

FILES = ("golden-guest-api.json.gz", "golden-requests.json.gz")
WAITS = {Effect.AT_RESTART, Effect.WITH_RESTART}


def sections(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return a config file's values in force, and those that wait."""
    parts = re.split(r"^\[PENDING\]$", text, maxsplit=1, flags=re.MULTILINE)
    here, later = (
        {**dict(re.findall(r"^(\w+): (.*)$", part, re.MULTILINE))} for part in [*parts, ""][:2]
    )
    return here, later


def asked(params: dict[str, str]) -> dict[str, Amount] | None:
    """Return the call's values as amounts; None if somebody could not have asked for them."""
    numbers = {
        key: cpulimit({key: text}) if key == "cpulimit" else whole(text)
        for key, text in params.items()
        if "=" not in text
    }
    known = {key: to(number) for key, number in numbers.items() if number is not None}
    return known if known and len(known) == len(params) else None


def cases() -> list[dict[str, Any]]:
    """Return the cases of one config call that a plan could make, on an unlocked guest."""
    found = []
    for case in (c for name in FILES for c in read(name)["cases"]):
        calls = [c for c in case["calls"] if c["method"] != "GET"]
        if len(calls) != 1 or len(case["files"]) != 1 or not calls[0]["path"].endswith("/config"):
            continue
        ((key, text),) = case["files"].items()
        fits = set(calls[0]["params"]) <= set(UNITS) and asked(calls[0]["params"])
        stale = "modified" in str(calls[0]["result"]) or "mismatch" in str(calls[0]["result"])
        if fits and "\nlock: " not in text and not stale and calls[0]["result"]["status"] != 501:
            found.append({**case, "key": key, "call": calls[0]})
    return found


def guest_of(case: dict[str, Any]) -> GuestFacts:
    """Return the case's guest."""
    kind = Kind.VM if case["key"].startswith("qemu") else Kind.CT
    config, pending = sections(case["files"][case["key"]])
    status = "running" if case["running"] else "stopped"
    return replace(a_guest(kind, status=status), config=config, pending=pending)


def value(key: str, config: dict[str, str]) -> int | None:
    """Return an explicit value as a number."""
    if key == "memory":
        return memory_mib(config)
    return cpulimit(config) if key == "cpulimit" else whole(config.get(key, ""))


def disagreement(change: Change, case: dict[str, Any]) -> str:
    """Return how the recorded outcome differs from the planned change, empty if it does not."""
    here, later = sections(case["files_after"][case["key"]])
    waits = change.effect in WAITS
    seen = value(change.field, later if waits else here)
    if seen != change.after or (not waits and change.field in later):
        return f"{change.field}: {change.effect.value} {change.after}, recorded {here} {later}"
    return ""


def test_recorded_cases_agree() -> None:
    """What a plan says of live and waiting is what happened; what was refused is not planned."""
    compared, differ = 0, []
    for case in cases():
        amounts = asked(case["call"]["params"]) or {}
        result = OPERATIONS["resources"].plan(ask_for(None, **amounts), facts_of(guest_of(case)))
        planned = isinstance(result, Draft)
        if planned and case["call"]["result"]["status"] != 200:
            differ.append(f"{case['name']}: planned, but Proxmox refuses it")
        if isinstance(result, Draft) and not kinds_of(result) & {
            "rounded to grid",
            "unplug may fail",
        }:
            found = (disagreement(change, case) for change in result.changes)
            differ += [f"{case['name']}: {text}" for text in found if text]
        compared += 1
    assert differ == []
    assert compared > 50
