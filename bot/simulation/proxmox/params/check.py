"""Checking parameters as Proxmox does: every problem at once, in its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.simulation.proxmox.errors import wrong_parameters
from bot.simulation.proxmox.params.formats import Format

INTEGER = re.compile(r"[+-]?\d+")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
TRUE = frozenset({"1", "on", "yes", "true"})
FALSE = frozenset({"0", "off", "no", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """What one parameter accepts. `pattern` must match the whole value."""

    type: Literal["string", "integer", "number", "boolean"] = "string"
    optional: bool = True
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    format: Format | None = None
    requires: str | None = None


Params = Mapping[str, Param]

STRING = Param()
BOOLEAN = Param(type="boolean")
COUNT = Param(type="integer", minimum=0)


def spec_of(params: Params, name: str) -> Param | None:
    """Return what is known of a parameter; `scsi3` is found under `scsi[n]`."""
    if name in params:
        return params[name]
    stem = name.rstrip("0123456789")
    return params.get(f"{stem}[n]") if stem != name else None


def check(params: Params, given: Mapping[str, str]) -> dict[str, str]:
    """Return the given values, booleans as 1 or 0; refuses with every problem named."""
    errors: dict[str, str] = {}
    clean: dict[str, str] = {}
    for name, value in given.items():
        spec = spec_of(params, name)
        if spec is None:
            errors[name] = (
                "property is not defined in schema and the schema does not allow "
                "additional properties"
            )
            continue
        problem = _problem(name, value, spec)
        if problem:
            errors[name] = problem
        elif spec.requires and spec.requires not in given:
            errors[spec.requires] = f"missing property - '{name}' requires this property"
        clean[name] = _canonical(value, spec)
    for name, spec in params.items():
        if not spec.optional and name not in given:
            errors[name] = "property is missing and it is not optional"
    if errors:
        raise wrong_parameters(errors)
    return clean


def _canonical(value: str, spec: Param) -> str:
    if spec.type == "boolean":
        return "1" if value.lower() in TRUE else "0"
    return value


def _problem(name: str, value: str, spec: Param) -> str | None:
    if not _has_type(value, spec):
        return f"type check ('{spec.type}') failed - got '{value}'"
    if spec.format and (problem := spec.format(name, value)):
        return f"invalid format - {problem}"
    return _out_of_range(value, spec) or _not_accepted(value, spec)


def _has_type(value: str, spec: Param) -> bool:
    if spec.type == "integer":
        return INTEGER.fullmatch(value) is not None
    if spec.type == "number":
        return NUMBER.fullmatch(value) is not None
    return spec.type == "string" or value.lower() in TRUE | FALSE


def _out_of_range(value: str, spec: Param) -> str | None:
    if spec.minimum is not None and float(value) < spec.minimum:
        return f"value must have a minimum value of {spec.minimum}"
    if spec.maximum is not None and float(value) > spec.maximum:
        return f"value must have a maximum value of {spec.maximum}"
    if spec.max_length is not None and len(value) > spec.max_length:
        return f"value may only be {spec.max_length} characters long"
    return None


def _not_accepted(value: str, spec: Param) -> str | None:
    if spec.pattern and not re.fullmatch(spec.pattern, value):
        return "value does not match the regex pattern"
    if spec.enum and value not in spec.enum:
        return f"value '{value}' does not have a value in the enumeration '{', '.join(spec.enum)}'"
    return None
