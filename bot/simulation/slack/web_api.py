"""The Web API over HTTP: bodies, tokens, scopes, limits, and the answer."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulation.slack.calls import Answer, rate_limited
from bot.simulation.slack.exchanges import Exchanges
from bot.simulation.slack.limits import Limits
from bot.simulation.slack.methods.arguments import Arguments
from bot.simulation.slack.methods.table import Method
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
        exchanges: Exchanges,
        enforce_limits: bool,
    ) -> None:
        self._slack = slack
        self._tokens = tokens
        self._methods = methods
        self._exchanges = exchanges
        self._enforce = enforce_limits
        self.limits = Limits(slack.clock)
        self.revoked: dict[str, str] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        try:
            arguments = await _arguments(request)
        except Refusal as refusal:
            return web.json_response(refusal.to_json())
        token = _token(request, arguments)
        method = request.match_info["method"]
        return await self._exchanges.answer(
            request,
            method,
            _readable(arguments),
            lambda: self._answer(method, token, arguments),
            {"x-oauth-scopes": ",".join(self._scopes(token))},
        )

    def _answer(self, name: str, token: str, arguments: Json) -> Answer:
        """Carry out the call."""
        method = self._methods.get(name)
        try:
            if method is None:
                raise Refusal("unknown_method", req_method=name)  # noqa: TRY301 -- one exit
            self._authorise(method, token)
            wait = self._limited(name, method, arguments)
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
        if token in self.revoked:
            raise Refusal(self.revoked[token])
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
