"""Messages of the simulated workspace, every version of each."""

from dataclasses import dataclass, replace
from typing import Any

from bot.simulation.slack.refusal import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One version of a message; `visible_to` names the only reader of an ephemeral one.

    `reactions` are (name, user) pairs in the order they came.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    team: str = ""
    visible_to: str | None = None
    edited: str | None = None
    metadata: Json | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    deleted: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Name the message across its versions."""
        return (self.channel, self.ts)

    @property
    def shown(self) -> tuple[Json, ...]:
        """Give its own blocks, then those of its previews."""
        below = (block for piece in self.attachments for block in piece.get("blocks", ()))
        return (*self.blocks, *below)

    @property
    def is_ephemeral(self) -> bool:
        """Tell whether one person only sees it, until they reload."""
        return self.visible_to is not None

    def to_json(self, *, metadata: bool = False) -> Json:
        """Describe the message as conversations.history does."""
        told: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "text": self.text,
            "ts": self.ts,
            "team": self.team,
        }
        if self.bot_id is not None:
            told |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if self.blocks:
            told["blocks"] = list(self.blocks)
        if self.attachments:
            told["attachments"] = list(self.attachments)
        if self.files:
            told["files"] = list(self.files)
        if self.thread_ts is not None:
            told["thread_ts"] = self.thread_ts
        if self.edited is not None:
            told["edited"] = {"user": self.bot_id or self.user, "ts": self.edited}
        if self.reactions:
            told["reactions"] = [
                {"name": name, "users": users, "count": len(users)}
                for name in dict.fromkeys(name for name, _ in self.reactions)
                if (users := [user for other, user in self.reactions if other == name])
            ]
        if metadata and self.metadata is not None:
            told["metadata"] = self.metadata
        return told


class Messages:
    """All messages, newest version by channel and timestamp, in order of posting."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, str], list[Message]] = {}

    def add(self, message: Message) -> Message:
        """Keep a new message."""
        self._versions[message.key] = [message]
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """Find the present version of a message that still stands."""
        versions = self._versions.get((channel, ts))
        return versions[-1] if versions and not versions[-1].deleted else None

    def change(self, message: Message, **fields: Any) -> Message:
        """Keep a new version of a message."""
        changed = replace(message, **fields)
        self._versions[message.key].append(changed)
        return changed

    def versions(self, message: Message) -> tuple[Message, ...]:
        """Give every version of a message, oldest first."""
        return tuple(self._versions[message.key])

    def standing(self) -> list[Message]:
        """List the present version of every message that still stands, oldest first."""
        newest = (versions[-1] for versions in self._versions.values())
        return [message for message in newest if not message.deleted]

    def in_channel(self, channel: str) -> list[Message]:
        """List what everybody in a channel sees, oldest first, replies included."""
        return [m for m in self.standing() if m.channel == channel and not m.is_ephemeral]

    def ephemerals_for(self, user: str) -> list[Message]:
        """List what only this user sees, oldest first."""
        return [m for m in self.standing() if m.visible_to == user]
