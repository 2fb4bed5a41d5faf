"""A person at the keyboard: types commands, presses buttons, fills in modals."""

from typing import Any

from bot.simulation.slack import payloads, replies
from bot.simulation.slack.actor import Actor
from bot.simulation.slack.client_checks import refused_inputs
from bot.simulation.slack.delivery import Ack
from bot.simulation.slack.finding import (
    Impossible,
    Target,
    face_of,
    holder_in,
    label_of,
    pressable,
    where_shown,
)
from bot.simulation.slack.identity import TEAM_ID
from bot.simulation.slack.inputs import HOLDERS, Placed, state_of
from bot.simulation.slack.markup import escape_typed, links_in
from bot.simulation.slack.messages import Message
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.replies import Reply
from bot.simulation.slack.views import View


class Person(Actor):
    """One account, acting; every act reads the directory anew."""

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

    async def react(
        self, message: Message, name: str = "pushpin", *, take_back: bool = False
    ) -> Ack:
        """Put an emoji under a message, or take one's own away: the app gets an event where it is."""
        self._present(message)
        seen, mark = self._slack.messages.find(*message.key) or message, (name, self.id)
        others = tuple(each for each in seen.reactions if each != mark)
        self._slack.messages.change(seen, reactions=others if take_back else (*others, mark))
        event = {
            "type": "reaction_removed" if take_back else "reaction_added",
            "user": self.id,
            "reaction": name,
            "item_user": message.user,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "event_ts": self._slack.clock.ts(),
        }
        return await self._dispatch.send_event(event)

    async def share(self, text: str, *, channel: str = "#general") -> Message:
        """Write a message; the app is told of its links into the app's domains (`link_shared`)."""
        message = self.say(text, channel=channel)
        links = links_in(text, self._slack.unfurl_domains)
        if links and "links:read" in self._slack.scopes:
            event = {
                "type": "link_shared",
                "user": self.id,
                "channel": message.channel,
                "message_ts": message.ts,
                "is_bot_user_member": True,
                "source": "conversations_history",
                "unfurl_id": f"{message.channel}.{message.ts}",
                "links": links,
                "event_ts": self._slack.clock.ts(),
            }
            await self._dispatch.send_event(event)
        return message

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
        place, option = pressable(shown, what, value)
        if place.element.get("confirm") and not confirm:
            return Reply(acknowledged=False, sent=False)
        action: Json = {"value": place.element["value"]} if "value" in place.element else {}
        if option is not None:
            action = {"selected_option": option}
        text = f"presses [ {face_of(place, option)} ]"
        if place.element.get("confirm"):
            text += f"\nconfirms: {place.element['confirm']['text']['text']}"
        self._slack.happened("pressed", self.id, text=text, **where_shown(shown))
        return await self._act(self._present(target), place, action)

    async def choose(self, target: Target, what: str, value: Any) -> Reply:
        """Set an element that holds a value, by block_id, action_id or label, and let it act.

        Outside of input blocks, and in those with `dispatch_action`, the app is told.
        """
        shown = self._present(target)
        place = holder_in(shown, what)
        state = self._entry(place, value)
        self._slack.happened(
            "chose", self.id, text=f"chooses {label_of(state, value)}", **where_shown(shown)
        )
        if isinstance(shown, View):
            shown = self._slack.views.enter(shown, place.block_id, place.action_id, state)
        if place.block["type"] == "input" and not place.block.get("dispatch_action"):
            return Reply(acknowledged=False, sent=False, view=self.view)
        action = {name: item for name, item in state.items() if name != "type"}
        return await self._act(shown, place, action)

    async def suggest(self, target: Target, what: str, typed: str) -> tuple[Json, ...]:
        """Type into an external select; give the options the app offers."""
        shown = self._present(target)
        place = holder_in(shown, what)
        payload = {
            **payloads.interaction("block_suggestion", self.account),
            **self._place_of(shown, place, {}),
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
            place = holder_in(view, what)
            state = self._entry(place, value)
            view = self._slack.views.enter(view, place.block_id, place.action_id, state)
        refused = refused_inputs(view)
        if refused:
            return Reply(acknowledged=False, sent=False, errors=refused, view=view)
        self._slack.happened("submitted", self.id, view=view)
        payload = {
            **payloads.interaction("view_submission", self.account),
            "trigger_id": self._slack.triggers.issue(self.id, view.id),
            "view": view.to_json(),
            "response_urls": self._response_urls(view),
        }
        ack = await self._dispatch.send("interactive", payload)
        return replies.to_submission(self._slack, ack, view)

    async def open_home(self) -> Ack:
        """Open the app's Home tab: the app gets the event `app_home_opened`."""
        self._must_be_active()
        home = self._slack.views.home(self.id)
        event = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._slack.directory.open_direct(self.id).id,
            "tab": "home",
            "event_ts": self._slack.clock.ts(),
        }
        return await self._dispatch.send_event(event | ({"view": home.to_json()} if home else {}))

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Reply:
        """Use a global shortcut, or a message's own; the app is told no channel by the former."""
        self._must_be_active()
        kind = "shortcut" if message is None else "message_action"
        payload = {
            **payloads.interaction(kind, self.account),
            "callback_id": callback_id,
            "action_ts": self._slack.clock.ts(),
            "trigger_id": self._slack.triggers.issue(self.id),
        }
        if message is not None:
            seen = self._present(message)
            channel = self._slack.directory.channels[message.channel]
            payload |= {
                "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
                "message": seen.to_json(),
                "message_ts": message.ts,
                "response_url": self._dispatch.response_url(self.id, channel.id, message.ts),
            }
        ack = await self._dispatch.send("interactive", payload)
        return replies.to_action(self._slack, ack, self.id)

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

    async def _act(self, target: Target, place: Placed, action: Json) -> Reply:
        payload = {
            **payloads.interaction("block_actions", self.account),
            **self._place_of(target, place, action),
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

    def _place_of(self, target: Target, place: Placed, action: Json) -> Json:
        if isinstance(target, View):
            return payloads.in_view(target)
        values = state_of(target.shown)
        if place.element["type"] in HOLDERS:
            values[place.block_id][place.action_id] |= action
        channel = self._slack.directory.channels[target.channel]
        return payloads.in_message(target, channel, values, place.block_id)
