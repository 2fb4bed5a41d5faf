"""A socket in front of the store: forwards one command at a time, through the gate if it writes."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.crash.gate import Gate

WRITES = frozenset(
    {"EVALSHA", "EVAL", "SET", "HSET", "ZADD", "ZREM", "HDEL", "DEL", "XADD", "XTRIM"}
)
TAKES = frozenset({"BLMPOP"})
"""What takes something away, or waits in vain: its answer tells."""

PASSED_OVER = ("engine", "lease:sweep", "lease:edit", "audit:of")
"""The engine's own keys and the sweep's lease, which turn without anything happening."""

ID = re.compile(r"[0-9a-f]{16,}|[0-9A-Fa-f-]{20,}|/[A-Z0-9]{9,}")


async def _one(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes]]:
    """Read one value of the protocol: as it came, and the words of a flat array."""
    line = await reader.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionError
    kind, size = line[:1], line[1:-2]
    if kind in {b"$", b"="} and int(size) >= 0:
        body = await reader.readexactly(int(size) + 2)
        return line + body, [body[:-2]]
    raw: bytes = line
    words: list[bytes] = []
    if kind in b"*~>%" and int(size) > 0:
        for _ in range(int(size) * (2 if kind == b"%" else 1)):
            part, inner = await _one(reader)
            raw, words = raw + part, [*words, *inner]
    return raw, words


def named(words: list[bytes]) -> str:
    """Return what a command writes to, without ids; empty for what does not count."""
    command = words[0].decode().upper()
    if command not in WRITES | TAKES:
        return ""
    key = next((w.decode() for w in words[1:] if w.startswith(b"{headroom}:")), "")
    name = key.removeprefix("{headroom}:")
    if not name or name.startswith(PASSED_OVER):
        return ""
    family = name.split(":")[0] if not name.startswith("lease:") else name.rpartition(":")[0]
    return f"{command} {ID.sub('ID', family)}"


@dataclass(slots=True)
class Line:
    """What one connection has queued since its MULTI: a transaction is one write, at its EXEC."""

    queued: list[str] | None = None

    def hears(self, words: list[bytes]) -> str:
        """Return what the next command writes to; a transaction is named by all that it writes."""
        command, what = words[0].upper(), named(words)
        if command == b"MULTI":
            self.queued = []
        elif command in {b"EXEC", b"DISCARD"}:
            queued, self.queued = dict.fromkeys(self.queued or ()), None
            return f"EXEC {', '.join(queued)}" if queued and command == b"EXEC" else ""
        elif self.queued is not None:
            self.queued += [what] * bool(what)
            return ""
        return what


@asynccontextmanager
async def store_gate(socket: Path, server: Path, gate: Gate) -> AsyncIterator[Callable[[], None]]:
    """Listen on `socket` and pass every command on to the store at `server`.

    What is yielded hangs up for a process that died, as its kernel does: it waits for nothing more.
    """
    turns: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        turns.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await _pass_on(reader, writer, server, gate)
        finally:
            writer.close()
            turns.discard(task)

    def hang_up() -> None:
        for turn in turns - {asyncio.current_task()}:
            turn.cancel()

    listening = await asyncio.start_unix_server(connected, str(socket))
    try:
        yield hang_up
    finally:
        listening.close()
        hang_up()
        await asyncio.gather(*turns, return_exceptions=True)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Path, gate: Gate
) -> None:
    there, back = await asyncio.open_unix_connection(str(server))
    line = Line()
    try:
        while True:
            raw, words = await _one(reader)
            if words[0].upper() in {b"SUBSCRIBE", b"PSUBSCRIBE"}:
                back.write(raw)
                await asyncio.wait(
                    {
                        asyncio.ensure_future(_pipe(reader, back)),
                        asyncio.ensure_future(_pipe(there, writer)),
                    },
                    return_when=asyncio.FIRST_COMPLETED,
                )
                return
            what = line.hears(words)
            takes = words[0].decode().upper() in TAKES
            nth = gate.arrive(what) if what and not takes else 0
            if nth and gate.dies(what, nth, after=False):
                return
            back.write(raw)
            answer, taken = await _one(there)
            if nth and gate.dies(what, nth, after=True):
                return
            if what and takes and taken and gate.dies_after(what):
                return
            writer.write(answer)
            await writer.drain()
    finally:
        back.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()
