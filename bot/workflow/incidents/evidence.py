"""Pictures as evidence: how the guests of an incident used their memory of late."""

import asyncio
from dataclasses import replace

from bot import charts
from bot.model.errors import SlackFault
from bot.model.incident import Incident
from bot.model.intake import Card, Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.samples import Graph, Metric, Window
from bot.model.tell import Tell
from bot.workflow.graphs import graph_for, send_picture
from bot.workflow.incidents.changing import asked
from bot.workflow.incidents.figures import figures
from bot.workflow.incidents.opening import PASSES
from bot.workflow.parts import Asker, Parts

PICTURES = 5
"""So many guests are drawn for one press."""


async def evidence(parts: Parts, intake: Intake) -> Notice:
    """Share a picture of each guest of an incident in its channel, as far as who asks may see it.

    By its number where not everybody there may know its name.
    """
    found = await asked(parts, intake)
    if isinstance(found, Refusal):
        return Declined(refusal=found)
    who, incident = found
    sent = []
    for each in (await figures(parts, incident, ())).guests[:PICTURES]:
        ref = each.guest.ref
        drawn = await graph_for(parts, who, ref.key, Metric.MEMORY, Window.HOUR)
        if isinstance(drawn, Graph) and drawn.lines:
            drawn = drawn if each.named else replace(drawn, subject=ref.word)
            if refusal := await _share(parts, incident, intake.delivery, drawn, who):
                return Declined(refusal=refusal)
            sent.append(charts.description(drawn))
    if not sent:
        return Declined(refusal=refuse(Reason.NO_SAMPLES, what=incident.handle))
    return Told(what=Tell.GRAPH_POSTED, details={"what": incident.handle, "shown": " ".join(sent)})


async def _share(
    parts: Parts, incident: Incident, delivery: str, drawn: Graph, who: Asker
) -> Refusal | None:
    """Share one picture, once for each press; return why Slack takes none, if it does not."""
    role = f"graph-{delivery}-{drawn.subject}"
    done = Card(request_id=incident.id, role=role, channel=incident.channel)
    cards = await parts.store.cards(incident.id)
    if any((card.role, card.channel) == (done.role, done.channel) for card in cards):
        return None
    picture = await asyncio.to_thread(charts.png, drawn, who.account.timezone)
    try:
        await send_picture(parts, incident.channel, picture, drawn)
    except SlackFault as fault:
        if fault.code in PASSES:
            raise
        return refuse(Reason.NO_PICTURE, why=fault.code)
    await parts.store.put_card(done)
    return None
