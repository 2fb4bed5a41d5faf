"""A person at the keyboard: types commands, presses buttons, fills in modals."""

from typing import Any

from bot.simulation.slack import payloads, replies
from bot.simulation.slack.accounts import Account, Channel
from bot.simulation.slack.dispatch import Dispatch
from bot.simulation.slack.identity import SLACKBOT, TEAM_ID
from bot.simulation.slack.inputs import HOLDERS, Placed, entry, options_of, placed
from bot.simulation.slack.markup import escape_typed
from bot.simulation.slack.messages import Message
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.replies import Reply
from bot.simulation.slack.views import View

Target = Message | View


class Impossible(Exception):  # noqa: N818 -- says what a person cannot do in Slack
    """Slack's client offers no way to do this."""


class Person:
    """One account, acting. Look them up afresh after the directory changed: acts read it anew."""

    def __init__(self, dispatch: Dispatch, user_id: str) -> None:
        self._dispatch = dispatch
        self._slack = dispatch.slack
        self._suggested: dict[tuple[str, str], list[Json]] = {}
        self.id = user_id

    @property
    def account(self) -> Account:
        """Give the directory's present entry."""
        return self._slack.directory.account(self.id)

    async def command(self, text: str, *, channel: str = "#general") -> Reply:
        """Type a slash command such as `/pve list` in a channel; `@headroom` is the direct one."""
        place = self._conversation(channel)
        self._must_act(place)
        if self.account.team_id != TEAM_ID:
            raise Impossible(f"{self.account.name} is external: no slash commands for them")
        command, _, rest = text.partition(" ")
        self._slack.happened("commanded", self.id, channel=place.id, text=text)
        fields = payloads.command(
            user=self.account,
            channel=place,
            command=command,
            text=escape_typed(rest.strip(), self._slack.directory),
            response_url=self._dispatch.response_url(self.id, place.id, None),
            trigger_id=self._slack.triggers.issue(self.id),
        )
        ack = await self._dispatch.send("slash_commands", fields)
        return replies.to_command(self._slack, ack, self.id, place, text)

    def say(self, text: str, *, channel: str = "#general") -> Message:
        """Write a message."""
        place = self._conversation(channel)
        self._must_act(place)
        return self._slack.say(self.id, place, escape_typed(text, self._slack.directory))

    async def press(
        self,
        target: Target,
        what: str,
        *,
        value: str | None = None,
        confirm: bool = True,
        as_seen: bool = False,
    ) -> Reply:
        """Press a button (or an overflow entry), named by action_id or by what it shows.

        `value` tells buttons of one name apart; `confirm=False` backs out of the dialog;
        `as_seen` presses what the given version showed, though it may have changed since.
        """
        shown = target if as_seen else self._present(target)
        place, option = _pressable(shown, what, value)
        if place.element.get("confirm") and not confirm:
            return Reply(acknowledged=False, sent=False)
        action: Json = {"value": place.element["value"]} if "value" in place.element else {}
        if option is not None:
            action = {"selected_option": option}
        self._slack.happened("pressed", self.id, text=_face(place, option), **_where(shown))
        return await self._act(self._present(target), place, action)

    async def choose(self, target: Target, what: str, value: Any) -> Reply:
        """Set an element that holds a value, by block_id, action_id or label, and let it act.

        Outside of input blocks, and in those with `dispatch_action`, the app is told.
        """
        shown = self._present(target)
        place = _holder(shown, what)
        state = self._entry(place, value)
        if isinstance(shown, View):
            shown = self._slack.views.enter(shown, place.block_id, place.action_id, state)
            self._slack.changes.notify()
        if place.block["type"] == "input" and not place.block.get("dispatch_action"):
            return Reply(acknowledged=False, sent=False, view=self.view)
        action = {name: item for name, item in state.items() if name != "type"}
        return await self._act(shown, place, action)

    async def suggest(self, target: Target, what: str, typed: str) -> tuple[Json, ...]:
        """Type into an external select; give the options the app offers."""
        shown = self._present(target)
        place = _holder(shown, what)
        payload = {
            **payloads.interaction("block_suggestion", self.account),
            **self._place_of(shown),
            "block_id": place.block_id,
            "action_id": place.action_id,
            "value": typed,
        }
        ack = await self._dispatch.send("interactive", payload)
        reply = replies.to_suggestion(self._slack, ack, self.id)
        if reply.problem is not None:
            raise Impossible(f"no options for {typed!r}: {reply.problem}")
        self._suggested[place.block_id, place.action_id] = list(reply.options)
        return reply.options

    async def submit(self, view: View, values: dict[str, Any] | None = None) -> Reply:
        """Fill in a modal, by block_id, action_id or label, and submit it."""
        view = self._open(view)
        for what, value in (values or {}).items():
            place = _holder(view, what)
            state = self._entry(place, value)
            view = self._slack.views.enter(view, place.block_id, place.action_id, state)
        missing = replies.missing_inputs(view)
        if missing:
            return Reply(acknowledged=False, sent=False, errors=missing, view=view)
        self._slack.happened("submitted", self.id, view=view)
        payload = {
            **payloads.interaction("view_submission", self.account),
            "trigger_id": self._slack.triggers.issue(self.id, view.id),
            "view": view.to_json(),
            "response_urls": [],
        }
        ack = await self._dispatch.send("interactive", payload)
        return replies.to_submission(self._slack, ack, view)

    async def close(self, view: View, *, whole_stack: bool = False) -> Reply:
        """Close a modal by its button, or the whole stack by the cross."""
        view = self._open(view)
        if whole_stack:
            self._slack.views.clear(self.id)
        else:
            self._slack.views.close(view)
        self._slack.happened("closed", self.id, view=view)
        if not view.body.get("notify_on_close"):
            return Reply(acknowledged=False, sent=False, view=self.view)
        told = {**view.to_json(), "state": {"values": {}}}
        payload = {
            **payloads.interaction("view_closed", self.account),
            "view": told,
            "is_cleared": whole_stack,
        }
        ack = await self._dispatch.send("interactive", payload)
        return replies.to_action(self._slack, ack, self.id)

    @property
    def view(self) -> View | None:
        """Give the modal before this person's eyes."""
        return self._slack.views.top(self.id)

    async def _act(self, target: Target, place: Placed, action: Json) -> Reply:
        payload = {
            **payloads.interaction("block_actions", self.account),
            **self._place_of(target),
            "actions": [
                {
                    "type": place.element["type"],
                    "action_id": place.action_id,
                    "block_id": place.block_id,
                    "action_ts": self._slack.clock.ts(),
                    **({"text": place.element["text"]} if "text" in place.element else {}),
                    **action,
                }
            ],
        }
        if isinstance(target, Message):
            payload["response_url"] = self._dispatch.response_url(
                self.id, target.channel, target.ts
            )
        view_id = target.id if isinstance(target, View) else None
        payload["trigger_id"] = self._slack.triggers.issue(self.id, view_id)
        ack = await self._dispatch.send("interactive", payload)
        return replies.to_action(self._slack, ack, self.id)

    def _place_of(self, target: Target) -> Json:
        if isinstance(target, View):
            return payloads.in_view(target)
        return payloads.in_message(target, self._slack.directory.channels[target.channel])

    def _entry(self, place: Placed, value: Any) -> Json:
        offered = self._suggested.get((place.block_id, place.action_id), [])
        return entry(place.element, value, [*options_of(place.element), *offered], self._look_up)

    def _look_up(self, kind: str, name: str) -> str:
        directory = self._slack.directory
        return directory.account(name).id if kind == "user" else directory.channel(name).id

    def _present(self, target: Target) -> Target:
        if isinstance(target, View):
            return self._open(target)
        message = self._slack.messages.find(*target.key)
        if message is None:
            raise Impossible("the message is gone")
        self._must_act(self._slack.directory.channels[message.channel])
        if message.is_ephemeral and message.visible_to != self.id:
            raise Impossible(f"{self.account.name} does not see this message")
        return message

    def _open(self, view: View) -> View:
        self._must_be_active()
        present = self._slack.views.get(view.id)
        if present is None or present.user != self.id:
            raise Impossible(f"{self.account.name} has no such view open")
        return present

    def _conversation(self, ref: str) -> Channel:
        if ref in ("@headroom", "direct"):
            return self._slack.directory.open_direct(self.id)
        return self._slack.directory.channel(ref)

    def _must_act(self, channel: Channel) -> None:
        self._must_be_active()
        if self.id not in channel.members:
            raise Impossible(f"{self.account.name} is not in {channel.title}")

    def _must_be_active(self) -> None:
        if self.account.deleted or self.id == SLACKBOT or self.account.is_bot:
            raise Impossible(f"{self.account.name} is no active person")


def _where(target: Target) -> dict[str, Any]:
    if isinstance(target, View):
        return {"view": target}
    return {"message": target, "channel": target.channel}


def _face(place: Placed, option: Json | None) -> str:
    shown = option or place.element
    return str(shown.get("text", {}).get("text", place.action_id))


def _pressable(target: Target, what: str, value: str | None) -> tuple[Placed, Json | None]:
    """Find a button by action_id or text, or an overflow by its entry."""
    faces = []
    for place in placed(target.blocks):
        options = place.element.get("options", []) if place.element["type"] == "overflow" else []
        for option in options or [None]:
            shown = option or place.element
            text = shown.get("text")
            face = text.get("text") if isinstance(text, dict) else None
            faces.append(face or place.action_id)
            named = what == face or (option is None and what == place.action_id)
            if named and value in (None, shown.get("value")):
                return place, option
    raise Impossible(f"no button {what!r} here; there are {', '.join(faces) or 'none'}")


def _holder(target: Target, what: str) -> Placed:
    """Find an element that holds a value, by block_id, action_id or label."""
    holders = [p for p in placed(target.blocks) if p.element["type"] in HOLDERS]
    for place in holders:
        label = place.block.get("label", {}).get("text")
        if what in (place.block_id, place.action_id, label):
            return place
    known = ", ".join(place.block_id for place in holders) or "none"
    raise Impossible(f"no field {what!r} here; there are {known}")
