"""Calls into Slack: kept, maybe made to go wrong, answered, recorded."""

from aiohttp import web

from bot.simulation.slack.calls import Answer, Call, Calls, Cut, Hooks, Proceed
from bot.simulation.slack.recording import Recording
from bot.simulation.slack.refusal import Json
from bot.simulation.slack.workspace import Workspace


class Exchanges:
    """What every call goes through, of the Web API and of response URLs."""

    def __init__(self, slack: Workspace, recording: Recording) -> None:
        self._slack = slack
        self._recording = recording
        self.calls = Calls()
        self.hooks = Hooks()

    async def answer(
        self,
        request: web.Request,
        method: str,
        arguments: Json,
        proceed: Proceed,
        headers: dict[str, str] | None = None,
    ) -> web.StreamResponse:
        """Answer a call by `proceed`, or as a hook has it; `headers` go with every answer."""
        call = Call(method, arguments, self._slack.clock.now())
        self.calls.add(call)
        self._slack.changes.notify()
        try:
            answer = await self.hooks.answer(call, proceed)
        except Cut:
            if request.transport is not None:
                request.transport.abort()
            self._finish(call, None)
            return web.Response()
        self._finish(call, answer)
        sent = {**(headers or {}), **answer.headers}
        if isinstance(answer.body, str):
            return web.Response(text=answer.body, status=answer.status, headers=sent)
        return web.json_response(answer.body, status=answer.status, headers=sent)

    def _finish(self, call: Call, answer: Answer | None) -> None:
        if answer is not None:
            call.status = answer.status
            call.response = answer.body if isinstance(answer.body, dict) else {"body": answer.body}
        self._recording.write(call.at, "in", call.method, call.arguments, call.response)
        self._slack.changes.notify()
