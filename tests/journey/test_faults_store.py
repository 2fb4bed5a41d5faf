"""The store goes wrong while it answers: nothing is shown as accepted, and nothing is lost."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.simulation.proxmox.passing import Passing
from tests.journey.acts import called, eventually
from tests.journey.reading import flat, form_of, form_says, open_form, pressed
from tests.journey.stage import Stage, staged

Fault = Callable[[Redis], Awaitable[Callable[[], Awaitable[None]]]]
"""Breaks the server, and returns what mends it."""


async def paused(server: Redis) -> Callable[[], Awaitable[None]]:
    """Stop the server's process as it is."""
    pid = int((await server.info("server"))["process_id"])
    os.kill(pid, signal.SIGSTOP)

    async def mend() -> None:
        os.kill(pid, signal.SIGCONT)

    return mend


async def full(server: Redis) -> Callable[[], Awaitable[None]]:
    """Leave the server no memory for another write."""
    await server.config_set("maxmemory", "1")

    async def mend() -> None:
        await server.config_set("maxmemory", "0")

    return mend


async def read_only(server: Redis) -> Callable[[], Awaitable[None]]:
    """Make the server a replica of nothing that answers."""
    await server.replicaof("127.0.0.1", "1")

    async def mend() -> None:
        await server.replicaof("NO", "ONE")

    return mend


@asynccontextmanager
async def broken(folder: Path, fault: Fault) -> AsyncIterator[None]:
    """Let the embedded server of that folder be broken for a while."""
    server = connect(f"unix://{folder / 'store' / 'valkey.sock'}")
    mend = await fault(server)
    try:
        yield
    finally:
        await mend()
        await server.aclose()


async def told_at_once(stage: Stage, text: str) -> str:
    """Type something and return what the acknowledgement says."""
    reply = await stage.ask("ana", text)
    assert reply.message is not None
    return flat(stage.slack.shown(reply.message))


@pytest.mark.parametrize("fault", [full, read_only])
async def test_nothing_is_accepted_and_nothing_is_lost(tmp_path: Path, fault: Fault) -> None:
    """An ask and a vote are answered "not recorded"; the open request is as it was, and goes on."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        async with broken(tmp_path / "state", fault):
            said = await told_at_once(stage, "request db-01 memory=+1G")
            assert "Not recorded: my store does not answer" in said
            assert "does not answer" in await pressed(stage, "bob", "Approve")
            assert stage.memory(101) == 2048
        assert stage.shown() == card
        assert len(await stage.bot.store.open_requests()) == 1
        await stage.press("bob", "Approve")
        await stage.card_says("Read back", seconds=45)  # a lease that could not be given back: 30 s
        assert stage.memory(101) == 3072
        assert await stage.bot.store.broken_link() is None


@pytest.mark.parametrize(
    ("who", "buttons", "sends", "values"),
    [
        ("bob", ("Offer less",), "Offer for R-", {"memory": "+1G"}),
        ("bob", ("Deny",), "Deny", {"reason": "not now"}),
        ("ana", ("Details", "Edit"), "Send the change", {"memory": "3G"}),
    ],
)
async def test_a_form_says_that_the_store_does_not_answer(
    tmp_path: Path, who: str, buttons: tuple[str, ...], sends: str, values: dict[str, str]
) -> None:
    """Submitted while the store is gone: "not recorded", in the form; the request is as it was."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+2G")
        person, (first, *then) = stage.person(who), buttons
        await stage.press(who, first)
        for button in then:
            await form_says(stage, who, button)
            await person.press(open_form(stage, who), button)
        await form_says(stage, who, sends)
        form = open_form(stage, who)
        await embedded.stop(tmp_path / "state")
        try:
            await person.submit(form, values)
            assert "Not recorded: my store does not answer" in form_of(stage, who)
        finally:
            await embedded.ensure(tmp_path / "state")
        assert stage.shown() == card


async def test_a_store_that_hangs_is_answered_for_in_time(tmp_path: Path) -> None:
    """Within three seconds: that it takes long, and nothing is shown as accepted; later it goes on."""
    async with staged(tmp_path) as stage:
        card = await stage.new_card("ana", "request web-01 memory=+1G")
        async with broken(tmp_path / "state", paused):
            said = await told_at_once(stage, "request db-01 memory=+1G")
            assert "This takes longer than usual." in said or "Not recorded" in said
            assert stage.shown() == card
        assert stage.slack.late_acks == 0
        await stage.press("bob", "Approve", stage.cards()[0])
        await stage.result("ana", "web-01 has 3 GiB (was 2)", seconds=45)


async def test_a_request_that_runs_while_the_store_is_away_ends_as_it_should(
    tmp_path: Path,
) -> None:
    """The call was made; once the store takes writes again it is read back, and made only once."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")

        async def changed() -> bool:
            return stage.memory(101) == 3072

        async with AsyncExitStack() as away:

            async def breaks(_passing: Passing) -> None:
                await away.enter_async_context(broken(tmp_path / "state", full))

            stage.pve.on_call("PUT /nodes/*/lxc/101/config", breaks, times=1)
            await stage.press("bob", "Approve")
            await eventually(stage, changed)
        await stage.card_says("Read back", seconds=40)
        assert len(called(stage, "PUT /nodes/pve1/lxc/101/config")) == 1
