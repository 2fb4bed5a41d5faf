"""The store: can it be reached, will it keep what it is given, does its clock agree with ours?"""

import os
import tempfile
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Settings
from bot.model.address import StoreAddress
from bot.model.errors import StoreFault
from bot.preflight.finding import Finding, fine, problem, warning
from bot.preflight.times import skewed
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.heartbeat import NAME, HeartbeatFile
from bot.redis_store.store import RedisStore

ABOUT = "store"
REDIS = "start it, or set REDIS_URL to one that runs (redis://:PASSWORD@HOST:6379/0)"

WENT_BACK = "nothing is claimed: the store went back in time, and nobody has released it"
RELEASE = "headroom release   # shows what is missing, then asks"


async def store(settings: Settings) -> list[Finding]:
    """Look at the store and the heartbeat; an embedded one that does not live is not started."""
    return [*await _store(settings), *await _heartbeat(settings.store.folder)]


async def _heartbeat(folder: Path) -> list[Finding]:
    """Say why the file that tells how far the store had come cannot be read; then nothing is claimed."""
    if _unusable(folder):
        return []  # said already
    try:
        await HeartbeatFile(folder).kept()
    except StoreFault as fault:
        file = folder / NAME
        aside = f"mv {file} {file}.broken   # once you know why"
        return [problem(ABOUT, f"nothing is claimed: {fault}", aside)]
    return []


async def _store(settings: Settings) -> list[Finding]:
    if settings.store.url is not None:
        url = settings.store.url.get_secret_value()
        found = await _asked(url, StoreAddress.of(url).place, REDIS)
        why_not = _unusable(settings.store.folder)  # the heartbeat stands there
        return [*found, why_not] if why_not else found
    return await _embedded(settings.store.folder)


async def _asked(url: str, place: str, advice: str) -> list[Finding]:
    """Ask a server for its clock and its settings."""
    clock = SystemClock()
    server = RedisStore(connect(url))
    try:
        before = clock.now()
        at = await server.now()
        late = skewed(ABOUT, "the store", at, (before + clock.now()) // 2)
        unsafe, warnings = await server.unsafe_because()
        gate = await server.gate()
    except StoreFault as fault:
        return [problem(ABOUT, f"{place} does not work: {fault.detail}", advice)]
    finally:
        await server.close()
    found = [problem(ABOUT, text) for text in unsafe] + [warning(ABOUT, text) for text in warnings]
    found += [problem(ABOUT, WENT_BACK, RELEASE)] if gate.closed else []
    return [*late, *found] if found else [fine(ABOUT, f"{place} keeps every write"), *late]


async def _embedded(folder: Path) -> list[Finding]:
    """Look at the state folder, and at the server in it or at one like it in a folder for a moment."""
    why_not = _unusable(folder)
    if why_not:
        return [why_not]
    try:
        url = await embedded.living(folder)
        if url:
            return await _asked(url, f"the embedded store in {folder}", f"see {folder}/store")
        return await _tried(folder)
    except (StoreFault, OSError) as fault:
        return [problem(ABOUT, f"the embedded store does not start: {fault}", REDIS)]


async def _tried(folder: Path) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="headroom-check-") as aside:
        try:
            url = await embedded.ensure(Path(aside))
            return await _asked(url, f"the embedded store (data in {folder})", REDIS)
        finally:
            await embedded.stop(Path(aside))


def _unusable(folder: Path) -> Finding | None:
    """Say why the embedded store could not live below the folder for this user."""
    home = folder / "store"
    try:
        nearest = next(p for p in (home, *home.parents) if p.exists())
        owner = nearest.stat().st_uid
    except OSError as error:
        return problem(ABOUT, f"{folder} cannot be looked at: {error.strerror}", _MEND)
    if not nearest.is_dir():
        return problem(ABOUT, f"{nearest} is no folder", _MEND)
    if nearest == home and owner != os.getuid():
        text = f"{home} belongs to user {owner}, and this is user {os.getuid()}"
        return problem(ABOUT, text, "check as the service's own user: docs/running.md says how")
    if not os.access(nearest, os.W_OK | os.X_OK):
        return problem(ABOUT, f"user {os.getuid()} cannot write in {nearest}", _MEND)
    return None


_MEND = "set store.folder to a folder of the service's user, or use its StateDirectory"
