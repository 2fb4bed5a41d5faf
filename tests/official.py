"""The official API schema of Proxmox VE, where it is there: it is AGPL and not part of this repository.

HEADROOM_SHARED names the folder that holds `pve/`, else `shared` beside the repository is looked at.
"""

import gzip
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("HEADROOM_SHARED", ROOT.parent / "shared"))
VERSIONS = ("api-schema.json.gz", "api-schema-8.4.json.gz")

_VARIABLE = re.compile(r"\\{\w+\\}")


@cache
def there(version: str = VERSIONS[0]) -> bool:
    """Return whether the schema of that version can be read here."""
    return (SHARED / "pve" / version).exists()


@cache
def paths(version: str = VERSIONS[0]) -> dict[str, Any]:
    """Return a version's methods by path, or skip the test."""
    if not there(version):
        pytest.skip(f"{version} is not there: set HEADROOM_SHARED to the folder that holds pve/")
    with gzip.open(SHARED / "pve" / version) as opened:
        found: dict[str, Any] = json.load(opened)["paths"]
    return found


@cache
def _matchers(version: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    made = ((re.compile(_VARIABLE.sub(r"[^/]+", re.escape(path))), path) for path in paths(version))
    return tuple(sorted(made, key=lambda pair: pair[1].count("{")))


def template_of(path: str, version: str = VERSIONS[0]) -> str:
    """Return the schema's path for a real one (`/nodes/pve1/lxc/101/config`); empty if unknown."""
    return next((t for pattern, t in _matchers(version) if pattern.fullmatch(path)), "")


def misfit(name: str, text: str, rule: Mapping[str, Any]) -> str:
    """Say what is wrong with a parameter's text, or nothing."""
    kind = rule.get("type")
    if kind in {"integer", "number"}:
        if not re.fullmatch(r"-?\d+" if kind == "integer" else r"-?\d+(\.\d+)?", text):
            return f"{name} is no {kind}: {text}"
        if not float(rule.get("minimum", text)) <= float(text) <= float(rule.get("maximum", text)):
            return f"{name} is out of range: {text}"
    if kind == "boolean" and text not in {"0", "1"}:
        return f"{name} is no boolean: {text}"
    if "enum" in rule and text not in rule["enum"]:
        return f"{name} is none of {rule['enum']}: {text}"
    if "pattern" in rule and not re.fullmatch(rule["pattern"].replace(r"\z", ""), text):
        return f"{name} does not match {rule['pattern']}: {text}"
    if len(text) > rule.get("maxLength", len(text)):
        return f"{name} is too long: {text}"
    return ""


def misfits(
    method: str, template: str, params: Mapping[str, str], version: str = VERSIONS[0]
) -> list[str]:
    """Say what is wrong with a call by a token; `params` may hold those of the path as well."""
    here = paths(version).get(template, {}).get(method)
    if here is None:
        return [f"{method} {template} is not in {version}"]
    rules = {k.replace("[n]", "0"): v for k, v in here["parameters"].get("properties", {}).items()}
    in_path = set(re.findall(r"\{(\w+)\}", template))
    needed = {n for n, rule in rules.items() if not rule.get("optional")} - in_path - set(params)
    found = [] if here.get("allowtoken") != 0 else ["tokens are turned away"]
    found += [f"{name} is missing" for name in sorted(needed)]
    for name, text in params.items():
        rule = rules.get(re.sub(r"\d+$", "0", name), rules.get(name))
        problem = f"{name} is not known" if rule is None else misfit(name, str(text), rule)
        found += [problem] if problem else []
    return [f"{method} {template}: {problem}" for problem in found]
