"""The conversation as text."""

import pytest

from bot.simulation.slack import SimulatedSlack
from tests.unit.simulation_slack.building import Json, actions, button, field, modal

NOON = 1795518000.0  # 12:00 in Paris


@pytest.fixture
def slack() -> SimulatedSlack:
    """Hold a workspace whose clock stands at noon, not served."""
    slack = SimulatedSlack()
    slack.clock.advance(NOON - slack.clock.now())
    return slack


def plain(text: str) -> Json:
    """Build a plain_text."""
    return {"type": "plain_text", "text": text}


def test_messages_name_place_author_time_and_reader(slack: SimulatedSlack) -> None:
    """Private ones say for whom; replies say that they are in a thread."""
    work, web = slack.workspace, slack.directory.channel("#web")
    card = work.post(web, {"text": "<@U0BOB>: *ready*"}, method="test")
    work.post(web, {"text": "psst"}, method="test", visible_to="U0ANA")
    work.post(web, {"text": "done", "thread_ts": card.ts}, method="test")
    work.post(slack.directory.open_direct("U0CYR"), {"text": "hi"}, method="test")

    assert slack.transcript().split("\n\n") == [
        "#web  Headroom APP  12:00\n    @Bob: ready",
        "#web  Headroom APP  12:00  only visible to you, Ana\n    psst",
        "#web (thread)  Headroom APP  12:00\n    done",
        "@Cyr  Headroom APP  12:00\n    hi",
    ]


def test_an_edit_shows_what_is_new(slack: SimulatedSlack) -> None:
    """Lines that were there before are left out."""
    blocks = [{"type": "section", "text": plain(text)} for text in ("card", "step 1")]
    message = slack.workspace.post(
        slack.directory.channel("#web"), {"blocks": blocks}, method="test"
    )
    blocks[1] = {"type": "section", "text": plain("step 2")}
    slack.workspace.edit(message, {"blocks": blocks}, method="test")

    assert slack.tell(slack.happenings[-1]) == [
        "#web  Headroom APP  12:00  edited",
        "    step 2",
    ]


def test_a_modal_is_framed(slack: SimulatedSlack) -> None:
    """Title above, buttons below."""
    body = modal(field() | {"label": plain("Reason")}, title=plain("Request"), submit=plain("Send"))
    view = slack.workspace.views.open("U0ANA", body)
    lines = slack.shown(view).splitlines()

    assert lines[0].startswith("┌─ Request ─")
    assert lines[1].startswith("│ Reason ")
    assert lines[-2].endswith("[ Send ] │")
    assert len({len(line) for line in lines}) == 1


def test_times_are_the_readers(slack: SimulatedSlack) -> None:
    """The same conversation six hours earlier in New York."""
    slack.person("ana").say("hello", channel="#web")

    assert slack.transcript("America/New_York") == "#web  Ana  06:00\n    hello"


def test_buttons_without_ids_still_show(slack: SimulatedSlack) -> None:
    """Slack names what the app did not; the text shows the face."""
    blocks = [actions(button() | {"text": plain("Approve")})]
    message = slack.workspace.post(
        slack.directory.channel("#web"), {"blocks": blocks}, method="test"
    )

    assert slack.shown(message) == "[ Approve ]"
