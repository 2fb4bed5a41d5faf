"""An incident is to be opened where something is in the way: each is handled, and said."""

import asyncio
from pathlib import Path

from bot.simulation.slack.calls import hold
from bot.simulation.slack.workspace import SCOPES
from bot.workflow import look
from tests.journey.acts import eventually
from tests.journey.incidents import INCIDENTS, card_text, channel_of, opened, says
from tests.journey.reading import typed
from tests.journey.stage import RULES, Stage, staged

WITHOUT = tuple(scope for scope in SCOPES if scope != "channels:manage")

RIGHTS = """
[[role]]
name = "responders"
members = ["ops"]
may = ["view", "request", "incident"]

[[role]]
name = "readers"
members = ["S0WEB"]
may = ["view"]
"""


def made(stage: Stage) -> list[str]:
    """Return the names of the channels of incidents, oldest first."""
    names = [channel.name for channel in stage.slack.directory.channels.values()]
    return [name for name in names if name.startswith("inc-")]


async def test_without_the_right_to_make_channels_one_is_adopted(tmp_path: Path) -> None:
    """Told what would work, nothing is left open; the sentence's own command opens it here."""
    async with staged(tmp_path, rules=RULES + INCIDENTS, scopes=WITHOUT) as stage:
        refused = await typed(stage, "ana", "incident open slow sev2 web-01")
        assert "Slack does not let me make a channel: `missing_scope`." in refused
        assert 'Type `/pve incident adopt "TITLE"` in a channel that I am in.' in refused
        assert await stage.bot.store.open_incidents() == ()
        assert stage.cards("#general") == []
        assert "is open in #web." in await typed(stage, "ana", "incident adopt slow sev2 web-01")
        await says(stage, "#web", "sev2: slow is being investigated")
        (incident,) = await stage.bot.store.open_incidents()
        assert incident.channel == "C0WEB"
        assert len(stage.cards("#general")) == 1


async def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    """By somebody's channel, and by one that is archived; whose they are stays as it was."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        name = (await opened(stage, "slow")).removeprefix("#")
        await typed(stage, "ana", "incident close done", f"#{name}")
        stage.slack.directory.change_channel(name, is_archived=True)
        stage.slack.directory.add_channel(f"{name}-2", ["ana"])
        told = await typed(stage, "ana", "incident open slow")
        assert f"is open in #{name}-3." in told
        await says(stage, f"{name}-3", "slow is being investigated")
        assert stage.cards(f"{name}-2") == []
        assert stage.slack.directory.channel(f"{name}-2").members == ("U0ANA",)


async def test_titles_of_any_kind_make_a_name_that_slack_takes(tmp_path: Path) -> None:
    """300 characters, emoji alone, markup: the name fits, the card shows what was typed, and no more."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        long = "slow " * 60
        assert "is open in" in await typed(stage, "ana", f'incident open "{long}" sev2')
        assert "is open in" in await typed(stage, "ana", 'incident open "🔥 🔥" sev1')
        assert "is open in" in await typed(stage, "ana", 'incident open "*<!channel>* `x`" sev1')
        first, second, third = made(stage)
        assert len(first) == 80
        assert not first.endswith("-")
        assert second.rpartition("-")[0].startswith("inc-")
        assert third.endswith("-channel-x")
        for name in (first, second, third):
            await says(stage, name, "is being investigated")
            assert stage.slack.directory.channel(name).topic
        assert "sev1: 🔥 🔥 is being investigated" in card_text(stage, second)
        assert "channel" not in {ping.what for ping in stage.slack.pings}


async def test_who_cannot_be_invited_stands_on_the_card(tmp_path: Path) -> None:
    """The others are in the channel; who opened it is told, too."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        stage.slack.directory.change_person("cyr", is_restricted=True, is_ultra_restricted=True)
        told = await typed(stage, "ana", "incident open slow")
        assert "I could not invite @Cyr." in told
        channel = channel_of(stage)
        await says(stage, channel, "@Cyr could not be invited (`ura_max_channels`).")
        members = stage.slack.directory.channel(channel).members
        assert {"U0ANA", "U0BOB"} <= set(members)
        assert "U0CYR" not in members


async def test_a_step_that_slack_does_not_allow_stands_on_the_card(tmp_path: Path) -> None:
    """Without the scope for pins everything else is there."""
    scopes = tuple(scope for scope in SCOPES if scope != "pins:write")
    async with staged(tmp_path, rules=RULES + INCIDENTS, scopes=scopes) as stage:
        channel = await opened(stage, "slow")
        await says(stage, channel, "Not done: pin (`missing_scope`).")
        (incident,) = await stage.bot.store.open_incidents()
        assert incident.missing == ()
        assert stage.slack.directory.channel(channel).bookmarks


async def test_a_delivery_that_comes_twice_opens_one(tmp_path: Path) -> None:
    """Slack delivers what it believes unheard again: at once, and later."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage, "slow sev2 web-01")
        commanded = stage.slack.deliveries[-1].delivery
        await asyncio.gather(*(stage.slack.redeliver(commanded) for _ in range(3)))
        await says(stage, channel, "slow is being investigated")
        await typed(stage, "ana", "incident note again", channel)
        noted = stage.slack.deliveries[-1].delivery
        await asyncio.gather(*(stage.slack.redeliver(noted) for _ in range(3)))
        await typed(stage, "ana", "whoami")
        (incident,) = await stage.bot.store.open_incidents()
        notes, _ = await stage.bot.store.notes(incident.id)
        assert [note.text for note in notes] == ["again"]
        assert made(stage) == [channel.removeprefix("#")]
        assert len(stage.cards(channel)) == 1


async def test_two_workers_at_the_same_step_make_one_channel(tmp_path: Path) -> None:
    """The first outlives its lease; the second finds the name taken, and by then the channel noted."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        made_it, found_it = asyncio.Event(), asyncio.Event()
        stage.slack.on_call("conversations.create", hold(made_it, after_effect=True))
        stage.slack.on_call("users.conversations", hold(found_it))
        opening = asyncio.create_task(typed(stage, "ana", "incident open slow"))
        await stage.until(lambda: made(stage))
        (incident,) = await stage.bot.store.open_incidents()
        redis = stage.bot.store._connection._redis
        await redis.delete(f"{{headroom}}:lease:incident:{incident.id}")
        other = asyncio.create_task(look(stage.bot.parts, incident.id))
        await stage.until(lambda: stage.slack.calls.of("users.conversations"))
        made_it.set()
        await says(stage, channel_of(stage), "slow is being investigated")
        found_it.set()
        await asyncio.gather(opening, other)
        assert made(stage) == [channel_of(stage)]
        assert len(stage.cards(channel_of(stage))) == 1
        (after,) = await stage.bot.store.open_incidents()
        assert stage.slack.directory.channel(after.channel).name == channel_of(stage)


async def test_without_the_right_nothing_is_done_and_the_audit_tells(tmp_path: Path) -> None:
    """Who may only look opens, notes and closes none; each try is an entry."""
    async with staged(tmp_path, rules=RULES + INCIDENTS + RIGHTS) as stage:
        refused = await typed(stage, "ana", "incident open slow sev2 web-01")
        assert "you may not run incidents here" in refused
        assert made(stage) == []
        told = await typed(stage, "bob", "incident open slow sev2 web-01", "#general")
        assert "is open in" in told
        channel = f"#{channel_of(stage)}"
        await stage.until(lambda: stage.cards(channel))
        stage.slack.directory.join("ana", channel)
        for verb in ("note it is mine", "close done", "severity sev1", "attach mail", "lead"):
            said = await typed(stage, "ana", f"incident {verb}", channel)
            assert "you may not run incidents here" in said
        (incident,) = await stage.bot.store.open_incidents()
        assert (incident.severity.value, len(incident.guests)) == ("sev2", 1)
        assert (await stage.bot.store.notes(incident.id))[0] == ()
        page = await stage.bot.store.newest_audit(50)
        refusals = [
            e.entry for e in page if not e.entry.accepted and e.entry.actor.user_id == "U0ANA"
        ]
        assert len(refusals) == 6


async def test_a_flood_of_notes_costs_few_edits(tmp_path: Path) -> None:
    """All are kept, the card shows the newest; looks that come while one is under way are one."""
    async with staged(tmp_path, rules=RULES + INCIDENTS) as stage:
        channel = await opened(stage, "slow")
        await stage.until(lambda: stage.slack.directory.channel(channel).pins)
        before = stage.slack.calls.count("chat.update")
        messages = [stage.person("ana").say(f"seen {n}", channel=channel) for n in range(40)]
        notes = [typed(stage, "ana", f"incident note typed {n}", channel) for n in range(40)]
        await asyncio.gather(*notes, *(stage.person("ana").react(m) for m in messages))
        (incident,) = await stage.bot.store.open_incidents()

        async def all_kept() -> bool:
            return len((await stage.bot.store.notes(incident.id))[0]) == 80

        await eventually(stage, all_kept)
        newest, _ = await stage.bot.store.notes(incident.id)
        await says(stage, channel, f"@Ana noted: “{newest[-1].text}”")
        assert stage.slack.calls.count("chat.update") - before <= 20
