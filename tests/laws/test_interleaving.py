"""Three workers and two bots on one real store, in any interleaving, keep the laws."""

import sys

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.laws.machine import TOLD, Interleaving, quick

pytest_plugins = ["tests.stores"]

EXAMPLES, STEPS = 14, 45


@pytest.mark.timeout(300)
def test_any_interleaving_keeps_the_laws(
    store_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever dies, loses an answer or outlives a lease at whichever call of the store."""
    few = quick(EXAMPLES, STEPS)
    Interleaving.url = store_url
    run_state_machine_as_test(Interleaving, settings=few)
    assert TOLD["turns"] > TOLD["steps"]
    with capsys.disabled():
        sys.stdout.write(f"\ninterleaving: {dict(TOLD)}\n")
