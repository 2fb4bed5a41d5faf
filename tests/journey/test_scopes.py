"""The manifest's scopes are enough for the main job, and none of them is too many."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulation.slack import SimulatedSlack
from tests.contract.operators import MANIFEST_SCOPES
from tests.journey.stage import staged

LINK = "https://pve.example.org:8006/#v1:0:=qemu%2F101"
PUBLIC, PRIVATE, DIRECT = "C0APPROVALS", "C0PRODDB", "D0ANA"

CALLS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "chat:write": ("chat.postMessage", {"channel": PUBLIC, "text": "x"}),
    "im:write": ("conversations.open", {"users": "U0ANA"}),
    "users:read": ("users.info", {"user": "U0ANA"}),
    "usergroups:read": ("usergroups.users.list", {"usergroup": "S0OPSGROUP"}),
    "files:write": ("files.getUploadURLExternal", {"filename": "graph.png", "length": 1}),
    "channels:history": ("conversations.history", {"channel": PUBLIC}),
    "groups:history": ("conversations.history", {"channel": PRIVATE}),
    "im:history": ("conversations.history", {"channel": DIRECT}),
    "channels:read": ("conversations.info", {"channel": PUBLIC}),
    "groups:read": ("conversations.info", {"channel": PRIVATE}),
    "channels:manage": ("conversations.create", {"name": "inc-1123-slow"}),
    "pins:write": ("pins.add", {"channel": PUBLIC, "timestamp": ""}),
    "bookmarks:read": ("bookmarks.list", {"channel_id": PUBLIC}),
    "bookmarks:write": (
        "bookmarks.add",
        {"channel_id": PUBLIC, "title": "x", "type": "link", "link": "https://example.org"},
    ),
    "links:write": (
        "chat.unfurl",
        {"channel": PUBLIC, "ts": "", "unfurls": {LINK: {"blocks": [{"type": "divider"}]}}},
    ),
}
"""For each scope a call of the code that fails without it (an empty `ts` or `timestamp` is that of a
message with the link)."""

WITHOUT_METHOD = frozenset({"commands", "links:read", "reactions:read"})
"""Scopes of no method: without them Slack refuses the manifest's command, and sends no event."""

ALSO_BY = {"im:write": frozenset({"channels:manage"})}
"""Scopes that a call is content with in place of its own (FACTS §9)."""


async def test_the_main_job_succeeds_with_exactly_the_scopes_of_the_manifest(
    tmp_path: Path,
) -> None:
    """Request, approval, execution, read-back; Slack refuses no call for a missing scope."""
    async with staged(tmp_path, scopes=MANIFEST_SCOPES) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.press("bob", "Details")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        await stage.result("ana", "Read back")
        assert stage.memory(101) == 4096
        refused = [c.method for c in stage.slack.calls if _error(c.response) == "missing_scope"]
        assert refused == []


def _error(response: Any) -> str:
    return str((response or {}).get("error", ""))


def test_every_scope_has_its_call() -> None:
    """So that no scope is kept that nothing needs."""
    assert {*CALLS, *WITHOUT_METHOD} == set(MANIFEST_SCOPES)


@pytest.mark.parametrize("scope", CALLS)
async def test_without_the_scope_a_call_fails(scope: str) -> None:
    """The same call passes with all of them: it is this one that is missing."""
    method, arguments = CALLS[scope]
    without = {scope, *ALSO_BY.get(scope, ())}
    less = tuple(name for name in MANIFEST_SCOPES if name not in without)
    assert await _answer(MANIFEST_SCOPES, method, arguments) == "ok"
    assert await _answer(less, method, arguments) == "missing_scope"


async def _answer(scopes: tuple[str, ...], method: str, arguments: Mapping[str, Any]) -> str:
    async with SimulatedSlack(scopes=scopes) as slack:
        slack.directory.open_direct("U0ANA")
        for name in {"ts", "timestamp"} & set(arguments):
            said = slack.person("ana").say(LINK, channel="#approvals")
            arguments = {**arguments, name: said.ts}
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        try:
            await client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            return str(error.response["error"])
        return "ok"
