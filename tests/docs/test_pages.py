"""The pages hold what the code holds: states, events, faults, reasons, commands, keys, rights."""

import inspect
import re
from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.model.diagram import words
from bot.model.edges import EDGES
from bot.model.errors import Fault
from bot.model.guest import GuestRef, Kind
from bot.model.people import Person
from bot.model.refusal import Reason
from bot.model.request import State
from bot.redis_store import keys
from bot.redis_store.keys import Keys
from handlers.manifest import manifest
from tests.contract.operators import host_commands
from tests.docs.pages import BLOCKS, DOCS, PAGES, ROOT, block, commands, faults

AGAIN = "write it anew: .venv/bin/python -m tests.docs.pages"
SECURITY = (DOCS / "security.md").read_text()
RUNNING = (DOCS / "running.md").read_text()


def rows(page: str, heading: str) -> dict[str, str]:
    """Return the rows of the first table below a heading, by their first cell."""
    text = (DOCS / page).read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE)[2:]
    return {first.strip("`"): rest for first, rest in found}


def source(*places: str) -> str:
    """Return the text of modules and packages, together."""
    paths = [ROOT / place for place in places]
    files = [f for p in paths for f in (sorted(p.rglob("*.py")) if p.is_dir() else [p])]
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize(("page", "name"), BLOCKS, ids=str)
def test_made_parts_equal_the_code(page: str, name: str) -> None:
    """The diagram of states, the tree of faults, the sentences of reasons."""
    assert BLOCKS[page, name]() == block(page, name), AGAIN


def test_the_page_of_commands_equals_the_grammar() -> None:
    """Whole."""
    assert commands() == (DOCS / "commands.md").read_text(), AGAIN


def test_every_state_and_every_event_is_explained_and_no_other() -> None:
    """One row each, by the words of the diagram."""
    assert {state.value for state in State} == set(rows("states.md", "What each state means"))
    assert {words(event) for event in EDGES} == set(rows("states.md", "What each event is"))


def test_every_fault_of_the_model_is_in_the_tree() -> None:
    """The port's faults, that every part may meet."""
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+)", block("errors.md", "faults"), re.MULTILINE))
    assert {kind.__name__ for kind in faults() if kind.__module__ == Fault.__module__} == drawn


def test_every_fault_has_its_consequences() -> None:
    """Classes of the whole program, also those of one part alone."""
    host_commands()  # so that every part is there
    assert {kind.__name__ for kind in faults()} == set(rows("errors.md", "Faults"))


def test_every_reason_has_a_row() -> None:
    """In the order of the enumeration."""
    found = re.findall(r"^\| `([A-Z_]+)` \|", block("errors.md", "reasons"), re.MULTILINE)
    assert [reason.name for reason in Reason] == found


def made_keys() -> Iterable[str]:
    """Return a key of every kind, without the tag, in the letters of the table."""
    named, guest = Keys(), GuestRef(cluster="paris", kind=Kind.VM, vmid=104)
    given: dict[str, object] = {
        "request_id": "ID",
        "incident_id": "ID",
        "incident_handle": "I-XXXX",
        "channel": "CHANNEL",
        "handle": "R-XXXX",
        "person": Person(team_id="TEAM", user_id="USER"),
        "guest": guest,
        "cluster": "CLUSTER",
        "place": "PLACE",
        "delivery": "DELIVERY",
        "name": "NAME",
        "length": "MS",
        "pointer": "POINTER",
        "hook": "HOOK",
        "usergroup": "ID",
    }
    for name, member in inspect.getmembers(Keys):
        if name.startswith("_") or name in {"lasting", "prefix"}:
            continue
        if isinstance(member, property):
            made = getattr(named, name)
        else:
            wanted = [p for p in inspect.signature(member).parameters if p != "self"]
            made = getattr(named, name)(*(given[p] for p in wanted))
        yield made.removeprefix("{headroom}:").replace(guest.key, "GUEST")


def test_every_key_of_the_store_is_in_the_table_of_keys() -> None:
    """Name, type, life, owner; and the page on architecture leads there."""
    table = re.findall(
        r"^    (\S+) +(?:hash|string|zset|set|stream|list) ", keys.__doc__ or "", re.MULTILINE
    )
    assert sorted(table) == sorted(made_keys())
    assert "(../bot/redis_store/keys.py)" in (DOCS / "architecture.md").read_text()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_broken(page: Path) -> None:
    """Files and headings."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_call_to_slack_is_named_with_its_scope() -> None:
    """The methods of the client that handlers and wiring call."""
    text = source("handlers", "bot/wiring")
    families = "auth|bookmarks|bots|chat|conversations|files|pins|reactions|usergroups|users|views"
    called = set(re.findall(rf"client\.((?:{families})_\w+)", text))
    methods = {name.replace("_", ".") for name in called}
    assert len(methods) > 8
    assert [method for method in sorted(methods) if f"`{method}`" not in SECURITY] == []


def test_the_manifest_asks_for_the_scopes_that_are_explained() -> None:
    """No more and no less, with every feature; the app-level token's scope stands beside."""
    made = manifest(domains=("pve.example.org",))
    cells = [cell for cell in rows("security.md", "Slack scopes") if "app-level" not in cell]
    explained = {scope for cell in cells for scope in cell.split("`, `")}
    assert set(made["oauth_config"]["scopes"]["bot"]) == explained
    assert made["settings"]["socket_mode_enabled"] is True


def test_every_privilege_the_code_knows_is_explained() -> None:
    """What a plan needs, and what a figure needs."""
    known = re.findall(
        r"\b(?:VM|Sys|Datastore|Pool|SDN)\.[A-Z]\w+(?:\.[A-Z]\w+)?",
        source("bot/model", "bot/operations", "bot/capacity"),
    )
    assert len(set(known)) > 6
    assert set(known) <= set(rows("security.md", "Proxmox privileges"))


@pytest.mark.parametrize("page", ["README.md", "docs/running.md"])
def test_the_role_to_be_made_has_the_privileges_that_are_explained(page: str) -> None:
    """All but those that the table says are not in the role."""
    role = re.search(r'pveum role add Headroom --privs "(.+)"', (ROOT / page).read_text())
    table = rows("security.md", "Proxmox privileges")
    wanted = {name for name, rest in table.items() if "ot in the role" not in rest}
    assert role
    assert wanted == set(role[1].split())


def test_every_command_on_the_host_is_explained() -> None:
    """What `headroom` can do today, and nothing that it cannot."""
    there = set()
    for name, command in host_commands().items():
        below = command.commands if isinstance(command, click.Group) else {}
        there |= {f"headroom {name} {inner}" for inner in below} or {f"headroom {name}"}
    first = "\n".join(rows("operations.md", "Commands on the host"))
    assert there == set(re.findall(r"headroom [a-z ]+[a-z]", first.replace("`, `", "\n")))


def test_no_page_sends_anybody_to_a_command_on_the_host_that_is_not_there() -> None:
    """What is not there yet is named in one place: at the end of the README."""
    there = {*host_commands(), "runs"}
    for page in PAGES:
        text = page.read_text().partition("## What is not there yet")[0]
        named = re.findall(r"(?:^|types |`)headroom ([a-z]+)\b", text, re.MULTILINE)
        assert set(named) <= there, page.name


def test_what_the_guide_shows_of_a_wrong_configuration_is_what_is_said(tmp_path: Path) -> None:
    """Word by word; the shown lines are some of those that come."""
    guide = (DOCS / "operations.md").read_text().partition("## It does not start\n")[2]
    shown = guide.partition("```text\n")[2].partition("```")[0].splitlines()
    config = tmp_path / "headroom.toml"
    config.write_text('[slack]\nmode = "sokket"\napproval_channel = "C1"\n')
    said = CliRunner().invoke(main, ["run", "--config", str(config)], env={"SLACK_BOT_TOKEN": ""})
    assert said.exit_code == 1
    assert [line for line in shown if line not in said.output.splitlines()] == []


def test_the_paths_of_the_http_server_are_explained() -> None:
    """Each stands in the guide to operations or to security."""
    paths = re.findall(r'add_(?:get|post)\("(/[^"]+)"', source("bot/web.py"))
    pages = SECURITY + RUNNING + (DOCS / "operations.md").read_text()
    assert len(paths) >= 4
    assert [path for path in paths if f"`{path}`" not in pages and f"{path}`" not in pages] == []


def test_the_glossary_is_in_order() -> None:
    """So that terms are found."""
    terms = re.findall(
        r"^\| (?!term |---)(.+?) \|", (DOCS / "glossary.md").read_text(), re.MULTILINE
    )
    assert sorted(terms, key=str.casefold) == terms
    assert len(set(terms)) == len(terms)


def test_decisions_are_whole_and_listed() -> None:
    """Numbers without gaps, the four parts, about half a page."""
    found = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    listed = (DOCS / "decisions" / "README.md").read_text()
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    for path in found:
        text = path.read_text()
        parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Refused"], path.name
        assert f"({path.name})" in listed
        assert 100 < len(text.split()) < 400, path.name


def test_every_threat_names_a_test_there_is() -> None:
    """One row each; a test that was renamed or removed is missed here."""
    named = [re.findall(r"`(test_\w+)`", rest) for rest in rows("security.md", "Threats").values()]
    there = set(re.findall(r"^(?:async )?def (test_\w+)", source("tests"), re.MULTILINE))
    assert len(named) >= 10
    assert [tests for tests in named if len(tests) != 1 or tests[0] not in there] == []
