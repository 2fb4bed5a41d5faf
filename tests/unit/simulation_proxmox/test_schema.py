"""The tables of methods and parameters say what the official schema says, where it is at hand."""

import gzip
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.simulation.proxmox.call import Route
from bot.simulation.proxmox.params.check import Param
from bot.simulation.proxmox.routes import ALL

SCHEMA = Path("pve/api-schema.json.gz")


@cache
def schema() -> Mapping[str, Any]:
    """Read the schema; skips when it is not there (it may not be shipped with this project)."""
    places = [Path(os.environ["HEADROOM_SHARED"])] if "HEADROOM_SHARED" in os.environ else []
    places += [parent / "shared" for parent in Path(__file__).resolve().parents]
    found = next((place / SCHEMA for place in places if (place / SCHEMA).exists()), None)
    if found is None:
        pytest.skip("the official API schema (AGPL, not shipped) is not beside this repository")
    with gzip.open(found) as file:
        paths: Mapping[str, Any] = json.load(file)["paths"]
    return paths


def described(route: Route) -> Mapping[str, Any]:
    """Return the schema's entry of a route."""
    methods = schema().get(route.path, {})
    assert route.method in methods, f"{route.method} {route.path} is not in the schema"
    entry: Mapping[str, Any] = methods[route.method]
    return entry


def by_name(route: Route) -> str:
    """Name a test after its route."""
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ALL, ids=by_name)
def test_parameters_are_the_official_ones(route: Route) -> None:
    """Each parameter exists with the same type, range, length, enumeration and duty."""
    official = described(route)["parameters"].get("properties", {})
    for name, param in route.params.items():
        if f"{{{name}}}" not in route.path:
            assert name in official, f"{name} is not a parameter"
        for difference in differences(official[name], param):
            pytest.fail(f"{name}: {difference}")


@pytest.mark.parametrize("route", ALL, ids=by_name)
def test_required_parameters_are_all_known(route: Route) -> None:
    """Whatever the real method demands, the simulated one demands, too."""
    official = described(route)["parameters"].get("properties", {})
    demanded = {
        name
        for name, entry in official.items()
        if not entry.get("optional") and f"{{{name}}}" not in route.path
    }
    assert demanded <= {name for name, param in route.params.items() if not param.optional}


def differences(official: Mapping[str, Any], param: Param) -> list[str]:
    """Say what a table has otherwise than the schema."""
    limits = {
        "type": param.type,
        "minimum": param.minimum,
        "maximum": param.maximum,
        "maxLength": param.max_length,
        "enum": list(param.enum) or None,
        "requires": param.requires,
    }
    wanted = {key: official.get(key) for key in limits}
    numbers = ("minimum", "maximum")
    wanted |= {key: int(official[key]) for key in numbers if key in official}
    found = [f"{k}: {wanted[k]!r}, not {limits[k]!r}" for k in limits if wanted[k] != limits[k]]
    if param.pattern and official.get("pattern") != param.pattern:
        found.append(f"pattern: {official.get('pattern')!r}, not {param.pattern!r}")
    if bool(official.get("optional")) != param.optional:
        found.append("optional differs")
    return found


@pytest.mark.parametrize("route", [r for r in ALL if r.path.endswith("/config")], ids=by_name)
def test_every_option_of_a_configuration_is_known(route: Route) -> None:
    """No option that the real one accepts is refused as unknown."""
    official = described(route)["parameters"].get("properties", {})
    place = {name for name in official if f"{{{name}}}" in route.path}
    assert set() == set(official) - set(route.params) - place


@pytest.mark.parametrize("route", ALL, ids=by_name)
def test_privileges_are_the_official_ones(route: Route) -> None:
    """A method's own privilege check is the schema's."""
    permissions = described(route).get("permissions", {})
    check = permissions.get("check")
    if check is None or permissions.get("user") == "all":
        expected = None
    else:
        assert check[0] == "perm"
        expected = (check[1], tuple(check[2]), check[3:] == ["any", 1])
    got = None
    if route.needs:
        any_ = route.needs.any and len(route.needs.privileges) > 1
        got = (route.needs.path, route.needs.privileges, any_)
        if expected:
            expected = (*expected[:2], expected[2] and len(expected[1]) > 1)
    assert expected == got


@pytest.mark.parametrize("route", ALL, ids=by_name)
def test_tokens_are_turned_away_where_officially_so(route: Route) -> None:
    """`allowtoken` 0 in the schema means the simulated method refuses tokens."""
    assert bool(described(route).get("allowtoken", 1)) == route.token


def test_paths_with_variables_use_the_official_names() -> None:
    """The variables of the paths carry the names the schema gives them."""
    for route in ALL:
        properties = described(route)["parameters"].get("properties", {})
        for name in re.findall(r"\{(\w+)\}", route.path):
            assert name in properties
