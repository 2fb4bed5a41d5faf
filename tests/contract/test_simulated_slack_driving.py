"""Persons driven from outside of the process."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner

from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.serve import slack as command
from tests.unit.simulation_slack.echo import connected, echo_app


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Serve a simulated Slack with the echo app; give its address."""
    async with SimulatedSlack() as slack, connected(slack, echo_app(slack)):
        yield f"http://{slack.address}"


async def post(url: str, **given: Any) -> tuple[int, dict[str, Any]]:
    """Post JSON; give status and answer."""
    async with ClientSession() as session, session.post(url, json=given) as response:
        answer: dict[str, Any] = await response.json()
        return response.status, answer


async def text(url: str) -> str:
    """Get a text."""
    async with ClientSession() as session, session.get(url) as response:
        return await response.text()


async def test_a_card_is_asked_for_and_approved(address: str) -> None:
    """A command, a press on the newest message, and the transcript of both."""
    await post(f"{address}/people/ana/command", text="/pve card", channel="#web")
    status, reply = await post(f"{address}/people/bob/press", channel="#approvals", what="Approve")

    assert (status, reply["acknowledged"]) == (200, True)
    assert "presses [ Approve ]" in await text(f"{address}/transcript")
    assert '"looks"' in await text(f"{address}/channels/approvals")


async def test_a_form_is_filled_in(address: str) -> None:
    """The answers show the form; errors come back beside the fields."""
    _, opened = await post(f"{address}/people/ana/command", text="/pve form")
    _, refused = await post(f"{address}/people/ana/submit", values={"why": "no"})

    assert "Reason" in opened["form"]
    assert refused["errors"] == {"guest": "Please complete this required field."}
    assert "Reason" in refused["form"]
    await post(f"{address}/people/ana/close")
    status, answer = await post(f"{address}/people/ana/submit")
    assert (status, answer["error"]) == (409, "ana has no form open")


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("ana/sing", {}, 404),
        ("ana/command", {}, 400),
        ("nobody/command", {"text": "/pve"}, 409),
        ("gus/command", {"text": "/pve", "channel": "#approvals"}, 409),
        ("ana/press", {"channel": "#approvals", "what": "x"}, 409),
    ],
)
async def test_what_cannot_be_done_is_said(
    address: str, path: str, given: dict[str, Any], status: int
) -> None:
    """Each mistake has its status and a sentence."""
    answered, answer = await post(f"{address}/people/{path}", **given)

    assert answered == status
    assert answer["error"]


def test_mode_http_needs_to_know_where_to_post() -> None:
    """The command refuses to serve what can never deliver."""
    result = CliRunner().invoke(command, ["--mode", "http"])

    assert result.exit_code == 2
    assert "mode http needs --request-url" in result.output


async def test_faults_are_set_by_hand(address: str) -> None:
    """A post that is answered with 429 once; what there is, is listed; the unknown is named."""
    fault = {"on": "chat.postMessage", "fault": "too_many_requests", "retry_after": 1}
    assert await post(f"{address}/faults", **fault) == (200, {"set": True})
    async with ClientSession() as session, session.get(f"{address}/faults") as response:
        listed = await response.json()
    assert listed["set"] == [{"on": "chat.postMessage", "left": 1, "acted": 0}]
    assert "revoke_token" in listed["workspace"]
    assert (await post(f"{address}/faults", workspace="drop_sockets"))[0] == 200
    status, told = await post(f"{address}/faults", on="chat.update", fault="bang")
    assert (status, told) == (400, {"error": "not understood: 'bang'"})
    async with ClientSession() as session, session.delete(f"{address}/faults") as response:
        assert await response.json() == {"set": []}
