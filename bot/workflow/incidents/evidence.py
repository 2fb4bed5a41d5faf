"""Pictures as evidence: how the guests of an incident used their memory of late."""

import asyncio
from dataclasses import replace

from bot import charts
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.samples import Graph, Metric, Window
from bot.model.tell import Tell
from bot.workflow.graphs import graph_for, send_picture
from bot.workflow.incidents.changing import asked
from bot.workflow.incidents.figures import figures
from bot.workflow.parts import Parts

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
            picture = await asyncio.to_thread(charts.png, drawn, who.account.timezone)
            await send_picture(parts, incident.channel, picture, drawn)
            sent.append(charts.description(drawn))
    if not sent:
        return Declined(refusal=refuse(Reason.NO_SAMPLES, what=incident.handle))
    return Told(what=Tell.GRAPH_POSTED, details={"what": incident.handle, "shown": " ".join(sent)})
