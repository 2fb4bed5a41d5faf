"""The Web API over HTTP: bodies, tokens, scopes, limits, and the answer."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulation.slack.calls import Answer, Call, Calls, Cut, Hooks, rate_limited
from bot.simulation.slack.limits import Limits
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.table import Method
from bot.simulation.slack.recording import Recording
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.workspace import Workspace

STRUCTURED = ("blocks", "view", "metadata", "attachments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens the Web API knows."""

    bot: str
    app: str
    app_scopes: tuple[str, ...] = ("connections:write",)


class WebApi:
    """Answers `/api/METHOD`."""

    def __init__(
        self,
        *,
        slack: Workspace,
        tokens: Tokens,
        methods: dict[str, Method],
        recording: Recording,
        enforce_limits: bool,
    ) -> None:
        self._slack = slack
        self._tokens = tokens
        self._methods = methods
        self._recording = recording
        self._enforce = enforce_limits
        self.calls = Calls()
        self.hooks = Hooks()
        self.limits = Limits(slack.clock)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        try:
            arguments = await _arguments(request)
        except Refusal as refusal:
            return web.json_response(refusal.to_json())
        token = _token(request, arguments)
        call = Call(request.match_info["method"], _readable(arguments), self._slack.clock.now())
        self.calls.add(call)
        self._slack.changes.notify()
        try:
            answer = await self.hooks.answer(call, lambda: self._answer(call, token, arguments))
        except Cut:
            return self._cut(request, call)
        call.status = answer.status
        call.response = answer.body if isinstance(answer.body, dict) else {"body": answer.body}
        self._finish(call)
        headers = {"x-oauth-scopes": ",".join(self._scopes(token)), **answer.headers}
        if isinstance(answer.body, str):
            return web.Response(text=answer.body, status=answer.status, headers=headers)
        return web.json_response(answer.body, status=answer.status, headers=headers)

    def _answer(self, call: Call, token: str, arguments: Json) -> Answer:
        """Carry out the call."""
        method = self._methods.get(call.method)
        try:
            if method is None:
                raise Refusal("unknown_method", req_method=call.method)  # noqa: TRY301 -- one exit
            self._authorise(method, token)
            wait = self._limited(call.method, method, arguments)
            if wait is not None:
                return rate_limited(wait)
            return Answer({"ok": True, **method.run(self._slack, Arguments(arguments))})
        except Refusal as refusal:
            return Answer(refusal.to_json())

    def _authorise(self, method: Method, token: str) -> None:
        if method.caller == "anybody":
            return
        if not token:
            raise Refusal("not_authed")
        if token not in (self._tokens.bot, self._tokens.app):
            raise Refusal("invalid_auth")
        if token != (self._tokens.bot if method.caller == "bot" else self._tokens.app):
            raise Refusal("not_allowed_token_type")
        scopes = self._scopes(token)
        if method.scopes and not set(method.scopes) & set(scopes):
            raise Refusal("missing_scope", needed=method.scopes[0], provided=",".join(scopes))

    def _scopes(self, token: str) -> tuple[str, ...]:
        if token == self._tokens.bot:
            return self._slack.scopes
        return self._tokens.app_scopes if token == self._tokens.app else ()

    def _limited(self, name: str, method: Method, arguments: Json) -> int | None:
        channel = str(arguments.get("channel", "")) if name.startswith("chat.post") else ""
        wait = self.limits.count(name, method.tier, channel)
        return wait if self._enforce else None

    def _cut(self, request: web.Request, call: Call) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        self._finish(call)
        return web.Response()

    def _finish(self, call: Call) -> None:
        self._recording.write(call.at, "in", call.method, call.arguments, call.response)
        self._slack.changes.notify()


def _token(request: web.Request, arguments: Json) -> str:
    bearer = request.headers.get("Authorization", "")
    given = str(arguments.pop("token", "") or "")
    return bearer.removeprefix("Bearer ").strip() if bearer else given


async def _arguments(request: web.Request) -> Json:
    """Read a query, form or JSON body into one set of arguments."""
    arguments: Json = dict(request.query)
    if request.content_type != "application/json":
        return arguments | dict(await request.post())
    text = await request.text()
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return arguments | body


def _readable(arguments: Json) -> Json:
    """Show blocks and views as JSON however they came."""

    def shown(value: Any) -> Any:
        try:
            return json.loads(value) if isinstance(value, str) and value else value
        except ValueError:
            return value

    return {
        name: shown(value) if name in STRUCTURED else value for name, value in arguments.items()
    }
