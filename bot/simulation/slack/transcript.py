"""The conversation as plain text, in the order in which it happened."""

from collections.abc import Iterable

from bot.simulation.slack.drawing import Drawing
from bot.simulation.slack.drawing_rich_text import WIDTH, wrapped
from bot.simulation.slack.happenings import Happening
from bot.simulation.slack.identity import BOT_USER
from bot.simulation.slack.messages import Message, Messages
from bot.simulation.slack.reading import Reader
from bot.simulation.slack.views import View

INDENT = "    "
FRAME = 60


class Transcript:
    """Tells happenings to one reader."""

    def __init__(self, reader: Reader, messages: Messages, width: int = WIDTH) -> None:
        self._reader = reader
        self._messages = messages
        self._width = width

    def text(self, happenings: Iterable[Happening]) -> str:
        """Tell them all, an empty line between two."""
        return "\n\n".join("\n".join(self.lines(happening)) for happening in happenings)

    def lines(self, happening: Happening) -> list[str]:
        """Tell one happening."""
        message, view = happening.message, happening.view
        if message is not None and happening.kind in ("posted", "edited", "deleted"):
            return self._about_message(happening, message)
        if view is not None and happening.kind in ("opened", "updated", "submitted", "published"):
            return self._about_view(happening, view)
        return self._act(happening)

    def message(self, message: Message) -> list[str]:
        """Draw a message without its heading."""
        files = [f"[file: {file['title']}]" for file in message.files]
        drawn = Drawing(self._reader, self._width).blocks(message.shown)
        if message.blocks or not message.text:
            return drawn + files
        return wrapped(self._reader.mrkdwn(message.text), self._width) + drawn + files

    def modal(self, view: View) -> list[str]:
        """Draw a modal in its frame, or a Home tab."""
        drawing = Drawing(self._reader, FRAME - 4, view.values)
        lines = drawing.blocks(view.blocks)
        if view.type == "home":
            return lines
        buttons = [view.body[name]["text"] for name in ("close", "submit") if name in view.body]
        faces = "  ".join(f"[ {button} ]" for button in buttons)
        inner = max([FRAME - 4, *map(len, lines)])
        middle = [*lines, "", f"{faces:>{inner}}"] if faces else lines
        top = f"┌─ {view.title} ".ljust(inner + 3, "─") + "┐"
        return [top, *(f"│ {line:{inner}} │" for line in middle), f"└{'─' * (inner + 2)}┘"]

    def _about_message(self, happening: Happening, message: Message) -> list[str]:
        heading = [self._reader.channel(message.channel), self._who(message.user)]
        if message.thread_ts not in (None, message.ts):
            heading[0] += " (thread)"
        heading.append(self._reader.time(happening.at))
        if message.visible_to is not None:
            heading.append(f"only visible to you, {self._reader.name(message.visible_to)}")
        if happening.kind == "deleted":
            return ["  ".join([*heading, "deleted"])]
        lines = self.message(message)
        if happening.kind == "edited":
            heading.append("edited")
            lines = self._changed(message, lines)
        return ["  ".join(heading), *_indented(lines)]

    def _changed(self, message: Message, lines: list[str]) -> list[str]:
        """Leave out what an edit did not change."""
        versions = self._messages.versions(message)
        before = set(self.message(versions[versions.index(message) - 1]))
        fresh = [line for line in lines if line not in before]
        return fresh or ["(nothing that shows)"]

    def _about_view(self, happening: Happening, view: View) -> list[str]:
        name = self._reader.name(view.user)
        title = "Home" if view.type == "home" else view.title
        what = {
            "opened": f"{name} sees",
            "updated": f"{name} sees the form change",
            "submitted": f"{name} submits",
            "published": f"{name}'s {title} tab",
        }[happening.kind]
        return [f"{what}  {self._reader.time(happening.at)}", *_indented(self.modal(view))]

    def _act(self, happening: Happening) -> list[str]:
        who = self._reader.name(happening.actor)
        at = self._reader.time(happening.at)
        match happening.kind:
            case "commanded":
                where = self._reader.channel(happening.channel)
                return [f"{where}  {who}  {at}", *_indented([happening.text])]
            case "pressed" | "chose":
                where = self._reader.channel(happening.channel) if happening.channel else "form"
                return [
                    f"{where}  {who}  {at}",
                    *_indented(self._reader.mrkdwn(happening.text).split("\n")),
                ]
            case "refused":
                return [f"{who} reads in the form  {at}", *_indented([happening.text])]
            case "closed":
                title = happening.view.title if happening.view is not None else ""
                return [f"{who}'s form closes  {at}  {title}".rstrip()]
        return [f"Slack tells {who}  {at}", *_indented([happening.text])]

    def _who(self, user: str) -> str:
        return f"{self._reader.name(user)}{' APP' if user == BOT_USER else ''}"


def _indented(lines: list[str]) -> list[str]:
    return [f"{INDENT}{line}".rstrip() for line in lines]
