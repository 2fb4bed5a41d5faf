"""Files that the app uploads: announced, sent to an address of their own, then completed."""

from dataclasses import dataclass, replace

from aiohttp import web

from bot.simulation.clock import Ids
from bot.simulation.slack.refusal import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file; `data` is there once it was sent, `shares` once it was completed."""

    id: str
    name: str
    length: int
    key: str
    title: str = ""
    alt_text: str = ""
    data: bytes | None = None
    completed: bool = False
    shares: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> Json:
        """Describe the file as files.info does."""
        told: Json = {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "size": self.length,
            "filetype": self.name.rpartition(".")[2],
            "mode": "hosted",
            "is_external": False,
        }
        if self.alt_text:
            told["alt_txt"] = self.alt_text
        if self.shares:
            public: dict[str, list[Json]] = {}
            for channel, ts in self.shares:
                public.setdefault(channel, []).append({"ts": ts})
            told["shares"] = {"public": public}
        return told


class Files:
    """All files, by id; `base_url` is where their bytes are sent."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._files: dict[str, File] = {}
        self.base_url = ""

    def announce(self, name: str, length: int, alt_text: str) -> File:
        """Make room for a file of `length` bytes."""
        file = File(
            id=self._ids.opaque("F"),
            name=name,
            length=length,
            key=self._ids.opaque(length=24),
            alt_text=alt_text,
        )
        return self.keep(file)

    def address(self, file: File) -> str:
        """Give the address for the bytes of a file."""
        return self.base_url + file.key

    def get(self, file_id: str) -> File | None:
        """Find a file."""
        return self._files.get(file_id)

    def keep(self, file: File) -> File:
        """Keep a file as it is now."""
        self._files[file.id] = file
        return file

    async def receive(self, request: web.Request) -> web.Response:
        """Take the bytes of a file; no token is needed."""
        key = request.match_info["key"]
        file = next((file for file in self._files.values() if file.key == key), None)
        if file is None:
            return web.Response(status=404, text="no such upload")
        data = await request.read()
        if len(data) != file.length:
            return web.Response(status=400, text=f"{len(data)} bytes instead of {file.length}")
        self.keep(replace(file, data=data))
        return web.Response(text=f"OK - {len(data)}")
