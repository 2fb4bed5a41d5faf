"""Answers of the app at a response URL: no token, five uses, thirty minutes."""

from aiohttp import web

from bot.simulation.slack.calls import Answer
from bot.simulation.slack.exchanges import Exchanges
from bot.simulation.slack.methods.arguments import TRUE, Arguments
from bot.simulation.slack.methods.chat import content_of
from bot.simulation.slack.refusal import Json, Refusal
from bot.simulation.slack.tickets import ResponseUrl
from bot.simulation.slack.workspace import Workspace


class ResponseUrlHandler:
    """Answers posts to `/response/KEY`.

    Its error codes and statuses (404 spent, 400 refused) are from practice, not from documentation.
    """

    def __init__(self, slack: Workspace, exchanges: Exchanges) -> None:
        self._slack = slack
        self._exchanges = exchanges

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out one use of a response URL."""
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"}, status=400)
        key = request.match_info["key"]
        return await self._exchanges.answer(
            request, "response_url", body, lambda: self._use(key, body)
        )

    def _use(self, key: str, body: Json) -> Answer:
        try:
            url = self._slack.response_urls.use(key)
        except Refusal as refusal:
            return Answer(refusal.to_json(), status=404)
        try:
            self._carry_out(url, body)
        except Refusal as refusal:
            return Answer(refusal.to_json(), status=400)
        return Answer({"ok": True})

    def _carry_out(self, url: ResponseUrl, body: Json) -> None:
        original = (
            self._slack.messages.find(url.channel, url.message_ts) if url.message_ts else None
        )
        if _wanted(body, "delete_original"):
            if original is not None:
                self._slack.delete(original)
            return
        content = content_of(self._slack, Arguments(body))
        if _wanted(body, "replace_original") and original is not None:
            content.setdefault("blocks", [])
            self._slack.edit(original, content, method="response_url")
            return
        channel = self._slack.directory.channels[url.channel]
        private = body.get("response_type", "ephemeral") != "in_channel"
        self._slack.post(
            channel, content, method="response_url", visible_to=url.user if private else None
        )


def _wanted(body: Json, name: str) -> bool:
    return str(body.get(name, "")) in TRUE
