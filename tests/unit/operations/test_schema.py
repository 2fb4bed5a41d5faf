"""Every call that a plan can make is one that Proxmox's official API schema knows."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.model.guest import GuestFacts, Kind, Snapshot
from bot.model.intent import Ask
from bot.model.plan import Draft, Step
from bot.operations import OPERATIONS
from tests.unit.operations.estate import a_guest, drafted, facts_of
from tests.unit.operations.random_guests import CASES, QUICK
from tests.unit.operations.reference import read


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    """Return the official API by path."""
    paths: dict[str, Any] = read("api-schema.json.gz")["paths"]
    return paths


def method_of(api: dict[str, Any], step: Step, kind: Kind) -> dict[str, Any]:
    """Return the schema's method for a step."""
    under = f"/nodes/{{node}}/{kind.value}/{{vmid}}/"
    path = re.sub(r"^snapshot/[^/]+", "snapshot/{snapname}", step.path)
    method: dict[str, Any] = api[under + path][step.method]
    return method


def check_value(name: str, text: str, rule: dict[str, Any]) -> None:
    """Hold one parameter's text against its rule."""
    if rule["type"] in {"integer", "number"}:
        number = int(text) if rule["type"] == "integer" else float(text)
        assert rule.get("minimum", number) <= number <= rule.get("maximum", number), name
    if "pattern" in rule:
        assert re.fullmatch(rule["pattern"], text), (name, text)
    if "enum" in rule:
        assert text in rule["enum"], (name, text)
    assert len(text) <= rule.get("maxLength", len(text)), (name, text)


def check(api: dict[str, Any], step: Step, kind: Kind) -> None:
    """Hold a step against the schema: parameters known, required ones given, values allowed."""
    method = method_of(api, step, kind)
    assert method.get("allowtoken", 1)
    rules = method["parameters"]["properties"]
    for name, text in step.params.items():
        check_value(name, text, rules[name])
    in_path = {"node", "vmid"} | ({"snapname"} if step.path.startswith("snapshot/") else set())
    required = {name for name, rule in rules.items() if not rule.get("optional")}
    assert required <= set(step.params) | in_path
    assert not step.digest or "digest" in rules


@QUICK
@given(case=CASES)
def test_resources(api: dict[str, Any], case: tuple[Ask, GuestFacts]) -> None:
    """Whatever is asked of whatever guest, each call is one that the API takes."""
    ask, guest = case
    result = OPERATIONS["resources"].plan(ask, facts_of(guest))
    for step in result.steps if isinstance(result, Draft) else ():
        check(api, step, guest.ref.kind)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "resources"])
def test_others(api: dict[str, Any], name: str, kind: Kind) -> None:
    """Power, snapshots and taking back use calls that the API has, for VMs and CTs alike."""
    words = {"name": "new" if name == "snapshot" else "old", "keys": "memory", "description": "x"}
    guest = replace(
        a_guest(kind, status="stopped" if name == "start" else "running"),
        pending={"memory": "8192"},
        snapshots=(Snapshot(name="old"),),
    )
    ask = Ask(operation=name, guest="db1", arguments=words)
    for step in drafted(OPERATIONS[name].plan(ask, facts_of(guest))).steps:
        check(api, step, kind)
