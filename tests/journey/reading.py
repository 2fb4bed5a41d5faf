"""Reading what stands on the simulated screen."""

from bot.model.audit import AuditEntry
from tests.journey.stage import Stage


def flat(text: str) -> str:
    """Return a text without the line breaks of the screen's width."""
    return " ".join(text.split())


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
