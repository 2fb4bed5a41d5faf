"""`headroom check` on Slack: tokens, scopes, channels, people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulation.slack.calls import refuse
from tests.contract.operators import MANIFEST_SCOPES, LateClock, Shell, a_shell


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """Open a shell where all is well."""
    async with a_shell(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("scope", MANIFEST_SCOPES)
async def test_each_missing_scope_is_named_with_its_reason(tmp_path: Path, scope: str) -> None:
    """And how to get it: the manifest, then a reinstallation."""
    scopes = tuple(name for name in MANIFEST_SCOPES if name != scope)
    async with a_shell(tmp_path, scopes=scopes) as shell:
        said = await shell.check()
    assert said.status == 1
    assert len(said.problems) == 1
    assert f"the scope {scope} is missing (" in said.problems[0]
    assert "headroom manifest" in said.text


async def test_a_wrong_bot_token(shell: Shell) -> None:
    """The token itself is not shown; the rest is looked at all the same."""
    shell.environment["SLACK_BOT_TOKEN"] = "xoxb-wrong-token"
    said = await shell.check()
    assert "SLACK_BOT_TOKEN was not accepted (invalid_auth)" in said.problems[0]
    assert "OAuth & Permissions" in said.text
    assert "xoxb-wrong-token" not in said.text
    assert "privileges it needs" in said.text


async def test_a_revoked_token(shell: Shell) -> None:
    """Another error, another way out."""
    shell.slack.on_call("auth.test", refuse("token_revoked"))
    assert "install the app again" in (await shell.check()).text


async def test_a_wrong_app_token(shell: Shell) -> None:
    """The bot's token is good, the socket's is not."""
    shell.environment["SLACK_APP_TOKEN"] = "xapp-wrong-token"
    said = await shell.check()
    assert said.problems == ["slack: no socket with SLACK_APP_TOKEN (invalid_auth)"]
    assert "connections:write" in said.text
    assert "xapp-wrong-token" not in said.text


async def test_http_mode_cannot_be_proven_from_here(shell: Shell) -> None:
    """Honest: whether Slack reaches us shows the first command."""
    shell.config = shell.config.replace("[slack]", '[slack]\nmode = "http"')
    shell.environment["SLACK_SIGNING_SECRET"] = shell.slack.signing_secret
    said = await shell.check()
    assert said.status == 0
    assert "shows the first command" in said.warnings[0]


async def test_slack_out_of_reach(shell: Shell) -> None:
    """The address is named, once; neither token is to blame."""
    shell.environment["SLACK_API_URL"] = "http://127.0.0.1:1/api/"
    said = await shell.check()
    assert len(said.problems) == 1
    assert "http://127.0.0.1:1/api/ cannot be reached" in said.problems[0]
    assert "SLACK_APP_TOKEN" not in said.text
    assert "privileges it needs" in said.text


async def test_slack_in_trouble_of_its_own(shell: Shell) -> None:
    """No new token would mend that."""
    for method in ("auth.test", "apps.connections.open"):
        shell.slack.on_call(method, refuse("fatal_error"))
    said = await shell.check()
    assert said.problems == [f"slack: {shell.slack.api_url} answers fatal_error"]
    assert "no fault of the token" in said.text


@pytest.mark.parametrize("base", ["slack.com/api", "https://", "https:///api/", "http://h:port/"])
async def test_an_address_of_slack_that_is_none(shell: Shell, base: str) -> None:
    """Named as such, before anything is asked there."""
    shell.environment["SLACK_API_URL"] = base
    said = await shell.check()
    assert said.problems == [
        "configuration: SLACK_API_URL is no address: write it as https://slack.com/api/, or leave it out"
    ]


async def test_channels_that_cards_cannot_be_posted_to(shell: Shell) -> None:
    """Unknown, archived, without the bot; each by its use in the configuration."""
    shell.config = shell.config.replace("C0APPROVALS", "C0NOWHERE") + (
        '[[rule]]\nname = "old"\napprovals = 0\nchannel = "C0OLD"\n'
        '[[rule]]\nname = "random"\napprovals = 0\nchannel = "C0RANDOM"\n'
        '[[rule]]\nname = "board"\napprovals = 0\nchannel = "C0BOARD"\n'
    )
    said = await shell.check()
    assert len(said.problems) == 4
    assert "no such channel" in said.line("slack.approvals_channel")
    assert "#old-project is archived" in said.line("rule 'old'")
    assert "the bot is not in #random" in said.line("rule 'random'")
    assert "private one without the bot" in said.line("rule 'board'")
    assert "/invite @headroom" in said.text


async def test_a_shared_channel_is_worth_a_warning(shell: Shell) -> None:
    """Another organisation would read guests' names."""
    shell.config = shell.config.replace("C0APPROVALS", "C0PARTNERS")
    said = await shell.check()
    assert said.status == 0
    assert "another organisation" in said.line("C0PARTNERS")


async def test_people_who_cannot_use_the_bot(shell: Shell) -> None:
    """Gone, unknown, a guest; and what is left is too few."""
    shell.config = shell.config.replace('"S0OPSGROUP"', '"U0DAN", "U0NOBODY", "U0GUS"')
    said = await shell.check()
    assert "is deactivated" in said.line("person U0DAN")
    assert "no such person" in said.line("person U0NOBODY")
    assert "is a guest of the workspace" in said.line("person U0GUS")
    assert "asks for 1 of ops, and there are 0" in said.line("rule 'all'")
    assert "group 'ops'" in said.line("person U0DAN")


async def test_people_who_could_not_be_asked_for_are_not_called_fine(tmp_path: Path) -> None:
    """Without users:read nobody knows."""
    scopes = tuple(name for name in MANIFEST_SCOPES if name != "users:read")
    async with a_shell(tmp_path, scopes=scopes) as shell:
        shell.config = shell.config.replace('"S0OPSGROUP"', '"U0DAN", "U0ANA"')
        said = await shell.check()
    assert "2 of 2 were not looked at" in said.line("people:")


async def test_people_who_may_are_counted(shell: Shell) -> None:
    """One line for all of them."""
    shell.config = shell.config.replace('"S0OPSGROUP"', '"U0BOB", "U0ANA"')
    assert "2 of 2 named people may use the bot" in (await shell.check()).line("people:")


async def test_user_groups_that_grant_nothing(shell: Shell) -> None:
    """Disabled, unknown, or without anybody who may use the bot."""
    shell.slack.directory.set_group("gone", ["dan"])
    members = '"S0FORMER", "S0UNKNOWN", "S0GONE", "U0ANA", "U0BOB"'
    shell.config = shell.config.replace('"S0OPSGROUP"', members)
    said = await shell.check()
    assert len(said.problems) == 3
    assert "@former is disabled" in said.line("user group S0FORMER")
    assert "no such user group" in said.line("user group S0UNKNOWN")
    assert "nobody in @gone" in said.line("user group S0GONE")


async def test_a_group_of_one_cannot_approve_its_own_requests(shell: Shell) -> None:
    """A requester never counts: worth a warning."""
    shell.config = shell.config.replace('"S0OPSGROUP"', '"U0ANA"')
    said = await shell.check()
    assert said.status == 0
    assert "nobody can approve what its own members ask for" in said.line("rule 'all'")


async def test_more_approvals_than_people(shell: Shell) -> None:
    """Such a rule's requests wait for nobody."""
    shell.config = shell.config.replace("approvals = 1", "approvals = 3")
    said = await shell.check()
    assert said.problems == ["rule 'all': asks for 3 of ops, and there are 2"]


async def test_our_own_clock_is_wrong(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's is beyond doubt: the command is for this host."""
    monkeypatch.setattr("bot.preflight.slack.SystemClock", LateClock)
    said = await shell.check()
    assert said.status == 0
    assert "slack: the clock of Slack is" in said.line("ahead of this host's")
    assert "timedatectl set-ntp true   # on this host;" in said.text


async def test_vetoers_reviewers_and_who_is_asked_later_are_looked_at(shell: Shell) -> None:
    """Somebody has to be there; one who is alone cannot stop or review their own."""
    shell.config = shell.config.replace('"S0OPSGROUP"', '"U0ANA", "U0BOB"') + (
        '[[group]]\nname = "left"\nmembers = ["U0DAN"]\n'
        '[[group]]\nname = "alone"\nmembers = ["U0CYR"]\n'
        '[[rule]]\nname = "stopped by nobody"\napprovals = 0\nwait = "1h"\nvetoers = ["left"]\n'
        '[[rule]]\nname = "reviewed by one"\napprovals = 0\nreview = "alone"\n'
        '[[rule]]\nname = "later"\napprovals = 1\napprovers = ["ops"]\n'
        'then = [{ after = "1h", ask = ["left"] }]\n'
    )
    said = await shell.check()
    assert "nobody in left (vetoers) may use the bot" in said.line("rule 'stopped by nobody'")
    assert "alone (review) has one person, who cannot review" in said.line("rule 'reviewed by one'")
    assert "nobody in left (then) may use the bot" in said.line("rule 'later'")
    assert len(said.problems) == 3  # the person who left is one


async def test_channels_of_alerts_and_hooks_are_looked_at(shell: Shell) -> None:
    """What is told there would not arrive."""
    shell.config += (
        '[[alert]]\nname = "full"\nwatch = "storage"\nover = 0.9\nchannel = "C0OLD"\n'
        '[[hook]]\nname = "home"\nchannel = "C0NOWHERE"\n'
    )
    shell.environment["HOOK_SECRET_HOME"] = "a-secret-of-the-hook"
    said = await shell.check()
    assert "#old-project is archived" in said.line("alert 'full'")
    assert "no such channel" in said.line("hook 'home'")
