"""Incidents where several things meet: old buttons, one channel after another, somebody who is away."""

from pathlib import Path

import pytest

from bot.model.incident import Incident
from bot.model.intake import AnswerTo, Intake
from bot.model.intent import Intent
from bot.workflow.incidents import JOBS
from tests.journey import incident as raw
from tests.journey.acts import eventually
from tests.journey.incidents import (
    INCIDENTS,
    card_text,
    files_in,
    opened,
    says,
    status_card,
)
from tests.journey.reading import form_of, open_form, pressed, typed
from tests.journey.stage import RULES, Stage, flat, staged
from tests.journey.test_incident_rules import RULES as RELAXED


async def the_one(stage: Stage) -> Incident:
    """Return the incident that is open."""
    (incident,) = await stage.bot.store.open_incidents()
    return incident


async def test_one_channel_after_another_belongs_to_who_has_it_now(tmp_path: Path) -> None:
    """A closed incident's buttons and reopening do not take the channel from its successor."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        await typed(stage, "ana", 'incident adopt "first one" sev2 web-01', "#web")
        await says(stage, "#web", "first one")
        one = await the_one(stage)
        await typed(stage, "ana", "incident close done", "#web")
        await stage.until(lambda: len(files_in(stage, "#web")) == 2)
        await typed(stage, "ana", 'incident adopt "second one" sev2 mail', "#web")
        two = await the_one(stage)
        said = await typed(stage, "ana", f"incident reopen {one.handle}", "#general")
        assert f"there is an incident about second one already: {two.handle}" in said
        assert await the_one(stage) == await stage.bot.store.incident_in("C0WEB")


async def test_the_card_is_edited_at_the_end_whatever_was_counted_before(tmp_path: Path) -> None:
    """Also when the only guest, of a cluster that was paused again and again, was detached."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage, '"checkout is slow" sev2')
        for _ in range(4):
            await typed(stage, "bob", "pause home because")
            await typed(stage, "bob", "unpause home")
        await typed(stage, "ana", "incident attach mail", channel)
        await says(stage, channel, "mail (CT 103)")
        await typed(stage, "ana", "incident detach mail", channel)
        await typed(stage, "ana", "incident close done", channel)
        await says(stage, channel, "is closed")
        assert "Take the lead" not in card_text(stage, channel)


async def test_put_off_a_reminder_comes_again(tmp_path: Path) -> None:
    """As long after the press as the first one after the news."""
    rules = RULES + INCIDENTS + 'updates = { sev2 = "2s" }\n'
    async with staged(tmp_path, rules=rules) as stage:
        channel = await opened(stage)

        def reminders() -> list[str]:
            return [t for m in stage.cards(channel) if "nothing new" in (t := stage.says(m))]

        await stage.until(lambda: len(reminders()) == 1)
        message = next(m for m in stage.cards(channel) if "nothing new" in stage.says(m))
        await stage.press("bob", "Remind me later", message)
        await stage.until(lambda: len(reminders()) == 2)
        assert (await the_one(stage)).reminded == 1


async def test_a_note_by_the_menu_stays_whatever_is_marked(tmp_path: Path) -> None:
    """A guest of the workspace cannot take it off by a mark of their own."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        stage.slack.directory.join("gus", channel)
        seen = stage.person("ana").say("errors from 14:02 on", channel=channel)
        incident = await the_one(stage)
        await stage.person("ana").shortcut("incident.note", seen)
        await stage.until(lambda: "Incident" in form_of(stage, "ana"))
        chosen = {"Incident": f"{incident.handle} {incident.title}"}
        await stage.person("ana").submit(open_form(stage, "ana"), chosen)
        await says(stage, channel, "errors from 14:02 on")
        await stage.person("gus").react(seen)

        async def looked() -> bool:
            return await stage.bot.store.due_at(f"pin:{seen.channel}:{seen.ts}") is None

        await eventually(stage, looked)
        (note,), _ = await stage.bot.store.notes(incident.id)
        assert note.text == "errors from 14:02 on"


async def test_a_message_deleted_while_the_form_is_open_is_refused_and_audited(
    tmp_path: Path,
) -> None:
    """Nothing is noted; why, says the form as well as the audit."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        seen = stage.person("ana").say("errors from 14:02 on", channel=channel)
        incident = await the_one(stage)
        await stage.person("ana").shortcut("incident.note", seen)
        await stage.until(lambda: "Incident" in form_of(stage, "ana"))
        stage.slack.workspace.delete(seen)
        chosen = {"Incident": f"{incident.handle} {incident.title}"}
        await stage.person("ana").submit(open_form(stage, "ana"), chosen)
        await stage.until(lambda: "that message is gone" in form_of(stage, "ana"))
        assert await stage.bot.store.notes(incident.id) == ((), 0)
        (last,) = await stage.bot.store.newest_audit(1)
        assert (last.entry.accepted, last.entry.why) == (False, "message gone")


async def test_an_old_button_takes_the_lead_from_nobody(tmp_path: Path) -> None:
    """Who presses second is told who leads; the command takes it over."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        old = status_card(stage, channel)
        await stage.press("bob", "Take the lead", old)
        await says(stage, channel, "@Bob leads.")
        incident = await the_one(stage)
        again = Intake(
            delivery="second",
            actor=raw.someone("ana"),
            actor_name="ana",
            intent=Intent(verb="incident lead", words={"pointer": incident.id}),
            answer_to=AnswerTo(person=raw.someone("ana"), channel=incident.channel),
            at=incident.changed_at,
        )
        said = await JOBS["incident lead"](stage.bot.parts, again)
        assert "already led" in str(said)
        assert (await the_one(stage)).lead == raw.someone("bob")
        assert "@Ana leads" in await typed(stage, "ana", "incident lead", channel)


async def test_one_delivery_is_one_change(tmp_path: Path) -> None:
    """Done again after a crash it neither overwrites newer words nor denies what it did."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        await opened(stage)
        incident, parts = await the_one(stage), stage.bot.parts

        async def done(verb: str, delivery: str, **words: str) -> str:
            ask = Intake(
                delivery=delivery,
                actor=raw.someone("ana"),
                actor_name="ana",
                intent=Intent(verb=verb, words=words),
                answer_to=AnswerTo(person=raw.someone("ana"), channel=incident.channel),
                at=await parts.store.now(),
            )
            await parts.store.take_in(ask)
            return str(await JOBS[verb](parts, ask))

        await done("incident status", "one", status="identified", text="old news")
        await done("incident status", "two", status="monitoring", text="new news")
        await done("incident status", "one", status="identified", text="old news")
        assert (await the_one(stage)).words == "new news"
        first = await done("incident close", "three", text="over")
        assert await done("incident close", "three", text="over") == first


async def test_a_guest_that_is_gone_can_be_detached(tmp_path: Path) -> None:
    """By the name it had."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage)
        del stage.pve.world.guests[101]
        assert "no longer about web-01" in await typed(
            stage, "ana", "incident detach web-01", channel
        )


async def test_while_proxmox_is_silent_an_incident_ends_all_the_same(tmp_path: Path) -> None:
    """Card and files; what its rules still held is decided anew once Proxmox answers."""
    async with staged(tmp_path, rules=RELAXED) as stage:
        await raw.opened(stage, 101, lead="dora")
        await stage.new_card("ana", "request web-01 memory=+1G", "#web")
        await stage.until(lambda: "checkout is slow" in said_in(stage))
        await stage.pve.close_host("pve1")
        await typed(stage, "dora", "incident close over", "#web")
        await stage.until(lambda: "checkout is slow is closed" in said_in(stage))
        await stage.until(lambda: len(files_in(stage, "#web")) == 2)


async def test_what_is_kept_is_no_longer_asked_about(tmp_path: Path) -> None:
    """The message at the end says how much is left."""
    async with staged(tmp_path, rules=RELAXED) as stage:
        await raw.opened(stage, 101, lead="dora")
        await stage.new_card("ana", "request web-01 memory=+1G", "#web")
        await pressed(stage, "dora", "Approve")
        await stage.card_says("Read back")
        await typed(stage, "dora", "incident close over", "#web")
        await stage.until(lambda: "A change was made for it" in said_in(stage))
        debts = next(m for m in stage.cards("#web") if "was made for it" in stage.says(m))
        await stage.press("ana", "Keep", debts)
        await stage.until(lambda: "Nothing of it is left to decide." in said_in(stage))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('incident adopt "x y" sev2 web-01', "nobody else can come into a direct message"),
        ("incident note hello", "this channel has no incident"),
    ],
)
async def test_in_a_direct_message_there_is_no_incident(
    tmp_path: Path, text: str, why: str
) -> None:
    """It needs a channel where others can come."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        assert why in await typed(stage, "ana", text, "@headroom")


def said_in(stage: Stage) -> str:
    """Return all that stands in #web, as one line."""
    return " ".join(flat(stage.says(message)) for message in stage.cards("#web"))
