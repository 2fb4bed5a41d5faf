"""One atomic write in the making: checks, commands, an entry for the chain → `save.lua`."""

from dataclasses import dataclass, field

from bot.model.errors import StoreUnavailable, TooLate, VersionConflict
from bot.redis_store.client import Connection, Word
from bot.redis_store.faults import answer_lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry for a chain: its stream, the key of the chain's head, and who wants its position."""

    stream: str
    head: str
    positions: str
    life_ms: int
    payload: str


@dataclass(slots=True, kw_only=True)
class Write:
    """What one run of `save.lua` does; see there. `names` says what a key is, for sentences.

    `proof` is a hash with the body that it holds once this write has happened, and that only this
    write gives it: with it the write may be repeated after a lost answer. `linked` is set by the write:
    the entry's position and hash, empty if the answer that had them was lost.
    """

    doing: str
    deadline: int | None = None
    link: Link | None = None
    proof: tuple[str, str] | None = None
    twice_is_once: bool = False
    linked: tuple[str, str] = ("", "")
    names: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)
    _versions: list[Word] = field(default_factory=list)
    _absent: list[Word] = field(default_factory=list)
    _commands: list[tuple[Word, ...]] = field(default_factory=list)

    def _key(self, key: str) -> int:
        return self._keys.setdefault(key, len(self._keys) + 1)

    def at_version(self, key: str, version: int, name: str) -> None:
        """Ask that the hash holds this version; 0: that it is not there."""
        self.names[key] = name
        self._versions += [self._key(key), version]

    def not_there(self, key: str, name: str) -> None:
        """Ask that the key is not there."""
        self.names[key] = name
        self._absent += [self._key(key)]

    def do(self, command: str, key: str, *words: Word, if_there: bool = False) -> None:
        """Run a command on a key, if wanted only where the key is there already."""
        guard = int(if_there)
        self._commands += [(command, self._key(key), guard, len(words), *words)]

    def script_arguments(self) -> tuple[list[str], list[Word]]:
        """Return KEYS and ARGV."""
        link: list[Word] = [""]
        if self.link:
            positions = self._key(self.link.positions) if self.link.positions else ""
            stream, head = self._key(self.link.stream), self._key(self.link.head)
            link = [stream, head, positions, self.link.life_ms, self.link.payload]
        words: list[Word] = ["" if self.deadline is None else self.deadline]
        words += [len(self._versions) // 2, *self._versions]
        words += [len(self._absent), *self._absent]
        words += [len(self._commands), *(w for command in self._commands for w in command)]
        return list(self._keys), words + link


async def carry_out(connection: Connection, write: Write, *, may_be_taken: bool = False) -> bool:
    """Do it, whole or not at all; False for a key that is taken, if it may be.

    VersionConflict names the record or handle in the way. After a lost answer a repeatable write is
    made once more: had the first one happened, the checks stop the second, and the proof tells.
    """
    keys, words = write.script_arguments()
    try:
        answer = await connection.run(write.doing, "save", keys, words)
    except StoreUnavailable as fault:
        repeatable = write.proof is not None or write.twice_is_once
        if not repeatable or not answer_lost(fault.__cause__):
            raise
        answer = await connection.run(write.doing, "save", keys, words)
        if answer[0] != "ok" and await _happened(connection, write):
            return True
    if may_be_taken and answer[0] == "taken":
        return False
    _raise_unless_done(write, answer)
    return True


async def _happened(connection: Connection, write: Write) -> bool:
    if write.proof is None:
        return False
    key, body = write.proof
    return bool(await connection.ask(write.doing, "HGET", key, "body") == body)


def _raise_unless_done(write: Write, answer: list[str]) -> None:
    match answer:
        case ["ok", position, own]:
            write.linked = position, own
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
