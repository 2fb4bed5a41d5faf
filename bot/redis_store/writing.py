"""One atomic write in the making: checks, commands, an entry for the chain → `save.lua`."""

from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from bot.model.errors import StoreUnavailable, TooLate, VersionConflict
from bot.redis_store.client import Connection
from bot.redis_store.faults import answer_lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry for a chain: its stream, the key of the chain's head, and who wants its position."""

    stream: str
    head: str
    positions: str
    life_ms: int
    payload: str


@dataclass(frozen=True, slots=True)
class Full:
    """A counter without room: which one (from 0), when that was seen, and what is left of its life (ms).

    `first` says that it refused nothing before.
    """

    number: int
    at: int
    left: int
    first: bool


@dataclass(slots=True, kw_only=True)
class Write:
    """What one run of `save.lua` does; see there. `names` says what a key is, for sentences.

    `proof` is a hash with the body that it holds once this write has happened, and that only this
    write gives it: with it the write may be repeated after a lost answer. Set by the write: `linked`,
    the entry's position and hash (empty if the answer that had them was lost), and `full`, the counter
    without room that kept everything from being written.
    """

    doing: str
    deadline: int | None = None
    link: Link | None = None
    proof: tuple[str, str] | None = None
    twice_is_once: bool = False
    linked: tuple[str, str] = ("", "")
    full: Full | None = None
    names: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)
    _versions: list[tuple[int, str]] = field(default_factory=list)
    _absent: list[int] = field(default_factory=list)
    _counters: list[tuple[int, int, int]] = field(default_factory=list)
    _commands: list[tuple[str | int | bool, ...]] = field(default_factory=list)

    def _key(self, key: str) -> int:
        return self._keys.setdefault(key, len(self._keys) + 1)

    def at_version(self, key: str, version: int, name: str) -> None:
        """Ask that the hash holds this version; 0: that it is not there."""
        self.names[key] = name
        self._versions.append((self._key(key), str(version)))

    def not_there(self, key: str, name: str) -> None:
        """Ask that the key is not there."""
        self.names[key] = name
        self._absent.append(self._key(key))

    def count(self, key: str, most: int, life_ms: int) -> None:
        """Ask that the counter has room for one more, and count it, for `life_ms` from its first one on."""
        self._counters.append((self._key(key), most, life_ms))

    def do(self, command: str, key: str, *words: str | int, if_there: bool = False) -> None:
        """Run a command on a key, if wanted only where the key is there already."""
        self._commands.append((command, self._key(key), if_there, *map(str, words)))

    def script_arguments(self) -> tuple[list[str], bytes]:
        """Return KEYS, and as one word of JSON what is wanted: the client takes long over many."""
        wanted: dict[str, object] = {
            "versions": self._versions,
            "absent": self._absent,
            "counters": self._counters,
            "commands": self._commands,
        }
        if self.deadline is not None:
            wanted["deadline"] = self.deadline
        if self.link:
            positions = self._key(self.link.positions) if self.link.positions else 0
            stream, head = self._key(self.link.stream), self._key(self.link.head)
            wanted["link"] = (stream, head, positions, self.link.life_ms, self.link.payload)
        return list(self._keys), to_json(wanted)


async def carry_out(connection: Connection, write: Write, *, may_be_taken: bool = False) -> bool:
    """Do it, whole or not at all; False for a full counter, and for a key that is taken, if it may be.

    VersionConflict names the record or handle in the way. After a lost answer a repeatable write is
    made once more: had the first one happened, the checks stop the second, and the proof tells.
    """
    keys, wanted = write.script_arguments()
    try:
        answer = await connection.save(write.doing, keys, [wanted])
    except StoreUnavailable as fault:
        repeatable = write.proof is not None or write.twice_is_once
        if not repeatable or not answer_lost(fault.__cause__):
            raise
        answer = await connection.save(write.doing, keys, [wanted])
        if answer[0] != "ok" and await _happened(connection, write):
            return True
        if answer[0] == "full":
            answer[-1] = 1  # that it was the first may have been the answer that got lost
    if may_be_taken and answer[0] == "taken":
        return False
    return _done(write, answer)


async def _happened(connection: Connection, write: Write) -> bool:
    if write.proof is None:
        return False
    key, body = write.proof
    return bool(await connection.ask(write.doing, "HGET", key, "body") == body)


def _done(write: Write, answer: list[Any]) -> bool:
    match answer:
        case ["ok"]:
            return True
        case ["ok", position, own]:
            write.linked = position, own
            return True
        case ["full", number, now, left, first]:
            write.full = Full(number - 1, now, left, first == 1)
            return False
        case ["late"]:
            raise TooLate(write.doing, "its time is over")
        case ["stale", key]:
            over = write.names[key]
            raise VersionConflict(write.doing, f"somebody else saved {over} first", over)
        case [_, key]:
            over = write.names[key]
            raise VersionConflict(write.doing, f"{over} is taken", over)
        case _:
            raise AssertionError(f"save.lua answered {answer!r}")
