"""Nothing that a journey sends is what Slack or Proxmox VE would not take."""

from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import SimulatedSlack
from tests import official

MALFORMED = {"invalid_blocks", "invalid_arguments", "invalid_view", "msg_too_long", "no_text"}


def refused_messages(slack: SimulatedSlack) -> list[str]:
    """Return what Slack refused as malformed: limits, unknown fields, bad ids."""
    answers = [(call.method, call.response or {}) for call in slack.calls]
    return [f"{method}: {answer}" for method, answer in answers if answer.get("error") in MALFORMED]


def unofficial_calls(pve: SimulatedProxmox) -> list[str]:
    """Return what the official API would not take of all calls made; nothing where it is not there."""
    if not official.there():
        return []
    found: set[str] = set()
    for method, path, params, _ in pve.calls:
        found.update(official.misfits(method, official.template_of(path), params))
    return sorted(found)
