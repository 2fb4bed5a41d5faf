"""Buttons: a click asks for a transition; the transition makes the card render again."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.button import Action
from bot.model.errors import StoreFault
from bot.model.intent import Intent
from bot.model.notice import Declined, DenyForm, GlassForm, Notice, OfferForm
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.workflow.breaking import breaker
from bot.workflow.deciding import turned_away
from bot.workflow.votes import decider
from handlers.blocks import render, render_view
from handlers.blocks.kit import VALUE, pointer_text
from handlers.identity import Actor, identify
from handlers.reception import Ack, Payload, Reception, for_view, form_pointer, said_before

VERBS: Mapping[Action, str] = {
    Action.APPROVE: "vote",
    Action.ACCEPT_OFFER: "accept",
    Action.CANCEL: "cancel",
    Action.WITHDRAW: "withdraw",
    Action.VETO: "veto",
    Action.REVIEWED: "reviewed",
    Action.BREAK_NOW: "break",
    Action.ASK_AGAIN: "again",
    Action.ASK_REST: "rest",
    Action.KEEP: "keep",
    Action.ASK_LESS: "less",
    Action.GIVE_BACK: "give back",
    Action.END_NOW: "restart now",
    Action.END_LATER: "leave",
    Action.END_REVERT: "take back",
    Action.SHOW_GUEST: "show",
    Action.GRAPH: "graph",
    Action.PAGE: "list",
    Action.HEADROOM: "headroom",
    Action.INCIDENT_OPEN: "incident open",
    Action.INCIDENT_LEAD: "incident lead",
    Action.INCIDENT_SEVERITY: "incident severity",
    Action.INCIDENT_GRAPH: "incident graph",
    Action.INCIDENT_SNOOZE: "incident snooze",
    Action.INCIDENT_KEEP: "incident keep",
}
"""What a press asks for. Presses that open a view are below."""

VIEWS: Mapping[Action, str] = {
    Action.DETAILS: "Request",
    Action.EDIT: "Change the request",
    Action.ASK_FOR: "Request resources",
    Action.INCIDENT_ASK: "Request resources",
    Action.INCIDENT_GUEST: "Add a guest",
    Action.GRAPH: "Graph",
}
"""Presses that open a view which a job fills, with its title; one of VERBS as well, only over a view."""

FORMS: Mapping[Action, type[DenyForm] | type[OfferForm] | type[GlassForm]] = {
    Action.DENY: DenyForm,
    Action.OFFER: OfferForm,
    Action.BREAK_GLASS: GlassForm,
}
"""Presses that open a form made from the record alone."""

FORM_VERBS: Mapping[Action, str] = {
    Action.DENY: "deny",
    Action.OFFER: "offer",
    Action.BREAK_GLASS: "break-glass",
}
"""What those forms ask for."""


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to every button that cards, answers and views carry."""

    @app.action(re.compile(r"^(request|end|guest|list|node|incident)\."))
    async def pressed(ack: Ack, body: Payload, client: AsyncWebClient) -> None:
        await _press(reception, body, client)
        await ack()


async def _press(reception: Reception, body: Payload, client: AsyncWebClient) -> None:
    actor = reception.actor(body)
    pressed = body["actions"][0]
    action = _action(pressed["action_id"])
    pointer = pointer_text(str(pressed.get("value") or ""), VALUE)
    if isinstance(actor, Refusal):
        await _note(reception, body, action, pointer, actor)
        await _say(reception, actor, body, client, Declined(refusal=actor))
    elif action is None:
        await _say(reception, actor, body, client, Declined(refusal=refuse(Reason.UNKNOWN_BUTTON)))
    elif action in FORMS:
        await _open_form(reception, actor, action, pointer, body, client)
    elif action in VIEWS and (actor.view_id or action not in VERBS):
        await _open_view(reception, actor, action, pointer, body, client)
    else:
        await _keep(reception, actor, action, pointer, body, client)


def _action(action_id: str) -> Action | None:
    """Return the action of an id; what follows a colon only makes it unique in its block."""
    name = action_id.partition(":")[0]
    return next((a for a in Action if a.value == name), None)


def _words(action: Action, pointer: str) -> dict[str, str]:
    """Return the arguments in what a button points at."""
    if action is Action.PAGE:
        return dict(zip(("page", "text"), pointer.split(":", 1), strict=False))
    if action is Action.GRAPH:
        return dict(zip(("guest", "one"), pointer.split(":", 1), strict=False))
    if action is Action.INCIDENT_OPEN:
        return {"guests": pointer} if "/" in pointer else {"title": f"node {pointer}"}
    return {"pointer": pointer, "guest": pointer, "node": pointer}


async def _keep(
    reception: Reception,
    actor: Actor,
    action: Action,
    pointer: str,
    body: Payload,
    client: AsyncWebClient,
) -> None:
    intake = reception.intake(actor, Intent(verb=VERBS[action], words=_words(action, pointer)))
    if actor.view_id:
        intake = for_view(intake, actor.view_id)
    refused = await reception.keep(intake)
    if refused:
        await _say(reception, actor, body, client, refused)


async def _open_view(
    reception: Reception,
    actor: Actor,
    action: Action,
    pointer: str,
    body: Payload,
    client: AsyncWebClient,
) -> None:
    """Open a loading view, or push it over the one that is open; a job fills it."""
    guest = pointer if action is Action.ASK_FOR else ""
    asking = {"guest": guest, "metadata": form_pointer(guest, actor.delivery)}
    intents = {
        Action.DETAILS: Intent(verb="details", words={"pointer": pointer}),
        Action.EDIT: Intent(verb="form", words={"editing": pointer, "metadata": f"edit {pointer}"}),
        Action.GRAPH: Intent(verb="graph", words=_words(Action.GRAPH, pointer)),
        Action.ASK_FOR: Intent(verb="form", words=asking),
        Action.INCIDENT_ASK: Intent(verb="form", words=asking),
        Action.INCIDENT_GUEST: Intent(verb="incident guest form", words={"pointer": pointer}),
    }
    refused = await reception.open_view(actor, VIEWS[action], intents[action], client)
    if refused:
        await _say(reception, actor, body, client, refused)


async def _open_form(
    reception: Reception,
    actor: Actor,
    action: Action,
    pointer: str,
    body: Payload,
    client: AsyncWebClient,
) -> None:
    """Open a form that asks for a reason or an offer, if the request still waits."""
    if over := await reception.spend(actor.person):
        await _say(reception, actor, body, client, over)
        return
    try:
        may = breaker if action is Action.BREAK_GLASS else decider
        found = await may(reception.parts, actor.person, pointer, FORM_VERBS[action])
    except StoreFault:
        found = Declined(refusal=refuse(Reason.STORE_DOWN))
    if isinstance(found, ChangeRequest):
        form = FORMS[action](request=found)
        if isinstance(form, OfferForm):
            form = replace(form, features=reception.parts.features)
        view = render_view(form)
        show = client.views_push if actor.view_id else client.views_open
        await show(trigger_id=actor.trigger_id, view=view)
    else:
        await _say(reception, actor, body, client, found)


async def _note(
    reception: Reception, body: Payload, action: Action | None, pointer: str, why: Refusal
) -> None:
    """Record that somebody from outside pressed a button of a request."""
    verb = {**VERBS, **FORM_VERBS}.get(action) if action else None
    actor = identify(body, reception.ours)
    if verb is None or isinstance(actor, Refusal):
        return
    with suppress(StoreFault):
        await turned_away(reception.parts, actor.person, pointer, verb, why)


async def _say(
    reception: Reception,
    actor: Actor | Refusal,
    body: Payload,
    client: AsyncWebClient,
    notice: Notice,
) -> None:
    """Tell only the person who pressed; the message they pressed stays as it is."""
    if said_before(notice):
        return
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
