"""The embedded server: one per folder, whoever starts it, and its data outlives it."""

import asyncio
import json
import logging
import os
import signal
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.model.errors import StoreUnavailable
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.embedded import Home, binary, ensure, stop
from bot.redis_store.store import RedisStore
from tests.unit.redis_store.samples import pending, save_of

pytest_plugins = ["tests.stores"]

ENSURE = """
import asyncio, json, sys
from pathlib import Path
from bot.redis_store.client import connect
from bot.redis_store.embedded import ensure

async def main():
    url = await ensure(Path(sys.argv[1]))
    redis = connect(url)
    print(json.dumps([url, (await redis.info("server"))["process_id"]]))
    await redis.aclose()

asyncio.run(main())
"""


async def told(url: str, section: str = "server") -> dict[str, Any]:
    """Return what the server says of itself."""
    redis = connect(url)
    try:
        return dict(await redis.info(section))
    finally:
        await redis.aclose()


async def killed(folder: Path) -> None:
    """Kill the folder's server and wait until its connections are gone."""
    home = Home.under(folder)
    reader, writer = await asyncio.open_unix_connection(str(home.socket))
    os.kill((await told(await ensure(folder)))["process_id"], signal.SIGKILL)
    assert await reader.read() == b""
    writer.close()


async def in_another_process(folder: Path) -> tuple[str, int]:
    """Run `ensure` in a process of its own; return the address and the server's process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ENSURE, str(folder), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    url, server = json.loads(out)
    return url, server


async def test_the_server_keeps_every_write_and_opens_no_port(state_folder: Path) -> None:
    """No TCP, a socket for this user alone, every write on disk, nothing evicted."""
    url = await ensure(state_folder)
    redis = connect(url)
    settings = await redis.config_get()
    wanted = {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "always",
        "maxmemory-policy": "noeviction",
    }
    assert wanted == {name: settings[name] for name in wanted}
    assert await RedisStore(redis).unsafe_because() == ((), ())
    await redis.aclose()
    socket = Home.under(state_folder).socket
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


async def test_a_second_call_attaches_to_the_same_server(state_folder: Path) -> None:
    """One folder, one server."""
    first = await ensure(state_folder)
    before = await told(first)
    assert first == await ensure(state_folder)
    assert before["run_id"] == (await told(first))["run_id"]


async def test_racing_processes_end_with_one_server_that_outlives_them(state_folder: Path) -> None:
    """Whoever is first starts it, the others attach, and it stays in a session of its own."""
    answers = await asyncio.gather(*(in_another_process(state_folder) for _ in range(4)))
    assert len(set(answers)) == 1
    url, process = answers[0]
    assert process == (await told(url))["process_id"]
    assert os.getsid(process) != os.getsid(0)


async def test_a_killed_server_is_started_anew_with_its_data(state_folder: Path) -> None:
    """What was saved is there after a SIGKILL and another `ensure`."""
    url = await ensure(state_folder)
    first = RedisStore(connect(url))
    await first.save(save_of(pending()))
    await first.close()
    await killed(state_folder)
    second = RedisStore(connect(await ensure(state_folder)))
    assert pending() == await second.request(pending().id)
    assert await second.broken_link() is None
    await second.close()


async def test_a_client_finds_the_restarted_server_by_itself(state_folder: Path) -> None:
    """Reads and saves go on over a connection that was cut by the restart."""
    url = await ensure(state_folder)
    store = RedisStore(connect(url))
    await store.save(save_of(pending()))
    await killed(state_folder)
    with pytest.raises(StoreUnavailable, match="reading request R-0001"):
        await store.request("R-0001")
    await ensure(state_folder)
    assert pending() == await store.request("R-0001")
    await store.save(save_of(pending(2)))
    await store.close()


async def test_stopping_ends_the_server_and_keeps_the_data(state_folder: Path) -> None:
    """After `stop` nothing answers; stopping twice, or where nothing ever was, is fine."""
    url = await ensure(state_folder)
    store = RedisStore(connect(url))
    await store.put_due("a", 1)
    await stop(state_folder)
    with pytest.raises(StoreUnavailable):
        await store.now()
    await stop(state_folder)
    await stop(state_folder / "nowhere")
    await ensure(state_folder)
    assert await store.due(1, 1) == ("a",)
    await store.close()


async def test_a_server_that_lives_and_does_not_answer_is_told(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No second server is started beside one that hangs."""
    process = (await told(await ensure(state_folder)))["process_id"]
    monkeypatch.setattr(embedded, "START_SECONDS", 0.2)
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match="lives there and does not answer"):
            await ensure(state_folder)
    finally:
        os.kill(process, signal.SIGCONT)
    monkeypatch.undo()
    assert process == (await told(await ensure(state_folder)))["process_id"]


async def test_a_server_that_cannot_start_says_why(state_folder: Path) -> None:
    """The end of its log is in the sentence."""
    await ensure(state_folder)
    await stop(state_folder)
    for manifest in (Home.under(state_folder).folder / "appendonlydir").glob("*.manifest"):
        manifest.write_text("nonsense\n")
    with pytest.raises(
        StoreUnavailable, match=r"starting the embedded store: it ended at once: .*AOF"
    ):
        await ensure(state_folder)


async def test_a_long_path_gets_a_short_socket_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The socket is in a folder of this user's under the temporary folder; others find it."""
    folder = tmp_path / ("x" * 90)
    with caplog.at_level(logging.WARNING):
        url = await ensure(folder)
    try:
        assert "too long for a socket" in caplog.text
        assert (url, (await told(url))["process_id"]) == await in_another_process(folder)
        short = Home.under(folder).socket.parent
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
    finally:
        await stop(folder)
        short.rmdir()


async def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """Errors are sentences also when the folder cannot be made."""
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreUnavailable, match=r"preparing .*state/store"):
        await ensure(tmp_path / "state")


def test_the_wheel_carries_a_server() -> None:
    """The binary is there and may be run."""
    assert os.access(binary(), os.X_OK)
