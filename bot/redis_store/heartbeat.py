"""The heartbeat: a small file on this host that says how far the store's audit has come.

It stands in the state folder, also where the store is somewhere else: whatever happens to the store
does not happen to the file. It is written whole or not at all.
"""

import asyncio
import json
import os
import tempfile
from pathlib import Path

from bot.model.errors import StoreFault
from bot.model.gate import Mark

NAME = "heartbeat.json"


class HeartbeatFile:
    """The newest audit entry that a process on this host has seen. Raises `StoreFault`s."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / NAME

    async def kept(self) -> Mark | None:
        """Return the entry; None before the first."""
        return await asyncio.to_thread(self._read)

    async def keep(self, mark: Mark, instead_of: Mark | None) -> None:
        """Keep it in the place of the entry that was found in the store, or of an older one."""
        await asyncio.to_thread(self._write, mark, instead_of)

    def _read(self) -> Mark | None:
        doing = f"reading the heartbeat {self._path}"
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            mark = Mark(position=told["position"], hash=told["hash"])
            _ = mark.order
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreFault(doing, error.strerror or str(error)) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFault(
                doing, "it is no heartbeat of ours; look why, then take it away"
            ) from error
        return mark

    def _write(self, mark: Mark, instead_of: Mark | None) -> None:
        there = self._read()
        if there is not None and there != instead_of and there.order > mark.order:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(json.dumps({"position": mark.position, "hash": mark.hash}))
        except OSError as error:
            doing = f"keeping the heartbeat {self._path}"
            raise StoreFault(doing, error.strerror or str(error)) from error

    def _replace(self, text: str) -> None:
        descriptor, aside = tempfile.mkstemp(prefix=f"{NAME}.", dir=self._path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(self._path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
