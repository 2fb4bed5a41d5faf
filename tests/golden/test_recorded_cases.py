"""The simulated Proxmox does what the real code was recorded doing."""

from pathlib import Path
from typing import Any

import pytest

from tests.golden.play import play_case, read_cases

HERE = Path(__file__).parent
CASES = [
    pytest.param(case, id=case["name"])
    for path in sorted(HERE.glob("*.json.gz"))
    for case in read_cases(path)
]


@pytest.mark.parametrize("case", CASES)
async def test_case_agrees(case: dict[str, Any]) -> None:
    """Every status, message, error, task exit and value of the recording comes out the same."""
    assert await play_case(case) == []


def test_recordings_are_complete() -> None:
    """Both recordings are here: 151 cases of the guest API, 300 of random requests."""
    count = len(CASES)
    assert count == 451
