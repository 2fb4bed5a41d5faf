"""The simulated Slack serves the real Bolt app alike in both modes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.simulation.slack import Impossible, SimulatedSlack
from tests.unit.simulation_slack.echo import connected, echo_app, listening


@pytest.fixture
def gate() -> asyncio.Event:
    """Hold back the acknowledgement of `/pve wait`."""
    return asyncio.Event()


@pytest.fixture(params=["socket", "http"])
async def slack(
    request: pytest.FixtureRequest, gate: asyncio.Event
) -> AsyncIterator[SimulatedSlack]:
    """Serve a simulated Slack with the echo app connected to it."""
    async with SimulatedSlack(request.param) as slack:
        way = connected if slack.mode == "socket" else listening
        async with way(slack, echo_app(slack, gate)):
            yield slack


async def test_a_command_is_answered_privately_in_its_acknowledgement(
    slack: SimulatedSlack,
) -> None:
    """What a command's acknowledgement says is shown to the person alone."""
    reply = await slack.person("ana").command("/pve hello @bob", channel="#web")

    assert reply.acknowledged
    assert reply.text == "you said hello <@U0BOB|bob>"
    assert [reply.message] == slack.ephemerals_for("ana")
    assert slack.messages("#web") == []


async def test_a_button_updates_its_card(slack: SimulatedSlack) -> None:
    """A pressed button reaches the app, which edits the message in place."""
    await slack.person("ana").command("/pve card")
    [message] = slack.messages("#approvals")

    await slack.person("bob").press(message, "Approve")
    await slack.until(lambda: slack.messages("#approvals")[0].text == "approved")

    [edited] = slack.messages("#approvals")
    assert edited.ts == message.ts
    assert edited.blocks[0]["text"]["text"] == "approved by <@U0BOB>"


async def test_a_form_is_filled_in_refused_corrected_and_sent(slack: SimulatedSlack) -> None:
    """A modal opens by its trigger, offers options, shows errors, and closes when accepted."""
    ana = slack.person("ana")
    await ana.command("/pve form")
    form = slack.open_view("ana")
    assert form is not None

    [option] = await ana.suggest(form, "guest", "we")
    assert option["text"]["text"] == "web-01"
    refused = await ana.submit(form, {"guest": "104", "why": "no"})
    assert refused.errors == {"why": "Say more."}
    assert refused.view is not None

    accepted = await ana.submit(form, {"why": "because"})
    assert accepted.acknowledged
    assert slack.open_view("ana") is None
    await slack.until(lambda: slack.direct_messages("ana"))
    assert slack.direct_messages("ana")[0].text == "asked for 104"


async def test_an_answer_in_the_channel_shows_what_was_typed(slack: SimulatedSlack) -> None:
    """An `in_channel` answer is seen by all, after the command; its broadcast is recorded."""
    await slack.person("ana").command("/pve loud", channel="#web")

    assert [m.text for m in slack.messages("#web")] == ["/pve loud", "hello <!channel>"]
    assert [(ping.what, ping.channel) for ping in slack.pings] == [("<!channel>", "C0WEB")]


async def test_a_late_acknowledgement_is_a_timeout_and_counted(
    slack: SimulatedSlack, gate: asyncio.Event
) -> None:
    """After three seconds the person reads `operation_timeout`; what comes later is in vain."""
    typing = asyncio.create_task(slack.person("ana").command("/pve wait"))
    await slack.until(lambda: slack.under_way)
    slack.clock.advance(3)

    reply = await typing
    assert reply.problem == "operation_timeout"
    assert slack.late_acks == 0
    gate.set()
    await slack.until(lambda: slack.late_acks == 1)


async def test_a_response_url_replaces_its_message(slack: SimulatedSlack) -> None:
    """`respond(replace_original=True)` edits the message whose button was pressed."""
    await slack.person("ana").command("/pve card")
    [message] = slack.messages("#approvals")

    await slack.person("bob").press(message, "Later")
    await slack.until(lambda: slack.messages("#approvals")[0].text == "later")

    [edited] = slack.messages("#approvals")
    assert edited.ts == message.ts
    assert edited.blocks == ()


async def test_a_payload_delivered_twice_runs_twice(slack: SimulatedSlack) -> None:
    """Nothing between Slack and the app drops duplicates: the same trigger comes again."""
    await slack.person("ana").command("/pve card")
    await slack.redeliver()

    assert len(slack.messages("#approvals")) == 2
    triggers = [sent.delivery.payload["trigger_id"] for sent in slack.deliveries]
    assert triggers[0] == triggers[1]


async def test_a_home_tab_is_published_when_opened(slack: SimulatedSlack) -> None:
    """Opening the Home tab is an event; the app publishes a view for that person."""
    await slack.person("dora").open_home()
    await slack.until(lambda: slack.home("dora"))

    home = slack.home("dora")
    assert home is not None
    assert slack.shown(home) == "home of @Dora"


async def test_external_people_press_buttons_but_type_no_commands(slack: SimulatedSlack) -> None:
    """A person of another workspace can use a card in a shared channel, and nothing else."""
    xena = slack.person("xena")
    with pytest.raises(Impossible, match="external"):
        await xena.command("/pve help", channel="#partners")

    message = slack.person("ana").say("hello", channel="#partners")
    slack.workspace.messages.change(
        message,
        blocks=(
            {
                "type": "actions",
                "block_id": "b",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "later",
                        "text": {"type": "plain_text", "text": "Later"},
                    }
                ],
            },
        ),
    )
    reply = await xena.press(message, "Later")

    assert reply.acknowledged
    user = slack.deliveries[-1].delivery.payload["user"]
    assert (user["id"], user["team_id"]) == ("U0XENA", "T0PARTNER")


async def test_the_conversation_reads_as_a_transcript(slack: SimulatedSlack) -> None:
    """The transcript tells who typed and pressed what, and what changed."""
    await slack.person("ana").command("/pve card", channel="#web")
    await slack.person("bob").press(slack.messages("#approvals")[0], "approve")
    await slack.until(lambda: slack.messages("#approvals")[0].text == "approved")

    told = slack.transcript()
    assert [line.strip() for line in told.splitlines() if line.startswith("    ")] == [
        "/pve card",
        "open",
        "[ Approve ]  [ Later ]",
        "presses [ Approve ]",
        "approved by @Bob",
    ]
