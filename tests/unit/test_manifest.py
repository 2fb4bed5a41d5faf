"""The manifest: valid, and with exactly the scopes that the code's calls need."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from handlers.manifest import APP_LEVEL, SCOPES, WITHOUT_SCOPE, manifest
from tests.contract.operators import run
from tests.official import ROOT, SHARED

SCHEMA = SHARED / "slack" / "data" / "manifest" / "manifest.schema.2.0.0.json"
CALL = re.compile(
    r"client\.((?:apps|auth|bookmarks|bots|chat|conversations|files|pins|users|usergroups|views)_\w+)"
)
CALLERS = ("handlers", "bot/wiring", "bot/preflight")
METHODS = {method for scope in SCOPES for method in scope.methods}


def called() -> set[str]:
    """Return every Web API method that the sources name."""
    files = [p for top in CALLERS for p in (ROOT / top, *(ROOT / top).rglob("*.py"))]
    texts = [path.read_text() for path in files if path.suffix == ".py"]
    return {name.replace("_", ".") for text in texts for name in CALL.findall(text)}


def test_every_method_in_use_has_its_scopes_and_no_other_is_listed() -> None:
    """A new call needs a line in the table; a call that is gone leaves none behind."""
    assert called() == METHODS | WITHOUT_SCOPE | APP_LEVEL.keys()


def test_each_scope_says_what_it_is_for() -> None:
    """Only those of the command and of events stand without a method; none is asked for twice."""
    without = [scope.name for scope in SCOPES if not scope.methods]
    assert without == ["commands", "reactions:read", "links:read"]
    assert len(SCOPES) == len({scope.name for scope in SCOPES})
    assert all(scope.why for scope in SCOPES)


@pytest.mark.parametrize(
    "made", [manifest(), manifest(mode="http", url="https://headroom.example.org")]
)
def test_both_manifests_are_valid_against_slacks_schema(made: dict[str, Any]) -> None:
    """With the official JSON schema, where it is there."""
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not there: set HEADROOM_SHARED")
    jsonschema.validate(made, json.loads(SCHEMA.read_text()))


def test_links_need_domains() -> None:
    """Without any no scope is asked for and no event is sent: nothing could become a card."""
    domains = ("pve.example.org",)
    made = manifest(domains=domains)
    assert [*domains] == made["features"]["unfurl_domains"]
    assert "link_shared" in made["settings"]["event_subscriptions"]["bot_events"]
    assert {"links:read", "links:write"} <= set(made["oauth_config"]["scopes"]["bot"])
    assert "link" not in json.dumps(manifest())


def test_the_command_takes_domains_from_the_addresses_of_the_clusters(tmp_path: Path) -> None:
    """As Slack takes them: names, no IP addresses; many are taken one level up; too many refused."""
    cluster = '\n[[cluster]]\nname = "home"\nhosts = [{hosts}]\nweb = ["https://ui.example.com"]\n'
    file = tmp_path / "headroom.toml"

    def printed(*hosts: str) -> str:
        named = ", ".join(f'"https://{host}:8006"' for host in hosts)
        file.write_text('[slack]\nunfurl_in = ["C0WEB"]\n' + cluster.format(hosts=named))
        return run(("manifest", "--config", str(file)), {}).text

    made = json.loads(printed("10.0.0.1", "pve1.example.org", "pve1"))
    assert made["features"]["unfurl_domains"] == ["pve1.example.org", "ui.example.com"]
    made = json.loads(printed(*(f"pve{n}.example.org" for n in range(7))))
    assert made["features"]["unfurl_domains"] == ["example.com", "example.org"]
    said = printed(*(f"pve.example{n}.org" for n in range(7)))
    assert "in 8 domains, and Slack takes 5" in said


def test_socket_mode_needs_no_address() -> None:
    """No URL stands anywhere, and Socket Mode is on."""
    made = manifest()
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


def test_http_mode_sends_everything_to_one_address() -> None:
    """Commands, interactions and the search in forms; the path is added once."""
    where = "https://headroom.example.org/slack/events"
    for given in ("https://headroom.example.org", "https://headroom.example.org/", where):
        made = manifest(mode="http", url=given)
        interactivity = made["settings"]["interactivity"]
        assert where == made["features"]["slash_commands"][0]["url"]
        assert where == interactivity["request_url"]
        assert where == interactivity["message_menu_options_url"]
        assert made["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("url", ["", "http://headroom.example.org", "headroom.example.org"])
def test_http_mode_without_https_is_refused(url: str) -> None:
    """The sentence shows what to write."""
    with pytest.raises(ValueError, match="--url https://"):
        manifest(mode="http", url=url)


def test_the_command_prints_it() -> None:
    """Mentions are escaped into ids, for names are ambiguous; no configuration is needed."""
    said = run(("manifest",), {"HEADROOM_CONFIG": ""})
    assert manifest() == json.loads(said.text)
    assert json.loads(said.text)["features"]["slash_commands"][0]["should_escape"] is True


def test_the_command_takes_name_and_mode_from_the_configuration(tmp_path: Path) -> None:
    """Without any secret in the environment; an option wins over the file."""
    file = tmp_path / "headroom.toml"
    file.write_text('[slack]\ncommand = "/vm"\nmode = "http"\n')
    url = ("--url", "https://h.example.org")
    said = run(("manifest", "--config", str(file), *url), {})
    assert manifest(command="/vm", mode="http", url=url[1]) == json.loads(said.text)
    said = run(("manifest", "--config", str(file), "--mode", "socket"), {})
    assert manifest(command="/vm") == json.loads(said.text)


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    """An address for HTTP mode; a file that can be read."""
    said = run(("manifest", "--mode", "http"), {})
    assert said.status == 1
    assert "--url https://" in said.text
    said = run(("manifest", "--config", str(tmp_path / "none.toml")), {})
    assert said.status == 1
    assert "No such file" in said.text
