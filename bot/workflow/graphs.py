"""Pictures of usage: read the samples, draw them, and send the file to who asked."""

import asyncio
from dataclasses import replace

from bot import charts
from bot.model.errors import SlackFault
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Detail, Reason, Refusal, refuse
from bot.model.samples import Graph, Metric, Window, graph_of
from bot.model.tell import Tell
from bot.workflow.parts import Asker, Parts, asker, find_guest, pictures


async def graph(parts: Parts, intake: Intake) -> Notice:
    """Send a picture: into the channel if it was asked for with `--public`, else as a direct message.

    A file in a channel is for everybody there, and a private answer cannot hold one.
    """
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    words = intake.intent.words
    metric, window = _wanted(words.get("one", ""), words.get("other", ""))
    drawn = await graph_for(parts, who, words["guest"], metric, window)
    if isinstance(drawn, Refusal):
        return Declined(refusal=drawn)
    details: dict[str, Detail] = {"what": charts.title(drawn), "shown": charts.description(drawn)}
    if not drawn.lines:
        return Declined(refusal=refuse(Reason.NO_SAMPLES, what=details["what"]))
    picture = await asyncio.to_thread(charts.png, drawn, who.account.timezone)
    if intake.answer_to.public and intake.answer_to.channel:
        try:
            await send_picture(parts, intake.answer_to.channel, picture, drawn)
        except SlackFault as fault:
            details["why"] = fault.code or fault.detail
        else:
            return Told(what=Tell.GRAPH_POSTED, details=details)
    await send_picture(parts, await parts.messenger.direct_channel(who.person), picture, drawn)
    return Told(what=Tell.GRAPH_SENT, details=details)


def _wanted(*words: str) -> tuple[Metric, Window]:
    """Return what the words mean, in whatever order they stand."""
    metric = next((Metric(word) for word in words if word in set(Metric)), Metric.MEMORY)
    window = next((Window(word) for word in words if word in set(Window)), Window.DAY)
    return metric, window


async def send_picture(parts: Parts, channel: str, picture: bytes, drawn: Graph) -> None:
    """Share a drawn picture in a channel, with what it shows in words."""
    await parts.messenger.upload(
        channel, picture, title=charts.title(drawn), alt_text=charts.description(drawn)
    )


async def graph_for(
    parts: Parts, who: Asker, name: str, metric: Metric, window: Window
) -> Graph | Refusal:
    """Return the graph of a guest that this person may see, else of the node of that name."""
    found = await find_guest(parts, who, name, "view")
    if not isinstance(found, Refusal):
        node = await parts.inventory.locate(found.ref)
        samples = await parts.hypervisor.guest_samples(found.ref, node, window)
        return graph_of(f"{found.name} ({found.ref.word})", metric, window, samples)
    if found.reason is not Reason.UNKNOWN_GUEST:
        return found
    cluster, _, inside = name.rpartition("/")
    for picture in await pictures(parts):
        if picture.node(inside) is not None and cluster in {"", picture.cluster}:
            samples = await parts.hypervisor.node_samples(picture.cluster, inside, window)
            return graph_of(f"node {inside}", metric, window, samples)
    return replace(found, reason=Reason.NOTHING_TO_DRAW)
