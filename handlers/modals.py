"""Views: the request form with its search and check, the forms behind Deny and Offer less."""

import re
from collections.abc import Mapping
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.model.guest import GuestSummary
from bot.model.intent import Ask, Intent
from bot.model.notice import Declined
from bot.model.refusal import Reason, Refusal, refuse
from bot.workflow.parts import asker, guests_for
from handlers.blocks import render
from handlers.blocks.forms import read_form
from handlers.blocks.kit import METADATA, pointer_text
from handlers.grammar import ask_from_form
from handlers.identity import Actor
from handlers.reception import (
    Ack,
    Payload,
    Reception,
    form_pointer,
    in_view,
    read_form_pointer,
    said_before,
)

OPTIONS = 100
"""Slack shows no more options than this (FACTS §5)."""


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the forms."""

    @app.options("form.guest")
    async def options(ack: Ack, body: Payload) -> None:
        await ack(options=await _options(reception, body))

    @app.action(re.compile(r"^form\."))
    async def changed(ack: Ack, body: Payload) -> None:
        await _refill(reception, body)
        await ack()

    @app.view("request.form")
    async def request(ack: Ack, body: Payload) -> None:
        await ack(**await _request(reception, body))

    @app.view("deny.form")
    async def deny(ack: Ack, body: Payload) -> None:
        words = {**_values(reception, body), "pointer": _metadata(body)}
        await ack(**await reception.submitted(body, Intent(verb="deny", words=words), "Deny"))

    @app.view("glass.form")
    async def glass(ack: Ack, body: Payload) -> None:
        words = {**_values(reception, body), "pointer": _metadata(body)}
        intent = Intent(verb="break-glass", words=words)
        await ack(**await reception.submitted(body, intent, "Break the glass"))

    @app.view("offer.form")
    async def offer(ack: Ack, body: Payload) -> None:
        await ack(**await _offer(reception, body))


def _metadata(body: Payload) -> str:
    """Return what the form points at: a pointer only, whoever may do what is looked up."""
    return pointer_text(str(body["view"].get("private_metadata") or ""), METADATA)


def _values(reception: Reception, body: Payload) -> dict[str, str]:
    """Return what stands in the fields, without secrets."""
    filled = read_form(body["view"]["state"]["values"])
    return {name: reception.redaction.text(value) for name, value in filled.items()}


async def _options(reception: Reception, body: Payload) -> list[Payload]:
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        return []
    who = await asker(reception.parts, actor.person)
    if isinstance(who, Refusal):
        return []
    text = str(body.get("value", "")).casefold()
    found = [g for g in await guests_for(reception.parts, who) if not g.template]
    found = [g for g in found if text in g.name.casefold() or text == str(g.ref.vmid)]
    found.sort(key=lambda g: g.name.casefold())
    return [_option(guest) for guest in found[:OPTIONS]]


def _option(guest: GuestSummary) -> Payload:
    label = f"{guest.name[:48]} ({guest.ref.kind.word} {guest.ref.vmid}, {guest.node})"
    return {"text": {"type": "plain_text", "text": label[:75]}, "value": guest.ref.key}


async def _ask(
    reception: Reception, actor: Actor, values: dict[str, str], guest: str
) -> Ask | dict[str, Refusal]:
    return ask_from_form(
        values,
        guest=guest,
        operations=reception.parts.operations,
        now_ms=reception.parts.clock.now(),
        timezone=await reception.zone(actor),
    )


async def _refill(reception: Reception, body: Payload) -> None:
    """A guest was chosen or Check was pressed: a job fills the form anew."""
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        return
    view, values = body["view"], _values(reception, body)
    editing = _metadata(body).removeprefix("edit ")
    is_edit = editing != _metadata(body)
    pointed, opened = ("", "") if is_edit else read_form_pointer(_metadata(body))
    guest = values.get("guest", "") or pointed
    words = {"guest": guest, "metadata": form_pointer(guest, opened), "opened": opened}
    if is_edit:
        words |= {"editing": editing, "metadata": f"edit {editing}"}
    ask, problem = None, None
    if body["actions"][0]["action_id"] == "form.check":
        made = await _ask(reception, actor, values, guest)
        ask = made if isinstance(made, Ask) else None
        problem = next(iter(made.values())) if isinstance(made, dict) else None
    intent = Intent(verb="form", ask=ask, words=words, problem=problem)
    refused = await reception.keep(reception.intake(actor, intent, view_id=view["id"]))
    if refused and not said_before(refused):
        await reception.parts.messenger.show_view(view["id"], refused)


async def _request(reception: Reception, body: Payload) -> Payload:
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        return in_view(Declined(refusal=actor))
    metadata, values = _metadata(body), _values(reception, body)
    pointed, opened = read_form_pointer(metadata)
    guest = values.get("guest", "") or pointed
    pointer = metadata.removeprefix("edit ")
    if pointer != metadata:
        request = await reception.parts.store.request(pointer.partition(":")[0])
        guest = request.plan.target.ref.key if request else ""
    ask = await _ask(reception, actor, values, guest)
    if isinstance(ask, dict):
        return _errors(ask)
    if pointer != metadata:
        intent = Intent(verb="edit", ask=ask, words={"pointer": pointer, "metadata": metadata})
        intent = replace(intent, words={**intent.words, "editing": pointer})
        return await reception.submitted(body, intent, "Change the request")
    words = {"metadata": form_pointer(guest, opened), "opened": opened}
    intent = Intent(verb="request", ask=ask, words=words)
    return await reception.submitted(body, intent, "Request resources")


async def _offer(reception: Reception, body: Payload) -> Payload:
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        return in_view(Declined(refusal=actor))
    pointer = _metadata(body)
    request = await reception.parts.store.request(pointer.partition(":")[0])
    if request is None:
        return in_view(Declined(refusal=refuse(Reason.UNKNOWN_BUTTON)))
    ask = await _ask(reception, actor, _values(reception, body), request.plan.target.ref.key)
    if isinstance(ask, dict):
        return _errors(ask)
    ask = replace(ask, operation=request.plan.operation, arguments=request.ask.arguments)
    intent = Intent(verb="offer", ask=ask, words={"pointer": pointer})
    return await reception.submitted(body, intent, "Offer less")


def _errors(refusals: Mapping[str, Refusal]) -> Payload:
    """Say what is wrong beside each field."""
    said = {block: render(Declined(refusal=r)).text for block, r in refusals.items()}
    return {"response_action": "errors", "errors": said}
