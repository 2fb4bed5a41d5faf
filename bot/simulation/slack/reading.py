"""Slack's markup as a person reads it: names for ids, local times, no control characters."""

import re
from dataclasses import dataclass

from bot.simulation.clock import local
from bot.simulation.slack.directory import Directory
from bot.simulation.slack.markup import decode

CONTROL = re.compile(r"<([^<>]+)>")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
EMPHASIS = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads texts in a time zone (IANA name)."""

    directory: Directory
    tz: str = "Europe/Paris"

    def mrkdwn(self, text: str) -> str:
        """Show a mrkdwn text: control sequences resolved, emphasis without its marks."""
        pieces = CODE.split(CONTROL.sub(lambda found: self._control(found[1]), text))
        plain = [p if CODE.fullmatch(p) else EMPHASIS.sub(r"\2", p) for p in pieces]
        return decode("".join(plain))

    def text(self, told: dict[str, str]) -> str:
        """Show a text object."""
        text = str(told.get("text", ""))
        return self.mrkdwn(text) if told.get("type") == "mrkdwn" else text

    def name(self, user_id: str) -> str:
        """Name an account as people call it."""
        account = self.directory.accounts.get(user_id)
        return account.real_name.split()[0] if account is not None else user_id

    def channel(self, channel_id: str) -> str:
        """Name a conversation."""
        channel = self.directory.channels.get(channel_id)
        if channel is None:
            return channel_id
        return f"@{self.name(channel.im_with)}" if channel.im_with else channel.title

    def group(self, group_id: str) -> str:
        """Name a user group by its handle."""
        group = self.directory.groups.get(group_id)
        return group.handle if group is not None else group_id

    def time(self, seconds: float) -> str:
        """Show hours and minutes."""
        return f"{local(seconds, self.tz):%H:%M}"

    def date(self, seconds: float, form: str) -> str:
        """Show a date by Slack's tokens, such as `{date_short} {time}`."""
        at = local(seconds, self.tz)
        tokens = {
            "{date_num}": f"{at:%Y-%m-%d}",
            "{date_short}": f"{at:%b} {at.day}, {at.year}",
            "{date_long}": f"{at:%A, %B} {at.day}, {at.year}",
            "{date}": f"{at:%B} {at.day}, {at.year}",
            "{time_secs}": f"{at:%H:%M:%S}",
            "{time}": f"{at:%H:%M}",
        }
        for token, shown in tokens.items():
            form = form.replace(token, shown).replace(f"{token[:-1]}_pretty}}", shown)
        return form

    def _control(self, inner: str) -> str:
        target, _, label = inner.partition("|")
        match target[:1]:
            case "@":
                return f"@{self.name(target[1:])}"
            case "#":
                return self.channel(target[1:])
            case "!":
                return self._command(target[1:], label)
        return (
            f"{label} ({target})" if label and label != target else target.removeprefix("mailto:")
        )

    def _command(self, target: str, label: str) -> str:
        name, *parts = target.split("^")
        if name == "date" and len(parts) >= 2 and parts[0].isdigit():  # noqa: PLR2004 -- time, form
            return self.date(int(parts[0]), parts[1])
        if name == "subteam" and parts:
            return f"@{self.group(parts[0])}"
        return label or f"@{name}"
