"""The page on running names the scopes, privileges, commands and variables there are."""

import re

import click

from bot.proxmox.privileges import PRIVILEGES, grant_commands, role_commands, token_commands
from handlers.manifest import SCOPES
from tests.contract.operators import host_commands
from tests.official import ROOT

PAGE = (ROOT / "docs" / "running.md").read_text()


def test_the_table_of_scopes_is_that_of_the_code() -> None:
    """Each with its reason, in its order, and no other."""
    rows = re.findall(r"^\| `([a-z]+(?::[a-z.]+)?)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert [(scope.name, scope.why) for scope in SCOPES] == rows


def test_the_table_of_privileges_is_that_of_the_code() -> None:
    """Each with its path and its reason, in its order, and no other."""
    rows = re.findall(r"^\| `([A-Z][\w.]+)` \| `(/\w*)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert [(p.name, p.path, p.why) for p in PRIVILEGES] == rows


def test_the_commands_for_proxmox_are_those_the_code_prints() -> None:
    """All of them in the first block of their section; the order may differ."""
    user, name = "headroom@pve", "bot"
    shown = PAGE.partition("\n## 3. ")[2].partition("```sh\n")[2].partition("```")[0]
    printed = (*role_commands(), *token_commands(user, name), *grant_commands(user, name))
    assert sorted(printed) == sorted(shown.splitlines())


def test_every_command_on_the_page_is_one_of_ours() -> None:
    """With options that it takes."""
    used = re.findall(r"headroom (check|init|manifest|run)((?: --[a-z-]+)*)", PAGE)
    assert {"check", "init", "manifest", "run"} == {command for command, _ in used}
    for command, options in used:
        known = {o for p in host_commands()[command].params for o in p.opts}
        if isinstance(host_commands()[command], click.Command):
            known.add("--help")
        assert set(options.split()) <= known


def test_every_secret_is_named() -> None:
    """Where it comes from stands beside it."""
    names = (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "PROXMOX_TOKEN_<CLUSTER>",
    )
    assert [name for name in names if f"`{name}`" not in PAGE] == []
