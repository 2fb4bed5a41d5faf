"""What Slack makes of the app's acknowledgement, and what the person sees of it."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.delivery import Ack
from bot.simulation.slack.messages import Message
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.chat import content_of
from bot.simulation.slack.methods.modals import checked_view, shown
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.views import View
from bot.simulation.slack.workspace import Workspace

OPTIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person's act led to by the acknowledgement alone.

    `took` is real seconds; `body` is what the app sent; `problem` is what Slack shows instead
    (`operation_timeout`, `dispatch_failed`, a refusal of the body), `errors` the words beside
    inputs by block_id; `view` is the modal now on top; `sent` is false when Slack's client kept
    the act to itself.
    """

    acknowledged: bool
    took: float = 0.0
    body: Any = None
    problem: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    message: Message | None = None
    view: View | None = None
    options: tuple[Json, ...] = ()
    sent: bool = True

    @property
    def text(self) -> str:
        """Give the text of the message that came back in the acknowledgement."""
        return self.message.text if self.message is not None else ""


def reply_of(ack: Ack) -> Reply:
    """Start a reply with what every acknowledgement tells."""
    return Reply(acknowledged=ack.acknowledged, took=ack.took, body=ack.body, problem=ack.problem)


def to_command(slack: Workspace, ack: Ack, user: str, channel: Channel, typed: str) -> Reply:
    """Show the answer to a slash command: private unless it says `in_channel`."""
    reply = reply_of(ack)
    if ack.problem is not None:
        slack.happened("failed", user, channel=channel.id, text=f"{typed}: {ack.problem}")
        return reply
    reply = replace(reply, view=slack.views.top(user))
    if not ack.body:
        return reply
    body = {"text": ack.body} if isinstance(ack.body, str) else ack.body
    in_channel = body.get("response_type") == "in_channel"
    try:
        content = content_of(slack, Arguments(body))
    except Refusal as refusal:
        return _broken(slack, reply, user, refusal)
    if in_channel:
        slack.say(user, channel, typed)
    message = slack.post(channel, content, method="ack", visible_to=None if in_channel else user)
    return replace(reply, message=message)


def to_action(slack: Workspace, ack: Ack, user: str) -> Reply:
    """Read the answer to a pressed button: an acknowledgement without content."""
    reply = reply_of(ack)
    if ack.problem is not None:
        slack.happened("failed", user, text=ack.problem)
    return replace(reply, view=slack.views.top(user))


def to_submission(slack: Workspace, ack: Ack, view: View) -> Reply:
    """Do what the answer to a submitted modal asks for."""
    reply = reply_of(ack)
    if ack.problem is not None:
        slack.happened("failed", view.user, view=view, text=ack.problem)
        return replace(reply, view=slack.views.top(view.user))
    try:
        errors = _respond(slack, view, ack.body)
    except Refusal as refusal:
        return _broken(slack, reply, view.user, refusal)
    return replace(reply, errors=errors, view=slack.views.top(view.user))


def _respond(slack: Workspace, view: View, body: Any) -> dict[str, str]:
    if not body:
        _close(slack, view)
        return {}
    action = body.get("response_action") if isinstance(body, dict) else None
    match action:
        case "errors":
            return _errors(slack, view, body.get("errors"))
        case "update":
            shown(slack, view, checked_view(slack, body.get("view"), "modal"), "")
        case "push":
            above = slack.views.push(view.user, checked_view(slack, body.get("view"), "modal"))
            slack.happened("opened", view.user, view=above)
        case "clear":
            slack.views.clear(view.user)
            slack.happened("closed", view.user, view=view)
        case _:
            raise Refusal("the body of a plain close must be empty")
    return {}


def _close(slack: Workspace, view: View) -> None:
    if slack.views.get(view.id) is not None:
        slack.views.close(view)
    slack.happened("closed", view.user, view=view)


def _errors(slack: Workspace, view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refusal("errors must name at least one input block")
    strange = sorted(set(errors) - inputs)
    if strange:
        raise Refusal(f"errors name no input block: {', '.join(strange)}")
    text = "; ".join(f"{_label(view, block_id)}: {said}" for block_id, said in errors.items())
    slack.happened("refused", view.user, view=view, text=text)
    return {block_id: str(said) for block_id, said in errors.items()}


def _label(view: View, block_id: str) -> str:
    block = next(block for block in view.blocks if block["block_id"] == block_id)
    return str(block["label"]["text"])


def to_suggestion(slack: Workspace, ack: Ack, user: str) -> Reply:
    """Read the options for what a person typed: at most a hundred, maybe in groups."""
    reply = reply_of(ack)
    if ack.problem is not None:
        return reply
    body = ack.body if isinstance(ack.body, dict) else {}
    if ("options" in body) == ("option_groups" in body):
        return _broken(slack, reply, user, Refusal("options or option_groups must be given"))
    groups = body.get("option_groups") or []
    options = [*body.get("options", []), *(o for group in groups for o in group["options"])]
    if len(options) > OPTIONS:
        return _broken(slack, reply, user, Refusal(f"{len(options)} options; at most {OPTIONS}"))
    return replace(reply, options=tuple(options))


def _broken(slack: Workspace, reply: Reply, user: str, refusal: Refusal) -> Reply:
    faults = refusal.extra.get("response_metadata", {}).get("messages", [])
    problem = " ".join([refusal.error, *faults])
    slack.happened("failed", user, text=problem)
    return replace(reply, problem=problem, view=slack.views.top(user))
