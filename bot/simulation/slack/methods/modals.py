"""views.*: modals and Home tabs."""

import json
from typing import Any

from bot.simulation.slack.blockkit import problems_of_view
from bot.simulation.slack.identity import BOT_USER
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.pictures import problems_of_pictures
from bot.simulation.slack.refusal import Json, Refusal, invalid_arguments
from bot.simulation.slack.views import View
from bot.simulation.slack.workspace import Workspace

VIEW_BYTES = 250_000


def open_(slack: Workspace, given: Arguments) -> Json:
    """views.open: show a modal to whoever caused the trigger."""
    body = view_of(slack, given, "modal")
    trigger = slack.triggers.use(given.required("trigger_id"))
    view = slack.views.open(trigger.user, body)
    slack.happened("opened", trigger.user, view=view)
    return {"view": view.to_json()}


def push(slack: Workspace, given: Arguments) -> Json:
    """views.push: show a modal above the one in which the trigger was caused."""
    body = view_of(slack, given, "modal")
    trigger = slack.triggers.use(given.required("trigger_id"))
    view = slack.views.push(trigger.user, body)
    slack.happened("opened", trigger.user, view=view)
    return {"view": view.to_json()}


def update(slack: Workspace, given: Arguments) -> Json:
    """views.update: replace a view that is open."""
    if ("view_id" in given) == ("external_id" in given):
        raise invalid_arguments("[ERROR] exactly one of view_id and external_id is required")
    known = (
        slack.views.get(given.text("view_id"))
        if "view_id" in given
        else slack.views.by_external_id(given.text("external_id"))
    )
    body = view_of(slack, given, known.type if known is not None else "modal")
    if known is None:
        raise Refusal("not_found")
    return {"view": shown(slack, known, body, given.text("hash")).to_json()}


def shown(slack: Workspace, known: View, body: Json, wanted_hash: str) -> View:
    """Replace an open view's body."""
    view = slack.views.update(known, body, wanted_hash)
    slack.happened("updated", view.user, view=view)
    return view


def publish(slack: Workspace, given: Arguments) -> Json:
    """views.publish: set a person's Home tab."""
    body = view_of(slack, given, "home")
    user = given.required("user_id")
    if user not in slack.directory.accounts:
        raise Refusal("user_not_found")
    view = slack.views.publish(user, body, given.text("hash"))
    slack.happened("published", BOT_USER, view=view, text=user)
    return {"view": view.to_json()}


def view_of(slack: Workspace, given: Arguments, kind: str) -> Json:
    """Read and check the view argument."""
    return checked_view(slack, given.structure("view", "invalid_arguments"), kind)


def checked_view(slack: Workspace, body: Any, kind: str) -> Json:
    """Refuse a view that Slack refuses, naming each fault by its json-pointer."""
    problems = problems_of_view(body)
    problems += problems_of_pictures(slack.files, body, "/view")
    if problems:
        raise invalid_arguments(*map(str, problems))
    if body["type"] != kind:
        raise invalid_arguments(f"[ERROR] must be a {kind} view [json-pointer:/view/type]")
    if len(json.dumps(body).encode()) > VIEW_BYTES:
        raise Refusal("view_too_large")
    return dict(body)
