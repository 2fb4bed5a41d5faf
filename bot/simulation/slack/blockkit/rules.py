"""Small rules that together say what a JSON value must look like; faults in Slack's words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """What Slack refuses, where (json-pointer), and the error code it answers with."""

    pointer: str
    message: str
    code: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


class Rule(Protocol):
    """Something a value can be checked against."""

    def check(self, value: Any, at: str) -> Problems:
        """Name what is wrong with the value that stands at a json-pointer."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string, its length bounded on both sides."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None

    def check(self, value: Any, at: str) -> Problems:
        """Check type, length and form."""
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
            return
        if len(value) < self.least:
            yield Problem(at, f"must be more than {self.least - 1} characters")
        if self.most is not None and len(value) > self.most:
            yield Problem(at, f"must be less than {self.most + 1} characters")
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            yield Problem(at, f"must match the pattern {self.pattern}")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str) -> Problems:
        """Check the type."""
        if not isinstance(value, bool):
            yield Problem(at, "must provide a boolean")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, maybe whole, maybe bounded."""

    low: int | None = None
    high: int | None = None
    whole: bool = True

    def check(self, value: Any, at: str) -> Problems:
        """Check type and bounds."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            yield Problem(at, "must provide an integer" if self.whole else "must provide a number")
        elif self.low is not None and value < self.low:
            yield Problem(at, f"must be greater than {self.low - 1}")
        elif self.high is not None and value > self.high:
            yield Problem(at, f"must be less than {self.high + 1}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    values: tuple[Any, ...]

    def check(self, value: Any, at: str) -> Problems:
        """Check that it is one of them."""
        if value not in self.values:
            yield Problem(at, f"must be a valid enum value: {', '.join(map(str, self.values))}")


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `nullable` items may be null."""

    rule: Rule
    least: int = 0
    most: int | None = None
    nullable: bool = False

    def check(self, value: Any, at: str) -> Problems:
        """Check type, count and every item."""
        if not isinstance(value, list):
            yield Problem(at, "must be an array")
            return
        if len(value) < self.least:
            yield Problem(at, f"no fewer than {self.least} items allowed")
        if self.most is not None and len(value) > self.most:
            yield Problem(at, f"no more than {self.most} items allowed")
        for index, item in enumerate(value):
            if not (self.nullable and item is None):
                yield from self.rule.check(item, f"{at}/{index}")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields, those required, and checks of fields against each other."""

    fields: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()

    def check(self, value: Any, at: str) -> Problems:
        """Check every field; what is not in the table is refused."""
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        for name in sorted(self.required - value.keys()):
            yield Problem(at, f"missing required field: {name}")
        for name, item in value.items():
            rule = self.fields.get(name)
            if rule is None:
                yield Problem(at, f"invalid additional property: {name}")
            else:
                yield from rule.check(item, f"{at}/{name}")
        for check in self.checks:
            yield from check(value, at)


@dataclass(frozen=True, slots=True)
class Open:
    """An object of which only some fields are known here."""

    fields: Mapping[str, Rule]

    def check(self, value: Any, at: str) -> Problems:
        """Check the known fields."""
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        for name, rule in self.fields.items():
            if name in value:
                yield from rule.check(value[name], f"{at}/{name}")


@dataclass(frozen=True, slots=True)
class ByType:
    """One of several objects, told apart by `type`."""

    shapes: Mapping[str, Rule]

    def check(self, value: Any, at: str) -> Problems:
        """Check against the object of that type; a type that has no place here is refused."""
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
        elif "type" not in value:
            yield Problem(at, "missing required field: type")
        elif value["type"] not in self.shapes:
            yield Problem(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            yield from self.shapes[value["type"]].check(value, at)


def typed(
    kind: str, fields: Mapping[str, Rule], *required: str, checks: tuple[Check, ...] = ()
) -> Shape:
    """Build the shape of an object with a `type`."""
    return Shape({"type": Choice((kind,)), **fields}, frozenset({"type", *required}), tuple(checks))


def exactly_one(*names: str) -> Check:
    """Require exactly one of several fields."""

    def check(value: Any, at: str) -> Problems:
        if sum(name in value for name in names) != 1:
            yield Problem(at, f"exactly one of {', '.join(names)} must be given")

    return check


def at_least_one(*names: str) -> Check:
    """Require one or more of several fields."""

    def check(value: Any, at: str) -> Problems:
        if not any(value.get(name) for name in names):
            yield Problem(at, f"at least one of {', '.join(names)} must be given")

    return check


def rising(low: str, high: str) -> Check:
    """Require that a lower bound is not above the upper one."""

    def check(value: Any, at: str) -> Problems:
        if low in value and high in value and float(value[low]) > float(value[high]):
            yield Problem(f"{at}/{low}", f"must not be above {high}")

    return check
