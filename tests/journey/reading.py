"""Reading what stands on the simulated screen."""

import aiohttp

from bot.model.audit import AuditEntry
from bot.simulation.slack.views import View
from tests.journey.stage import Stage


def flat(text: str) -> str:
    """Return a text without the line breaks of the screen's width."""
    return " ".join(text.split())


async def scanned(stage: Stage) -> None:
    """Wait until the bot has read of every guest whether it starts at boot."""
    await stage.bot.parts.inventory.picture("home")
    await stage.bot.parts.inventory.scanned("home")


async def entries(stage: Stage) -> list[AuditEntry]:
    """Return the audit of the newest request."""
    request = await stage.request()
    return [link.entry for link in await stage.bot.store.audit_of(request.id)]


async def pressed(stage: Stage, name: str, button: str) -> str:
    """Press a button of the newest card and return the private answer, as one line."""
    return flat(await stage.answer_to_press(name, button))


async def typed(stage: Stage, name: str, text: str, channel: str = "#web") -> str:
    """Type `/pve TEXT` and return the private answer, as one line."""
    return flat(await stage.told(name, text, channel))


def form_of(stage: Stage, name: str) -> str:
    """Return what the form before somebody says, as one line; empty without one."""
    view = stage.slack.open_view(name)
    return flat(stage.slack.shown(view)) if view else ""


def open_form(stage: Stage, name: str) -> View:
    """Return the form that is open before somebody."""
    view = stage.slack.open_view(name)
    assert view is not None, f"{name} has no form open"
    return view


async def form_says(stage: Stage, name: str, text: str) -> str:
    """Wait until the form before somebody says so; return all of it."""
    await stage.until(lambda: text in form_of(stage, name))
    return form_of(stage, name)


async def missing(stage: Stage) -> dict[str, str]:
    """Return what readiness lacks."""
    url = f"http://127.0.0.1:{stage.bot.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        answer = await response.json()
        assert (response.status == 200) == answer["ready"]
        found: dict[str, str] = answer["missing"]
        return found
