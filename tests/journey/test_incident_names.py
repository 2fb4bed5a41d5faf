"""The names of guests that not everybody in an incident's channel may see stay out of all that is there."""

import json
from dataclasses import replace
from pathlib import Path

from tests.journey.incidents import (
    INCIDENTS,
    NOT_THE_API,
    THRASHES,
    channel_of,
    file_text,
    files_in,
    says,
)
from tests.journey.reading import typed
from tests.journey.stage import QUICK, RULES, Stage, staged

AT_ONCE = replace(QUICK, roster_age=1)
"""Terms for who may not wait until Slack is asked again who is in a channel."""

ROLES = """
[[role]]
name = "operations"
members = ["ops"]
may = ["view", "request", "incident"]

[[role]]
name = "web team"
members = ["S0WEB"]
guests = { guests = ["web-01"] }
may = ["view", "request", "incident"]
"""
"""Ana, of the web team, may see web-01 alone; Bob and Cyr everything."""

SCOPED = RULES + INCIDENTS + ROLES


def all_of(stage: Stage, channel: str) -> str:
    """Return everything that is to be seen in a channel and of it, and of the announcement."""
    place = stage.slack.directory.channel(channel)
    seen = [stage.says(m) for m in stage.slack.messages(channel) if m.user == "U0HEADROOM"]
    told = [stage.says(m) for m in stage.cards("#general")]
    files = [file_text(stage, channel, f["name"]) for f in files_in(stage, channel)]
    titles = [title for title, _ in place.bookmarks]
    return "\n".join([place.name, place.topic, *titles, *seen, *told, *files])


async def test_a_guest_that_one_of_them_may_not_see_has_its_number(tmp_path: Path) -> None:
    """Title, topic, bookmarks, card, timeline, requests, announcement and record; Ana joins later."""
    async with staged(tmp_path, rules=SCOPED, terms=AT_ONCE) as stage:
        await typed(stage, "bob", "incident open web-01 sev2 web-01", "#general")
        channel = f"#{channel_of(stage)}"
        await says(stage, channel, "web-01 (CT 101) on pve1")
        await typed(stage, "bob", "incident attach db-01", channel)
        await says(stage, channel, "db-01 (CT 102) on pve1")
        assert {"U0BOB", "U0CYR"} <= set(stage.slack.directory.channel(channel).members)
        stage.slack.directory.join("ana", channel)
        await typed(stage, "bob", "request db-01 memory=+1G", channel)
        await says(stage, channel, "CT 102 (CT 102")
        await says(stage, channel, "web-01 (CT 101) on pve1")
        assert "you see no guest called db-01" in await typed(
            stage, "ana", "incident attach db-01", channel
        )
        await typed(stage, "bob", "incident close done", channel)
        await stage.until(lambda: len(files_in(stage, channel)) == 2)
        await says(stage, channel, "is closed")
        everything = all_of(stage, channel)
        assert "db-01" not in everything
        assert "web-01" in everything
        record = json.loads(file_text(stage, channel, ".json"))
        assert [g["name"] for g in record["guests"]] == ["web-01", ""]


async def test_who_is_there_is_asked_within_the_budget_of_opening(tmp_path: Path) -> None:
    """With roles, too, twelve calls of the Web API open an incident about three guests."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        await typed(stage, "bob", "whoami", "#general")
        before = len(stage.slack.calls)
        await typed(stage, "bob", "incident open slow sev2 web-01 db-01 mail", "#general")
        await says(stage, channel_of(stage), "mail (CT 103)")
        await stage.until(lambda: stage.slack.directory.channel(channel_of(stage)).pins)
        made = [call.method for call in list(stage.slack.calls)[before:]]
        assert len([method for method in made if method not in NOT_THE_API]) <= 12, made


async def test_without_a_title_it_is_called_by_numbers(tmp_path: Path) -> None:
    """The channel's name is for everybody: where roles hide guests it names none."""
    async with staged(tmp_path, rules=SCOPED, terms=AT_ONCE) as stage:
        form = await typed(stage, "bob", "incident open sev2 db-01", "#general")
        assert "is open in" in form
        channel = f"#{channel_of(stage)}"
        assert channel.endswith("-ct-102")
        await says(stage, channel, "sev2: CT 102 is being investigated")


async def test_an_alert_names_no_guest_in_public(tmp_path: Path) -> None:
    """Its channel, title and note have the number; what the operator's own channel shows stays."""
    rules = SCOPED + THRASHES
    async with staged(tmp_path, rules=rules, terms=replace(AT_ONCE, watch_every=100)) as stage:
        stage.pve.world.guest(102).usage.mem = int(3.99 * 2**30)
        await stage.until(lambda: channel_of(stage))
        channel = f"#{channel_of(stage)}"
        stage.slack.directory.join("ana", channel)
        (incident,) = await stage.bot.store.open_incidents()
        ((note,), _) = await stage.bot.store.notes(incident.id)
        assert note.text.startswith("alert a guest thrashes: CT 102")
        await stage.until(lambda: "U0BOB" in stage.slack.directory.channel(channel).members)
        await typed(stage, "bob", "incident severity sev1", channel)
        await says(stage, channel, "sev1")
        await says(stage, channel, "CT 102 on pve1")
        assert "db-01" not in all_of(stage, channel)


async def test_a_picture_has_the_number_too(tmp_path: Path) -> None:
    """Shared in the channel by one who may see the guest."""
    async with staged(tmp_path, rules=SCOPED, terms=AT_ONCE) as stage:
        await typed(stage, "bob", "incident open slow sev2 db-01", "#general")
        channel = f"#{channel_of(stage)}"
        await says(stage, channel, "(CT 102)")
        stage.slack.directory.join("ana", channel)
        await stage.press("bob", "Graph", stage.cards(channel)[0])
        await stage.until(lambda: files_in(stage, channel))
        (picture,) = files_in(stage, channel)
        assert "CT 102" in picture["title"]
        assert "db-01" not in json.dumps(picture)
