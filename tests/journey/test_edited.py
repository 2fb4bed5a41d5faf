"""Payloads that carry Slack's signature and yet were tampered with: pointers only, no authority."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from bot.model.request import ChangeRequest, State
from bot.simulation.slack import Person
from bot.simulation.slack.delivery import Ack
from tests.journey.acts import eventually
from tests.journey.reading import form_says, open_form
from tests.journey.stage import Stage, flat, staged

Payload = dict[str, Any]
MODES = pytest.mark.parametrize("mode", ["socket", "http"])


def refused(why: str) -> float:
    """Return how many deliveries this process has refused for that reason."""
    return REGISTRY.get_sample_value("headroom_deliveries_refused_total", {"reason": why}) or 0


async def two_requests(stage: Stage) -> tuple[ChangeRequest, ChangeRequest]:
    """Let Ana ask for one guest and Bob, who may approve, for another."""
    await stage.new_card("bob", "request db-01 memory=+1G")
    his = await stage.request()
    await stage.new_card("ana", "request web-01 memory=+1G")
    return await stage.request(), his


async def a_press(stage: Stage, name: str = "bob") -> Payload:
    """Let somebody press Details of the newest card; return what Slack sent, to be edited."""
    await stage.press(name, "Details")
    sent = [d.delivery.payload for d in stage.slack.deliveries if "actions" in d.delivery.payload]
    await form_says(stage, name, "What happened so far")
    person = stage.person(name)
    view = open_form(stage, name)
    await person.close(view)
    return deepcopy(sent[-1])


async def a_submission(stage: Stage, name: str, button: str, values: Payload) -> Payload:
    """Let somebody submit a form to nobody; return what Slack would have sent, to be edited."""
    await stage.press(name, button)
    view = open_form(stage, name)
    person: Person = stage.person(name)
    await person.submit(view, values)
    sent = [
        d.delivery.payload for d in stage.slack.deliveries if "actions" not in d.delivery.payload
    ]
    return deepcopy(sent[-1])


async def deliver(stage: Stage, payload: Payload, **changes: Any) -> Ack:
    """Deliver an edited payload as a new interaction of whoever it names."""
    payload = payload | changes
    payload["trigger_id"] = stage.slack.workspace.triggers.issue(payload["user"]["id"])
    return await stage.slack.deliver("interactive", payload)


def with_value(press: Payload, action: str, value: Any) -> Payload:
    """Return a press of another button with that value."""
    return press | {"actions": [press["actions"][0] | {"action_id": action, "value": value}]}


async def answer(stage: Stage, name: str, payload: Payload) -> str:
    """Deliver an edited payload and return what that person alone is told."""
    before = len(stage.slack.ephemerals_for(name))
    assert (await deliver(stage, payload)).acknowledged
    await stage.until(lambda: len(stage.slack.ephemerals_for(name)) > before)
    return flat(stage.says(stage.slack.ephemerals_for(name)[-1]))


async def told_directly(stage: Stage, payload: Payload) -> str:
    """Deliver an edited payload of Bob's and return the direct message that answers it."""
    seen = len(stage.slack.direct_messages("bob"))
    assert (await deliver(stage, payload)).acknowledged
    await stage.until(lambda: len(stage.slack.direct_messages("bob")) > seen)
    return flat(stage.says(stage.slack.direct_messages("bob")[-1]))


async def still_waiting(stage: Stage, *requests: ChangeRequest) -> None:
    """Wait until all is answered, and look: nobody's vote, no end, no other plan."""

    async def all_answered() -> bool:
        return not [m for m in await stage.bot.store.due(2**50, 99) if m.startswith("intake:")]

    await eventually(stage, all_answered)
    for request in requests:
        now = await stage.bot.store.request(request.id)
        assert now is not None
        assert now.state is State.PENDING
        assert now.voters() == ()
        assert now.version == request.version


ELSEWHERE: dict[str, tuple[Callable[[Payload], Payload], str]] = {
    "another app": (lambda p: p | {"api_app_id": "A0OTHER"}, "other_app"),
    "another workspace": (
        lambda p: p | {"team": {"id": "T0OTHER"}, "user": p["user"] | {"team_id": "T0OTHER"}},
        "other_workspace",
    ),
    "nobody": (lambda p: p | {"user": {}}, "nobody"),
}


@MODES
@pytest.mark.parametrize("edit", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_a_payload_of_elsewhere_does_nothing(
    tmp_path: Path, mode: str, edit: tuple[Callable[[Payload], Payload], str]
) -> None:
    """Signed or over our socket: of another app or workspace, or of nobody; it is counted."""
    change, why = edit
    async with staged(tmp_path, mode=mode) as stage:
        request, _ = await two_requests(stage)
        press = with_value(await a_press(stage), "request.approve", f"{request.id}:1")
        before = refused(why)
        ack = await stage.slack.deliver("interactive", change(press))
        assert ack.acknowledged
        assert refused(why) == before + 1
        await still_waiting(stage, request)


@MODES
async def test_a_command_of_another_workspace_is_refused_in_its_acknowledgement(
    tmp_path: Path, mode: str
) -> None:
    """Nothing is kept, nothing is read."""
    async with staged(tmp_path, mode=mode) as stage:
        await stage.ask("ana", "list")
        sent = stage.slack.deliveries[-1].delivery
        command = sent.payload | {"text": "request web-01 memory=+1G"}
        for change in ({"team_id": "T0OTHER"}, {"api_app_id": "A0OTHER"}):
            ack = await stage.slack.deliver(sent.kind, command | change)
            assert "for active members of our own workspace" in ack.body["text"]
        assert not stage.cards()
        assert not [m for m in await stage.bot.store.due(2**50, 99) if "intake" in m]


VALUES: dict[str, tuple[Callable[[ChangeRequest, ChangeRequest], object], str]] = {
    "one's own request": (lambda _, own: f"{own.id}:1", "you asked for {own} yourself"),
    "another plan": (lambda r, _: f"{r.id}:99", "this card is old"),
    "no plan": (lambda r, _: r.id, "this card is old"),
    "an endless plan": (lambda r, _: f"{r.id}:{'9' * 5000}", "this card is old"),
    "a handle": (lambda r, _: f"{r.handle}:7", "this card is old"),
    "garbage": (lambda *_: '{"approve": true} ../*\r\n:1', "I no longer know this button"),
    "half a pair": (lambda *_: "\ud83d:1", "I no longer know this button"),
    "huge": (lambda *_: "x" * 100_000, "I no longer know this button"),
    "nothing": (lambda *_: "", "I no longer know this button"),
    "no text": (lambda *_: None, "I no longer know this button"),
}


@pytest.mark.parametrize("edit", VALUES.values(), ids=VALUES)
async def test_the_value_of_a_button_is_a_pointer(
    tmp_path: Path, edit: tuple[Callable[[ChangeRequest, ChangeRequest], object], str]
) -> None:
    """Whatever it points at: who may, and for which plan, is looked up."""
    value, said = edit
    async with staged(tmp_path) as stage:
        request, own = await two_requests(stage)
        press = await a_press(stage)
        edited = with_value(press, "request.approve", value(request, own))
        assert said.format(own=own.handle) in await answer(stage, "bob", edited)
        await still_waiting(stage, request, own)


@MODES
async def test_a_button_that_there_is_not_is_said_so(tmp_path: Path, mode: str) -> None:
    """An action of that family that nobody knows."""
    async with staged(tmp_path, mode=mode) as stage:
        request, _ = await two_requests(stage)
        press = await a_press(stage)
        edited = with_value(press, "request.become_root", f"{request.id}:1")
        assert "I no longer know this button" in await answer(stage, "bob", edited)
        await still_waiting(stage, request)


METADATA: dict[str, Callable[[ChangeRequest, ChangeRequest], str]] = {
    "one's own request": lambda _, own: f"{own.id}:1",
    "garbage": lambda *_: "../../etc\x00:1",
    "huge": lambda *_: "x" * 100_000,
}


@pytest.mark.parametrize("metadata", METADATA.values(), ids=METADATA)
async def test_the_metadata_of_a_form_is_a_pointer(
    tmp_path: Path, metadata: Callable[[ChangeRequest, ChangeRequest], str]
) -> None:
    """A denial with another request in it is judged by that request, and here refused."""
    async with staged(tmp_path) as stage:
        _, own = await two_requests(stage)
        submission = await a_submission(stage, "bob", "Deny", {"reason": "no room"})
        await stage.result("ana", "Denied")
        await stage.new_card("ana", "request app1 cores=3")
        request = await stage.request()
        view = submission["view"] | {"private_metadata": metadata(request, own)}
        assert (await deliver(stage, submission, view=view)).acknowledged
        await still_waiting(stage, request, own)


async def test_a_form_that_somebody_else_submits_counts_for_them(tmp_path: Path) -> None:
    """Dora sends the form that Bob opened, and may not deny; the audit has her name."""
    async with staged(tmp_path) as stage:
        await two_requests(stage)
        submission = await a_submission(stage, "bob", "Deny", {"reason": "no room"})
        await stage.result("ana", "Denied")
        await stage.new_card("ana", "request app1 cores=3")
        request = await stage.request()
        dora = {"id": "U0DORA", "username": "dora", "team_id": stage.slack.team_id}
        view = submission["view"] | {"private_metadata": f"{request.id}:1"}
        await deliver(stage, submission, view=view, user=dora)
        await still_waiting(stage, request)
        noted = await stage.bot.store.audit_of(request.id)
        assert [
            (link.entry.actor.user_id, link.entry.why) for link in noted if not link.entry.accepted
        ] == [("U0DORA", "not eligible")]


async def test_a_form_for_a_change_of_somebody_elses_request_changes_nothing(
    tmp_path: Path,
) -> None:
    """`edit` in the metadata does not make a request one's own."""
    async with staged(tmp_path) as stage:
        request, _ = await two_requests(stage)
        await stage.ask("dora", "request app1")
        await form_says(stage, "dora", "Send request")
        await stage.person("dora").submit(open_form(stage, "dora"), {"memory": "+1G"})
        await stage.until(lambda: len(stage.cards()) == 3)
        submission = deepcopy(
            next(
                d.delivery.payload
                for d in stage.slack.deliveries
                if d.delivery.payload.get("type") == "view_submission"
            )
        )
        view = submission["view"] | {"private_metadata": f"edit {request.id}:1"}
        await deliver(stage, submission, view=view)
        await still_waiting(stage, request)


async def test_a_bot_is_no_approver(tmp_path: Path) -> None:
    """Also one that is in the group that may approve."""
    async with staged(tmp_path) as stage:
        stage.slack.add_person("robot", is_bot=True)
        stage.slack.set_group("ops", ["bob", "robot"])
        request, _ = await two_requests(stage)
        press = await a_press(stage)
        robot = {"id": "U0ROBOT", "username": "robot", "team_id": stage.slack.team_id}
        edited = with_value(press, "request.approve", f"{request.id}:1")
        await deliver(stage, edited, user=robot)
        await still_waiting(stage, request)
        noted = await stage.bot.store.audit_of(request.id)
        assert [e.entry.why for e in noted if not e.entry.accepted] == ["not a member"]


async def test_answers_go_to_slack_alone(tmp_path: Path) -> None:
    """A response URL that leads elsewhere is not called; the person is told directly."""
    called: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        called.append(await request.text())
        return web.Response()

    application = web.Application()
    application.router.add_post("/{any:.*}", elsewhere)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with staged(tmp_path) as stage:
        request, own = await two_requests(stage)
        press = with_value(await a_press(stage), "request.approve", f"{own.id}:1")
        for url in (
            f"http://127.0.0.1:{port}/x",
            f"http://hooks.slack.com@127.0.0.1:{port}/",
            "//[",
        ):
            assert "you asked for" in await told_directly(stage, press | {"response_url": url})
        await still_waiting(stage, request, own)
    await runner.cleanup()
    assert called == []


async def test_a_response_url_that_is_spent_loses_no_answer(tmp_path: Path) -> None:
    """Slack takes five answers at one; the sixth arrives as a direct message."""
    async with staged(tmp_path) as stage:
        _, own = await two_requests(stage)
        press = with_value(await a_press(stage), "request.approve", f"{own.id}:1")
        for _ in range(5):
            assert "you asked for" in await answer(stage, "bob", press)
        assert "you asked for" in await told_directly(stage, press)
        await still_waiting(stage, own)
