"""App Home: what waits for me, mine, what needs attention, the nodes, my rights, health."""

from collections.abc import Sequence

from bot.model.button import Action, Press
from bot.model.intake import OpenEnd
from bot.model.request import ChangeRequest
from bot.model.view import HomeView
from handlers.blocks.help import status_blocks, whoami_words
from handlers.blocks.incident import incident_block
from handlers.blocks.kit import Block, Message, actions, context, header, message, name, section
from handlers.blocks.lists import request_block
from handlers.blocks.node import fullest, room_block
from handlers.blocks.plan import change_phrase
from handlers.blocks.request import approve_button, fits, headline
from handlers.blocks.result import pointer
from handlers.blocks.told import press_button
from handlers.blocks.words import COMMAND, listed, plural, when

INCIDENTS, WAITING, OTHERS, ENDS, ROOMS = 5, 12, 8, 5, 4
"""How much of each is shown: the whole stays within the hundred blocks of a view."""


def _more(count: int, shown: int, verb: str) -> list[Block]:
    return [context(f"{count - shown} more: `{COMMAND} {verb}`")] if count > shown else []


def _waiting(requests: Sequence[ChangeRequest]) -> list[Block]:
    blocks: list[Block] = [header(f"Waiting for you ({len(requests)})")]
    if not requests:
        return [*blocks, section("Nothing waits for your decision.")]
    for request in requests[:WAITING]:
        approve = [approve_button(request)] if fits(request) else []
        row = [Press(action=a, pointer=pointer(request)) for a in (Action.DENY, Action.DETAILS)]
        blocks.append(section(f"{name(request.handle)}: {headline(request)}"))
        blocks += actions([*approve, *(press_button(p) for p in row)])
    return [*blocks, *_more(len(requests), WAITING, "requests waiting")]


def _listed(title: str, requests: Sequence[ChangeRequest], verb: str) -> list[Block]:
    if not requests:
        return []
    shown = [request_block(r) for r in requests[:OTHERS]]
    return [header(f"{title} ({len(requests)})"), *shown, *_more(len(requests), OTHERS, verb)]


def _ends(ends: Sequence[OpenEnd]) -> list[Block]:
    if not ends:
        return []
    blocks: list[Block] = [header(f"Waiting for a restart ({len(ends)})")]
    for end in ends[:ENDS]:
        changes = listed([change_phrase(c) for c in end.changes])
        said = f"{name(end.handle)}: {name(end.guest_name)} {changes}, since {when(end.since)}"
        row = [
            Press(action=action, pointer=end.request_id)
            for action in (Action.END_NOW, Action.END_REVERT)
        ]
        blocks += [section(said), *actions([press_button(p) for p in row])]
    if len(ends) > ENDS:
        blocks.append(context(f"{plural(len(ends) - ENDS, 'more value')} not shown here."))
    return blocks


def _incidents(view: HomeView) -> list[Block]:
    if not view.incidents:
        return []
    shown = [incident_block(incident) for incident in view.incidents[:INCIDENTS]]
    more = _more(len(view.incidents), INCIDENTS, "incident list")
    return [header(f"Open incidents ({len(view.incidents)})"), *shown, *more]


def home(view: HomeView) -> list[Block]:
    """Build the blocks of a person's Home; without times that move, so that it is edited rarely."""
    rooms = fullest(view.rooms, ROOMS)
    blocks = [
        *_incidents(view),
        *_waiting(view.waiting),
        *_listed("To be reviewed by you", view.to_review, "requests reviews"),
        *_listed("Under way, or in need of a look", view.attention, "requests open"),
        *_listed("You asked for", view.mine, "requests mine"),
        *_ends(view.open_ends),
    ]
    if rooms:
        blocks += [header("Headroom"), *(room_block(room) for room in rooms)]
        blocks += _more(len(view.rooms), len(rooms), "headroom NODE")
    blocks += [header("What you may do"), section(whoami_words(view.rights))]
    return [*blocks, header("Health"), *status_blocks(view.health)]


def home_message(_view: HomeView) -> Message:
    """Say where it is: a Home is no message."""
    said = "This stands on my Home tab."
    return message(said, [section(said)])
