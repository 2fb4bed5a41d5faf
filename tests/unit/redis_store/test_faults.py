"""Errors of the client become faults with a sentence."""

import pytest
from redis import exceptions

from bot.model.errors import StoreFault, StoreUnavailable
from bot.redis_store.durability import judge
from bot.redis_store.faults import Translated, answer_lost

UNAVAILABLE = [
    (exceptions.ConnectionError("Error 111 connecting"), "Error 111 connecting"),
    (exceptions.ConnectionError(), "the connection was cut"),
    (exceptions.TimeoutError("Timeout reading"), "did not answer in time"),
    (TimeoutError(), "did not answer in time"),
    (exceptions.BusyLoadingError("dataset in memory"), "still loading its data"),
    (exceptions.ReadOnlyError("You can't write against a replica"), "read-only replica"),
    (exceptions.OutOfMemoryError("command not allowed"), "memory is full"),
    (exceptions.ResponseError("MISCONF Errors writing to the AOF"), "cannot write to its disk"),
    (exceptions.ResponseError("-NOREPLICAS Not enough good replicas"), "fewer replicas"),
    (exceptions.AuthenticationError("WRONGPASS invalid"), "refused the password"),
    (OSError("no such device"), "no such device"),
]


@pytest.mark.parametrize(("error", "sentence"), UNAVAILABLE, ids=lambda v: type(v).__name__)
def test_a_store_that_cannot_work_is_unavailable(error: Exception, sentence: str) -> None:
    """The fault says what was being done and what stands in the way."""
    with pytest.raises(StoreUnavailable, match=sentence) as caught, Translated("saving R-1"):
        raise error
    assert caught.value.doing == "saving R-1"


def test_another_answer_of_the_server_is_a_fault() -> None:
    """A mistake of ours is not shown as an outage."""
    with (
        pytest.raises(StoreFault, match="saving R-1: WRONGTYPE") as caught,
        Translated("saving R-1"),
    ):
        raise exceptions.ResponseError("WRONGTYPE Operation against a key")
    assert not isinstance(caught.value, StoreUnavailable)


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (exceptions.ConnectionError(), True),
        (TimeoutError(), True),
        (exceptions.TimeoutError(), True),
        (exceptions.BusyLoadingError(), False),
        (exceptions.AuthenticationError(), False),
        (exceptions.ReadOnlyError(), False),
    ],
)
def test_only_a_broken_connection_leaves_the_outcome_open(error: Exception, *, lost: bool) -> None:
    """Where the server refused, nothing happened."""
    assert lost is answer_lost(error)


SAFE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


@pytest.mark.parametrize(
    ("changed", "role", "problems", "warnings"),
    [
        ({}, "master", 0, 0),
        ({"maxmemory-policy": "volatile-ttl"}, "master", 1, 0),
        ({"appendfsync": "everysec"}, "master", 0, 1),
        ({"appendonly": "no"}, "master", 0, 1),
        ({}, "slave", 1, 0),
        ({}, "", 0, 0),
    ],
)
def test_settings_are_judged(
    changed: dict[str, str], role: str, problems: int, warnings: int
) -> None:
    """Eviction and a replica forbid approvals; a second that may be lost is a warning."""
    found = judge({**SAFE, **changed}, role)
    assert (problems, warnings) == tuple(len(part) for part in found)


def test_hidden_settings_are_a_warning() -> None:
    """What cannot be read is named, and does not forbid anything."""
    problems, warnings = judge({}, "master")
    assert problems == ()
    assert len(warnings) == 1
