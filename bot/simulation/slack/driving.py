"""Persons driven over HTTP, for those outside of this process: `POST /people/ana/command`."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from bot.simulation.slack.finding import Impossible
from bot.simulation.slack.messages import Message
from bot.simulation.slack.person import Person
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.replies import Reply
from bot.simulation.slack.views import View

Act = Callable[[Person, Json], Awaitable[Reply]]


class Driven(Protocol):
    """What driving needs of the simulated Slack."""

    def person(self, ref: str) -> Person:
        """Give a person."""
        ...

    def messages(self, channel: str) -> list[Message]:
        """List a channel's messages."""
        ...

    def transcript(self, tz: str = ...) -> str:
        """Give the conversation."""
        ...

    def shown(self, seen: Message | View, tz: str = ...) -> str:
        """Give what a message looks like."""
        ...


class Driving:
    """Serves `/people/NAME/ACT`, `/channels/NAME` and `/transcript`."""

    def __init__(self, slack: Driven) -> None:
        self._slack = slack
        self._acts: dict[str, Act] = {
            "command": lambda person, given: person.command(
                given["text"], channel=given.get("channel", "#general")
            ),
            "press": self._press,
            "choose": lambda person, given: person.choose(
                _form(person), given["field"], given["value"]
            ),
            "submit": lambda person, given: person.submit(_form(person), given.get("values")),
            "shortcut": lambda person, given: person.shortcut(given["callback_id"]),
            "close": lambda person, _: person.close(_form(person)),
        }

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the addresses to a server."""
        router.add_post("/people/{name}/{act}", self.act)
        router.add_get("/channels/{name}", self.channel)
        router.add_get("/transcript", self.transcript)

    async def act(self, request: web.Request) -> web.Response:
        """Let a person act; 409 says why they cannot, 400 what is missing."""
        act = self._acts.get(request.match_info["act"])
        if act is None:
            return web.json_response({"error": f"acts are {', '.join(self._acts)}"}, status=404)
        try:
            reply = await act(self._slack.person(request.match_info["name"]), await request.json())
        except (KeyError, ValueError) as missing:
            return web.json_response({"error": f"not understood: {missing}"}, status=400)
        except (Impossible, LookupError) as why:
            return web.json_response({"error": str(why)}, status=409)
        return web.json_response(self._told(reply))

    async def channel(self, request: web.Request) -> web.Response:
        """List a channel's messages with their looks."""
        try:
            messages = self._slack.messages(request.match_info["name"])
        except LookupError as why:
            return web.json_response({"error": str(why)}, status=404)
        return web.json_response(
            [
                message.to_json(metadata=True) | {"looks": self._slack.shown(message)}
                for message in messages
            ]
        )

    async def transcript(self, request: web.Request) -> web.Response:
        """Give the conversation as text."""
        return web.Response(text=self._slack.transcript(request.query.get("tz", "Europe/Paris")))

    async def _press(self, person: Person, given: Json) -> Reply:
        """Press a button: in the open form, or in the message `ts` (the newest) of `channel`."""
        what, value = given["what"], given.get("value")
        if "channel" not in given:
            return await person.press(_form(person), what, value=value)
        messages = self._slack.messages(given["channel"])
        wanted = [m for m in messages if given.get("ts") in (None, m.ts)]
        if not wanted:
            raise Impossible(f"no such message in {given['channel']}")
        return await person.press(wanted[-1], what, value=value)

    def _told(self, reply: Reply) -> dict[str, Any]:
        return {
            "acknowledged": reply.acknowledged,
            "took": reply.took,
            "problem": reply.problem,
            "errors": reply.errors,
            "text": reply.text,
            "looks": self._slack.shown(reply.message) if reply.message is not None else "",
            "form": self._slack.shown(reply.view) if reply.view is not None else "",
        }


def _form(person: Person) -> View:
    if person.view is None:
        raise Impossible(f"{person.account.name} has no form open")
    return person.view
