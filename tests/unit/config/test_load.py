"""From file and environment to settings."""

from pathlib import Path

import pytest

from bot.capacity import Limits, NodeLimits, Reserve
from bot.config import ConfigProblems, load
from bot.model.policy import Quorum
from bot.model.verdict import VerdictClass
from bot.policy import GuestFilter, RequestSettings, Role, Rule, UpTo, When
from tests.unit.config.files import ENVIRON, EXAMPLE, SMALLEST, WORDS, loaded

RULES = """
[[group]]
name = "ops"
members = ["U0ANA", "S0OPS"]
[[group]]
name = "dba"
members = ["U0BOB"]
[[rule]]
name = "small"
when = { pools = ["dev"], operations = ["memory"], memory_up_to = "+1.5GiB", cores_up_to = "+1" }
approvals = 0
[[rule]]
name = "both"
when = { requesters = ["dba"], tags = ["db"], verdict = ["fits", "cannot tell"] }
approvals = { dba = 1, ops = 2 }
channel = "C0DB"
expires = "7d"
[[rule]]
name = "rest"
approvals = 1
approvers = ["ops", "dba"]
"""


def test_the_example_loads() -> None:
    """The commented example is valid, and its values are those of the founding host."""
    settings = load(EXAMPLE, ENVIRON, words=WORDS)
    assert settings.limits.nodes == {"pve1": NodeLimits(memory_reserve=Reserve(mib=1_639))}
    assert [r.name for r in settings.policy.rules][:2] == ["itself", "no way back"]
    assert settings.policy.approvals_channel == "C0APPROVALS"


def test_the_smallest_file_has_the_defaults_of_the_values(tmp_path: Path) -> None:
    """What is not written is as the values themselves have it."""
    settings = loaded(tmp_path)
    assert settings.limits == Limits()
    assert settings.requests == RequestSettings()
    assert settings.mode == "act"
    assert (settings.slack.mode, settings.slack.command) == ("socket", "/pve")
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 8080)
    assert settings.policy.default_expires_ms == settings.requests.expires_ms


def test_rules_become_values(tmp_path: Path) -> None:
    """Operations, amounts, filters, quorums and expiry, in the file's order."""
    settings = loaded(tmp_path, RULES)
    small = When(
        operations=("memory",),
        up_to=(
            UpTo(word="memory", amount=1_610_612_736, is_size=True),
            UpTo(word="cores", amount=100, is_size=False),
        ),
        guests=GuestFilter(pools=("dev",)),
    )
    both = When(
        requesters=("dba",),
        guests=GuestFilter(tags=("db",)),
        verdicts=(VerdictClass.FITS, VerdictClass.CANNOT_TELL),
    )
    assert settings.policy.rules == (
        Rule(name="small", when=small),
        Rule(
            name="both",
            when=both,
            quorums=(Quorum(groups=("dba",), needed=1), Quorum(groups=("ops",), needed=2)),
            channel="C0DB",
            expires_ms=604_800_000,
        ),
        Rule(name="rest", quorums=(Quorum(groups=("ops", "dba"), needed=1),)),
    )


def test_roles_and_capacity_become_values(tmp_path: Path) -> None:
    """A role's filter, a node's overrides by cluster, and a quoted share."""
    settings = loaded(
        tmp_path,
        """
[capacity]
memory_reserve = "12.5%"
zfs_arc_max = "2GiB"
node."paris/pve1" = { zfs_arc_max = "0.5GiB" }
[requests]
survive_node_loss = false
[[role]]
name = "web team"
members = ["S0WEB"]
guests = { tags = ["web"], guests = ["104"] }
may = ["request"]
""",
    )
    limits = settings.limits
    assert (limits.memory_reserve, limits.zfs_arc_max_mib) == (Reserve(percent=12.5), 2_048)
    assert limits.nodes == {"paris/pve1": NodeLimits(zfs_arc_max_mib=512)}
    assert limits.survive_node_loss is False
    assert settings.policy.roles == (
        Role(
            name="web team",
            members=("S0WEB",),
            may=("request",),
            guests=GuestFilter(tags=("web",), guests=("104",)),
        ),
    )


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    """Neither by the settings nor by what is wrong with them."""
    settings = loaded(tmp_path, REDIS_URL="redis://:hidden-too@store:6379")
    assert "hidden" not in repr(settings)
    assert settings.clusters[0].token.get_secret_value() == "headroom@pve!bot=very-hidden"
    assert settings.store.url is not None
    with pytest.raises(ConfigProblems) as raised:
        loaded(tmp_path, SLACK_BOT_TOKEN="hidden-nonsense", PROXMOX_TOKEN_PARIS="hidden")
    assert raised.value.sentences == (
        "SLACK_BOT_TOKEN does not look like xoxb-…",
        "PROXMOX_TOKEN_PARIS does not look like user@realm!id=secret",
    )


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """`…_FILE` names it; a trailing newline does not count; both at once is a mistake."""
    secret = tmp_path / "token"
    secret.write_text("xoxb-from-file\n")
    settings = loaded(tmp_path, SLACK_BOT_TOKEN="", SLACK_BOT_TOKEN_FILE=str(secret))
    assert settings.slack.bot_token.get_secret_value() == "xoxb-from-file"
    with pytest.raises(ConfigProblems, match="SLACK_BOT_TOKEN_FILE are both set: keep one"):
        loaded(tmp_path, SLACK_BOT_TOKEN_FILE=str(secret))
    with pytest.raises(ConfigProblems) as raised:
        loaded(tmp_path, SLACK_BOT_TOKEN="", SLACK_BOT_TOKEN_FILE="/none")
    assert raised.value.sentences == (
        "SLACK_BOT_TOKEN_FILE: reading /none: No such file or directory",
    )


def test_the_mode_says_which_slack_secret_is_needed(tmp_path: Path) -> None:
    """HTTP mode needs the signing secret and no app token."""
    file = tmp_path / "headroom.toml"
    file.write_text(SMALLEST.replace("[slack]", '[slack]\nmode = "http"'))
    with pytest.raises(ConfigProblems, match="SLACK_SIGNING_SECRET is not set"):
        load(file, ENVIRON)
    settings = load(file, ENVIRON | {"SLACK_SIGNING_SECRET": "8f742231b10e8888"})
    assert settings.slack.app_token is None
    assert settings.slack.signing_secret is not None


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"STATE_DIRECTORY": "/var/lib/private/headroom:/x"}, "/var/lib/private/headroom"),
        ({"XDG_STATE_HOME": "/state"}, "/state/headroom"),
        ({}, "/home/ana/.local/state/headroom"),
        ({"HOME": ""}, "/var/lib/headroom"),
    ],
)
def test_the_state_folder_is_where_the_system_keeps_state(
    tmp_path: Path, environ: dict[str, str], folder: str
) -> None:
    """Systemd's folder, else the user's, else the system's."""
    assert loaded(tmp_path, **environ).store.folder == Path(folder)
    assert loaded(tmp_path, '[store]\nfolder = "/srv"\n', **environ).store.folder == Path("/srv")


def test_the_file_may_be_named_by_the_environment(tmp_path: Path) -> None:
    """`HEADROOM_CONFIG`; without it and without a path there is nothing to load."""
    file = tmp_path / "headroom.toml"
    file.write_text(SMALLEST)
    assert load(None, ENVIRON | {"HEADROOM_CONFIG": str(file)}).clusters[0].name == "paris"
    with pytest.raises(ConfigProblems, match="give --config FILE, or set HEADROOM_CONFIG"):
        load(None, ENVIRON)
    with pytest.raises(ConfigProblems, match=r"none\.toml: No such file"):
        load(tmp_path / "none.toml", ENVIRON)


def test_slack_api_may_be_elsewhere(tmp_path: Path) -> None:
    """For simulators and proxies."""
    assert loaded(tmp_path).slack.api_url == "https://slack.com/api/"
    there = loaded(tmp_path, SLACK_API_URL="http://127.0.0.1:9/api")
    assert there.slack.api_url == "http://127.0.0.1:9/api/"
