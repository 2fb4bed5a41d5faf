"""`headroom check` as a whole: every problem at once, nothing secret, and the store."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.audit import AuditEntry
from bot.model.gate import Gate, WentBack
from bot.model.people import SYSTEM
from bot.model.save import Save
from bot.redis_store import embedded
from bot.redis_store.client import connect
from bot.redis_store.store import RedisStore
from tests.contract.operators import MANIFEST_SCOPES, Shell, a_shell, run


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """Open a shell where all is well."""
    async with a_shell(tmp_path) as opened:
        yield opened


async def test_all_is_well_in_one_line_each(shell: Shell) -> None:
    """Nothing but fine lines, and exit 0."""
    said = await shell.check()
    assert said.status == 0
    assert [line for line in said.text.splitlines() if not line.startswith("ok ")] == []
    for part in ("configuration", "store", "slack", "channel C0APPROVALS", "cluster home"):
        assert part in said.text


async def test_it_changes_nothing(shell: Shell) -> None:
    """Proxmox is only read, and nothing is posted or joined in Slack."""
    await shell.check()
    assert {call.method for call in shell.pve.calls} == {"GET"}
    reads = ("auth.", "apps.connections.open", "users.info", "usergroups.list")
    methods = {call.method for call in shell.slack.calls}
    assert [m for m in methods if not m.startswith((*reads, "conversations.info"))] == []


async def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    """A scope, a channel, a privilege and the store, each with what mends it; exit 1."""
    scopes = tuple(scope for scope in MANIFEST_SCOPES if scope != "usergroups:read")
    async with a_shell(tmp_path, scopes=scopes) as shell:
        shell.slack.directory.change_channel("#approvals", is_archived=True)
        shell.pve.world.access.revoke("VM.Snapshot")
        shell.environment["REDIS_URL"] = "redis://:a-password@127.0.0.1:1/0"
        said = await shell.check()
    assert said.status == 1
    assert "a-password" not in said.text
    assert len(said.problems) == 4
    for part in ("usergroups:read is missing", "archived", "VM.Snapshot on /vms", "127.0.0.1:1"):
        assert said.line(part).startswith("PROBLEM")
    assert "4 problems" in said.text


async def test_mistakes_of_the_configuration_are_all_named(shell: Shell) -> None:
    """The file's with their lines, the environment's by name; and what was not looked at."""
    shell.config = shell.config.replace("approvals = 1", 'aprovals = 1\nwhen = { pool = ["x"] }')
    shell.environment |= {"SLACK_BOT_TOKEN": "", "PROXMOX_TOKEN_HOME": "not-a-token-but-secret"}
    said = await shell.check()
    assert said.status == 1
    assert "did you mean approvals?" in said.line("aprovals")
    assert "SLACK_BOT_TOKEN is not set" in said.text
    assert "user@realm!id=secret" in said.line("PROXMOX_TOKEN_HOME")
    assert "but-secret" not in said.text
    assert "once the configuration loads" in said.warnings[0]


async def test_what_needs_no_missing_secret_is_looked_at(shell: Shell) -> None:
    """One variable too few hides neither store, Slack nor the other clusters, and is never sent."""
    shell.environment["SLACK_APP_TOKEN"] = ""
    said = await shell.check()
    assert len(said.problems) == 1
    assert "SLACK_APP_TOKEN is not set" in said.problems[0]
    assert "sockets: not looked at" in said.warnings[0]
    for part in ("store:", "scopes are there", "channel C0APPROVALS", "privileges it needs"):
        assert said.line(part).startswith("ok")
    shell.environment = {"SLACK_BOT_TOKEN": "xoxp-wrong", "PROXMOX_TOKEN_HOME": "not-a-token"}
    calls = len(shell.pve.calls)
    said = await shell.check()
    assert len(said.problems) == 2
    assert [line for line in said.warnings if "not looked at" not in line] == []
    for part in ("store:", "opens sockets"):
        assert said.line(part).startswith("ok")
    assert len(shell.pve.calls) == calls
    assert shell.slack.calls[-1].method == "apps.connections.open"


@pytest.mark.parametrize("text", ["", "{", '{"position": 1}'])
async def test_a_broken_heartbeat_stops_all_claims(shell: Shell, text: str) -> None:
    """It is named with what mends it, whichever store there is; once it is gone all is well."""
    shell.state.mkdir()
    file = shell.state / "heartbeat.json"
    file.write_text(text)
    said = await shell.check()
    assert len(said.problems) == 1
    assert f"nothing is claimed: reading the heartbeat {file}" in said.problems[0]
    assert f"mv {file}" in said.text
    file.unlink()
    assert (await shell.check()).status == 0


def test_no_configuration_at_all() -> None:
    """The sentence says how to name one."""
    said = run(("check",), {"HEADROOM_CONFIG": ""})
    assert said.status == 1
    assert "--config FILE, or set HEADROOM_CONFIG" in said.problems[0]


async def test_no_rule_is_worth_a_word(shell: Shell) -> None:
    """Without rules everything is refused."""
    shell.config = shell.config.partition("[[rule]]")[0]
    said = await shell.check()
    assert said.status == 0
    assert "every request is refused" in said.warnings[0]


async def test_the_embedded_store_is_not_left_behind(shell: Shell) -> None:
    """A check writes nothing into the state folder: it may run before the service, as another user."""
    said = await shell.check()
    assert "keeps every write" in said.line("store:")
    assert not shell.state.exists()


async def test_a_store_that_lives_is_asked_itself(shell: Shell) -> None:
    """It answers with its own settings, and goes on living."""
    state = shell.state
    url = await embedded.ensure(state)
    try:
        client: Redis = Redis.from_url(url)
        await client.config_set("appendfsync", "everysec")
        said = await shell.check()
        assert "may lose the last second" in said.line("store:")
        assert said.status == 0
        assert await client.ping()
        await client.aclose()
    finally:
        await embedded.stop(state)


async def test_a_state_folder_that_is_a_file(shell: Shell) -> None:
    """The path is named, and the setting that decides it."""
    shell.state.write_text("")
    said = await shell.check()
    assert "is no folder" in said.problems[0]
    assert "store.folder" in said.text


@pytest.mark.parametrize(
    ("name", "value", "level", "part"),
    [
        ("maxmemory-policy", "allkeys-lru", "PROBLEM", "set maxmemory-policy noeviction"),
        ("appendonly", "no", "warning", "set appendonly yes"),
        ("appendfsync", "everysec", "warning", "set appendfsync always"),
    ],
)
async def test_an_external_store_that_does_not_keep_everything(
    shell: Shell,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    value: str,
    level: str,
    part: str,
) -> None:
    """One that evicts is a problem; one that may lose a second is worth a warning."""
    async with a_store(tmp_path_factory.mktemp("redis")) as url:
        client: Redis = Redis.from_url(url)
        await client.config_set(name, value)
        await client.aclose()
        shell.environment["REDIS_URL"] = url
        said = await shell.check()
    assert said.line(part).startswith(level)
    assert said.status == (1 if level == "PROBLEM" else 0)


@contextlib.asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[str]:
    """Run a server that the configuration names by REDIS_URL."""
    url = await embedded.ensure(folder)
    try:
        yield url
    finally:
        await embedded.stop(folder)


@pytest.mark.parametrize("url", ["localhost:6379", "redis://localhost/0?timeout=3"])
async def test_a_store_address_that_is_none(shell: Shell, url: str) -> None:
    """The sentence shows the form."""
    shell.environment["REDIS_URL"] = url
    said = await shell.check()
    assert "REDIS_URL is no address" in said.problems[0]
    assert "redis://:PASSWORD@HOST:6379/0" in said.text


async def test_a_store_that_went_back_in_time(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Until it is released nothing is claimed; afterwards all is well."""
    async with a_store(tmp_path_factory.mktemp("redis")) as url:
        shell.environment["REDIS_URL"] = url
        store = RedisStore(connect(url))
        went_back = WentBack(id="1", since=2, ends_at=1)
        await store.save(Save(gate=Gate(went_back=went_back), audit=seen(2)))
        said = await shell.check()
        assert "nothing is claimed: the store went back in time" in said.problems[0]
        assert "headroom release" in said.text
        known = Gate(version=1, went_back=replace(went_back, released_at=3))
        await store.save(Save(gate=known, audit=seen(3)))
        await store.close()
        assert (await shell.check()).status == 0


def seen(at: int) -> AuditEntry:
    """Return what the audit keeps of it."""
    return AuditEntry(
        at=at, actor=SYSTEM, what="went back", request_id="", handle="", accepted=True
    )


async def test_a_store_that_asks_for_another_password(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Neither password is shown."""
    async with a_store(tmp_path_factory.mktemp("redis")) as url:
        client: Redis = Redis.from_url(url)
        await client.config_set("requirepass", "the-right-one")
        shell.environment["REDIS_URL"] = url.replace("unix://", "unix://:the-wrong-one@")
        said = await shell.check()
        await client.execute_command("AUTH", "the-right-one")  # type: ignore[no-untyped-call] # untyped in redis
        await client.config_set("requirepass", "")
        await client.aclose()
    assert "invalid username-password pair" in said.problems[0]
    assert "redis://:PASSWORD@HOST" in said.text
    assert "the-wrong-one" not in said.text
    assert "the-right-one" not in said.text
