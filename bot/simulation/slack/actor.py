"""What every act of a person rests on: who they are, what they see, what they may touch."""

from typing import Any

from bot.simulation.slack.accounts import Account, Channel
from bot.simulation.slack.dispatch import Dispatch
from bot.simulation.slack.finding import (
    Impossible,
    Target,
)
from bot.simulation.slack.identity import SLACKBOT
from bot.simulation.slack.inputs import Placed, entry, options_of, placed
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.views import View


class Actor:
    """One account; reads the directory anew at each act."""

    def __init__(self, dispatch: Dispatch, user_id: str) -> None:
        self._dispatch = dispatch
        self._slack = dispatch.slack
        self._suggested: dict[tuple[str, str], list[Json]] = {}
        self.id = user_id

    @property
    def account(self) -> Account:
        """Give the directory's present entry."""
        return self._slack.directory.account(self.id)

    @property
    def view(self) -> View | None:
        """Give the modal before this person's eyes."""
        return self._slack.views.top(self.id)

    def _entry(self, place: Placed, value: Any) -> Json:
        offered = self._suggested.get((place.block_id, place.action_id), [])
        return entry(place.element, value, [*options_of(place.element), *offered], self._look_up)

    def _look_up(self, kind: str, name: str) -> str:
        directory = self._slack.directory
        return directory.account(name).id if kind == "user" else directory.channel(name).id

    def _response_urls(self, view: View) -> list[Json]:
        """Give a response URL for each conversation chosen in a select that asks for one."""
        found = []
        for place in placed(view.blocks):
            state = view.values.get(place.block_id, {}).get(place.action_id, {})
            chosen = state.get("selected_conversation") or state.get("selected_channel")
            if chosen and place.element.get("response_url_enabled"):
                url = self._dispatch.response_url(self.id, chosen, None)
                found.append(
                    {
                        "block_id": place.block_id,
                        "action_id": place.action_id,
                        "channel_id": chosen,
                        "response_url": url,
                    }
                )
        return found

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
