"""What Slack's client lets a person do, before anything reaches the app."""

from collections.abc import AsyncIterator

import pytest

from bot.simulation.slack import Impossible, SimulatedSlack
from bot.simulation.slack.messages import Message
from tests.unit.simulation_slack.building import Json, actions, button, field, modal, plain

NUMBER = field("number_input", is_decimal_allowed=False, min_value="1", max_value="8")


@pytest.fixture
async def slack() -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack; no app is connected."""
    async with SimulatedSlack() as slack:
        yield slack


def posted(slack: SimulatedSlack, channel: str, to: str | None = None) -> Message:
    """Post a card with two buttons of one name."""
    buttons = [button(action_id="go-1", value="1"), button(action_id="go-2", value="2")]
    place = slack.directory.channel(channel)
    content = {"text": "x", "blocks": [actions(*buttons)]}
    return slack.workspace.post(place, content, method="test", visible_to=to)


@pytest.mark.parametrize(
    ("name", "channel", "why"),
    [
        ("dan", "#general", "no active person"),
        ("slackbot", "#general", "no active person"),
        ("deploy", "#general", "no active person"),
        ("gus", "#approvals", "not in #approvals"),
        ("ana", "#prod-db", "not in #prod-db"),
        ("xena", "#partners", "external"),
    ],
)
async def test_some_cannot_type_commands(
    slack: SimulatedSlack, name: str, channel: str, why: str
) -> None:
    """The deactivated, bots, those not in the channel and external people."""
    with pytest.raises(Impossible, match=why):
        await slack.person(name).command("/pve help", channel=channel)
    assert slack.deliveries == []


async def test_private_answers_are_for_their_reader(slack: SimulatedSlack) -> None:
    """Nobody else can press what only Ana sees."""
    message = posted(slack, "#web", to="U0ANA")
    with pytest.raises(Impossible, match="does not see"):
        await slack.person("bob").press(message, "go-1")


async def test_an_unknown_button_names_the_known_ones(slack: SimulatedSlack) -> None:
    """The error helps to fix the test."""
    with pytest.raises(Impossible, match=r"no button 'stop' here; there are x, x"):
        await slack.person("bob").press(posted(slack, "#web"), "stop")


async def test_backing_out_of_a_dialog_sends_nothing(slack: SimulatedSlack) -> None:
    """A confirm dialog answered with no keeps the press to itself."""
    asked = button(action_id="go", confirm={"text": plain(1)})
    content = {"text": "x", "blocks": [actions(asked)]}
    message = slack.workspace.post(slack.directory.channel("#web"), content, method="test")

    reply = await slack.person("bob").press(message, "go", confirm=False)

    assert not reply.sent
    assert slack.deliveries == []


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        (field(), None, "Please complete this required field."),
        (field(min_length=3), "no", "At least 3 characters."),
        (field(max_length=3), "much", "At most 3 characters."),
        (NUMBER, "two", "Whole numbers only."),
        (NUMBER, "1.5", "Whole numbers only."),
        (NUMBER, "0", "At least 1."),
        (NUMBER, "9", "At most 8."),
    ],
)
async def test_some_input_is_refused_by_the_client(
    slack: SimulatedSlack, element: Json, value: str | None, said: str
) -> None:
    """What is empty or out of bounds is never sent."""
    body = modal(element | {"block_id": "what"}, submit=plain(1))
    view = slack.workspace.views.open("U0ANA", body)

    reply = await slack.person("ana").submit(view, {"what": value})

    assert {"what": said} == reply.errors
    assert slack.deliveries == []


async def test_what_is_not_seen_is_told_with_what_is(slack: SimulatedSlack) -> None:
    """Waiting in vain shows the messages that stand."""
    posted(slack, "#web")
    with pytest.raises(AssertionError, match=r"(?s)not seen within 0.01 s.*\[ x \]"):
        await slack.until(lambda: False, seconds=0.01)


async def test_new_people_can_be_added_and_sent_away(slack: SimulatedSlack) -> None:
    """The directory is the test's to change."""
    slack.add_person("zoe", tz="Asia/Tokyo")
    slack.set_group("night", ["zoe"])
    slack.deactivate("zoe")

    assert slack.directory.account("zoe").deleted
    assert slack.directory.group("night").members == ("U0ZOE",)
    assert "U0ZOE" in slack.directory.channel("#general").members
