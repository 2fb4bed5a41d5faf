"""The state of the simulated workspace and the few ways in which it changes."""

from collections.abc import Callable
from typing import Any

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.accounts import Channel
from bot.simulation.slack.estate import default_directory
from bot.simulation.slack.files import Files
from bot.simulation.slack.happenings import Changes, Happening, Kind
from bot.simulation.slack.identity import APP_ID, BOT_ID, BOT_USER, TEAM_ID
from bot.simulation.slack.inputs import with_ids
from bot.simulation.slack.markup import Ping, pings_in_blocks, pings_in_text
from bot.simulation.slack.messages import Message, Messages
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.tickets import ResponseUrls, Triggers
from bot.simulation.slack.views import Views

SCOPES = (
    "commands",
    "chat:write",
    "channels:read",
    "channels:history",
    "groups:read",
    "groups:history",
    "im:read",
    "im:history",
    "im:write",
    "channels:manage",
    "groups:write",
    "users:read",
    "usergroups:read",
    "files:read",
    "files:write",
    "pins:write",
    "bookmarks:read",
    "bookmarks:write",
    "reactions:read",
    "links:read",
    "links:write",
)


class Workspace:
    """Everything the simulated Slack knows."""

    def __init__(self, *, clock: Clock, ids: Ids, scopes: tuple[str, ...] = SCOPES) -> None:
        self.clock = clock
        self.ids = ids
        self.scopes = scopes
        self.directory = default_directory()
        self.messages = Messages()
        self.views = Views(clock, ids)
        self.triggers = Triggers(clock, ids)
        self.files = Files(ids)
        self.response_urls = ResponseUrls(clock, ids)
        self.happenings: list[Happening] = []
        self.listeners: list[Callable[[Happening], None]] = []
        self.changes = Changes()
        self.pings: list[Ping] = []
        self.unfurl_domains: tuple[str, ...] = ()

    def happened(self, kind: Kind, actor: str, **told: Any) -> None:
        """Keep an event, tell the listeners, wake those who wait."""
        happening = Happening(at=self.clock.now(), kind=kind, actor=actor, **told)
        self.happenings.append(happening)
        for listener in self.listeners:
            listener(happening)
        self.changes.notify()

    def post(
        self, channel: Channel, content: Json, *, method: str, visible_to: str | None = None
    ) -> Message:
        """Post as the app; `content` holds the message fields as given."""
        message = Message(
            channel=channel.id,
            ts=self.clock.ts(),
            user=BOT_USER,
            bot_id=BOT_ID,
            app_id=APP_ID,
            team=TEAM_ID,
            visible_to=visible_to,
            text=content.get("text") or "",
            blocks=self._blocks(content),
            attachments=tuple(content.get("attachments") or ()),
            files=tuple(content.get("files") or ()),
            thread_ts=content.get("thread_ts"),
            metadata=content.get("metadata"),
        )
        return self._show(self.messages.add(message), "posted", method)

    def say(self, user: str, channel: Channel, text: str) -> Message:
        """Post as a person."""
        message = Message(
            channel=channel.id, ts=self.clock.ts(), user=user, team=TEAM_ID, text=text
        )
        self.messages.add(message)
        self.happened("posted", user, channel=channel.id, message=message)
        return message

    def edit(self, message: Message, content: Json, *, method: str) -> Message:
        """Replace what a message of the app shows."""
        fields: Json = {"edited": self.clock.ts(), "text": content.get("text") or ""}
        if "blocks" in content:
            fields["blocks"] = self._blocks(content)
        if "attachments" in content:
            fields["attachments"] = tuple(content["attachments"] or ())
        if content.get("metadata") is not None:
            fields["metadata"] = content["metadata"]
        return self._show(self.messages.change(message, **fields), "edited", method)

    def unfurl(self, message: Message, unfurls: Json) -> Message:
        """Show previews below anybody's message, by link; those of its other links stay."""
        kept = {a["app_unfurl_url"]: a for a in message.attachments if a.get("is_app_unfurl")}
        for url, content in unfurls.items():
            kept[url] = {
                **content,
                "blocks": list(self._blocks(content)),
                "is_app_unfurl": True,
                "app_unfurl_url": url,
                "from_url": url,
                "bot_id": BOT_ID,
            }
        shown = tuple({**a, "id": number} for number, a in enumerate(kept.values(), start=1))
        return self._show(self.messages.change(message, attachments=shown), "edited", "chat.unfurl")

    def delete(self, message: Message) -> None:
        """Take a message away."""
        gone = self.messages.change(message, deleted=True)
        self.happened("deleted", BOT_USER, channel=gone.channel, message=message)

    def _show(self, message: Message, kind: Kind, method: str) -> Message:
        found = [(what, "/text") for what in pings_in_text(message.text)]
        found += pings_in_blocks(message.shown)
        self.pings += [
            Ping(what=what, where=where, method=method, channel=message.channel)
            for what, where in found
        ]
        self.happened(kind, BOT_USER, channel=message.channel, message=message)
        return message

    def _blocks(self, content: Json) -> tuple[Json, ...]:
        return tuple(with_ids(content.get("blocks") or (), lambda: self.ids.opaque(length=5)))
