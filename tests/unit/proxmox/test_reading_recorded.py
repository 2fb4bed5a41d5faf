"""The readers against what the real Proxmox code was recorded answering."""

import gzip
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.model.errors import (
    GuestLocked,
    GuestMissing,
    HypervisorFault,
    MissingPrivilege,
    Refused,
    StaleDigest,
)
from bot.proxmox.faults import of_answer
from bot.proxmox.reading import guests

RECORDED = Path(__file__).resolve().parents[2] / "golden"
READS = 448
"""Cases that end with both reads of a guest that is there."""


def cases() -> Iterator[list[dict[str, Any]]]:
    """Return the calls of every recorded case."""
    for path in sorted(RECORDED.glob("*.json.gz")):
        with gzip.open(path) as file:
            yield from (case["calls"] for case in json.load(file)["cases"])


def is_current(call: dict[str, Any]) -> bool:
    """Return whether the call read the config in force."""
    return call["path"].endswith("/config") and bool(call["params"].get("current"))


def test_pending_alone_tells_the_config_in_force() -> None:
    """It holds what `config?current=1` holds, digest included: one call less for every guest read."""
    read = 0
    for calls in cases():
        for before, call in pairwise(calls):
            if not call["path"].endswith("/pending") or not is_current(before):
                continue
            if call["result"]["status"] == 200:
                config, _, digest = guests.config_in_force(call["result"]["data"])
                assert guests.plain_config(before["result"]["data"]) == (config, digest)
                read += 1
    assert read == READS


def recorded_faults() -> Iterator[tuple[str, HypervisorFault]]:
    """Return the first line of every recorded error, and the fault it becomes."""
    for calls in cases():
        for result in (call["result"] for call in calls):
            if result["status"] >= 400:
                text = result["message"].split("\n")[0]
                yield (
                    text,
                    of_answer(
                        result["status"],
                        text,
                        result.get("errors"),
                        doing="d",
                        writes=True,
                        token_id="t",
                    ),
                )


def test_recorded_errors_become_our_faults() -> None:
    """No text that means a lock, a digest, a missing guest or privilege is a mere refusal."""
    meant = {
        "is locked (": GuestLocked,
        "file change": StaleDigest,
        "Configuration file": GuestMissing,
        "Permission check failed (/": MissingPrivilege,
    }
    seen = set()
    for text, fault in recorded_faults():
        kind = next((kind for part, kind in meant.items() if part in text), Refused)
        assert type(fault) is kind, text
        seen.add(kind)
    assert seen == {*meant.values(), Refused}
