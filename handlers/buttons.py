"""Buttons: a click asks for a transition; the transition makes the card render again."""

import re
from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.button import Action
from bot.model.errors import StoreFault
from bot.model.guards import already
from bot.model.intent import Intent
from bot.model.notice import Declined, DenyForm, Loading, Notice, OfferForm
from bot.model.people import Person
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.workflow.pointers import split, with_newest
from handlers.blocks import render, render_view
from handlers.identity import Actor
from handlers.reception import Ack, Payload, Reception, for_view

VERBS: Mapping[Action, str] = {
    Action.APPROVE: "vote",
    Action.ACCEPT_OFFER: "accept",
    Action.CANCEL: "cancel",
    Action.WITHDRAW: "withdraw",
    Action.VETO: "veto",
    Action.ASK_AGAIN: "again",
    Action.ASK_LESS: "less",
    Action.GIVE_BACK: "give back",
    Action.END_NOW: "restart now",
    Action.END_LATER: "leave",
    Action.END_REVERT: "take back",
    Action.SHOW_GUEST: "show",
    Action.PAGE: "list",
}
"""What a press asks for. Presses that open a view are below."""

VIEWS: Mapping[Action, str] = {
    Action.DETAILS: "Request",
    Action.EDIT: "Change the request",
    Action.ASK_FOR: "Request resources",
}
"""Presses that open a view which a job fills, with its title."""

FORMS: Mapping[Action, type[DenyForm] | type[OfferForm]] = {
    Action.DENY: DenyForm,
    Action.OFFER: OfferForm,
}
"""Presses that open a form made from the record alone."""


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to every button that cards, answers and views carry."""

    @app.action(re.compile(r"^(request|end|guest|list)\."))
    async def pressed(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
        await _press(reception, body, client)
        await ack()


async def _press(reception: Reception, body: Payload, client: AsyncWebClient) -> None:
    actor = reception.actor(body)
    if isinstance(actor, Refusal):
        await _say(reception, body, client, Declined(refusal=actor))
        return
    pressed = body["actions"][0]
    action = _action(pressed["action_id"])
    pointer = pressed.get("value", "")
    if action is None:
        await _say(reception, body, client, Declined(refusal=refuse(Reason.UNKNOWN_BUTTON)))
    elif action in FORMS:
        await _open_form(reception, actor, action, pointer, body, client)
    elif action in VIEWS:
        await _open_view(reception, actor, action, pointer, client)
    else:
        await _keep(reception, actor, action, pointer, body, client)


def _action(action_id: str) -> Action | None:
    """Return the action of an id; what follows a colon only makes it unique in its block."""
    name = action_id.partition(":")[0]
    return next((a for a in Action if a.value == name), None)


async def _keep(
    reception: Reception,
    actor: Actor,
    action: Action,
    pointer: str,
    body: Payload,
    client: AsyncWebClient,
) -> None:
    words = {"pointer": pointer, "guest": pointer}
    if action is Action.PAGE:
        words = dict(zip(("page", "text"), pointer.split(":", 1), strict=False))
    intake = reception.intake(actor, Intent(verb=VERBS[action], words=words))
    if actor.view_id:
        intake = for_view(intake, actor.view_id)
    refused = await reception.keep(intake)
    if refused:
        await _say(reception, body, client, refused)


async def _open_view(
    reception: Reception, actor: Actor, action: Action, pointer: str, client: AsyncWebClient
) -> None:
    """Open a loading view, or push it over the one that is open; a job fills it."""
    view = render_view(Loading(title=VIEWS[action]))
    show = client.views_push if actor.view_id else client.views_open
    opened = await show(trigger_id=actor.trigger_id, view=view)
    intents = {
        Action.DETAILS: Intent(verb="details", words={"pointer": pointer}),
        Action.EDIT: Intent(verb="form", words={"editing": pointer, "metadata": f"edit {pointer}"}),
        Action.ASK_FOR: Intent(verb="form", words={"guest": pointer, "metadata": pointer}),
    }
    await reception.keep(reception.intake(actor, intents[action], view_id=opened["view"]["id"]))


async def _open_form(
    reception: Reception,
    actor: Actor,
    action: Action,
    pointer: str,
    body: Payload,
    client: AsyncWebClient,
) -> None:
    """Open a form that asks for a reason or an offer, if the request still waits."""
    try:
        request = await reception.parts.store.request(split(pointer)[0])
    except StoreFault:
        await _say(reception, body, client, Declined(refusal=refuse(Reason.STORE_DOWN)))
        return
    if refusal := _cannot_open(request, actor.person, split(pointer)):
        await _say(reception, body, client, with_newest(refusal))
    elif request is not None:
        view = render_view(FORMS[action](request=request))
        await client.views_open(trigger_id=actor.trigger_id, view=view)


def _cannot_open(
    request: ChangeRequest | None, person: Person, pointer: tuple[str, int]
) -> Refusal | None:
    if request is None:
        return refuse(Reason.UNKNOWN_BUTTON)
    if request.state.value != "pending":
        return already(request)
    if person == request.requester:
        return refuse(Reason.OWN_REQUEST, handle=request.handle)
    if pointer[1] != request.plan_rev:
        return refuse(
            Reason.OLD_CARD, handle=request.handle, shown=pointer[1], current=request.plan_rev
        )
    return None


async def _say(reception: Reception, body: Payload, client: AsyncWebClient, notice: Notice) -> None:
    """Tell only the person who pressed; the message they pressed stays as it is."""
    actor = reception.actor(body)
    if not isinstance(actor, Refusal):
        await reception.parts.messenger.answer(
            reception.intake(actor, Intent(verb="")).answer_to, notice
        )
        return
    message = render(notice)
    channel, user = (body.get("channel") or {}).get("id"), (body.get("user") or {}).get("id")
    if channel and user:
        await client.chat_postEphemeral(
            channel=channel, user=user, text=message.text, blocks=message.blocks
        )
