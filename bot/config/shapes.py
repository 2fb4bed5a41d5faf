"""Mistakes of shape: unknown keys, wrong types and values, in sentences."""

import inspect
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config import later
from bot.config.problems import Key, Problem, suggestion
from bot.config.reading import Raw, table
from bot.config.shape import FileShape
from bot.config.units import up_to
from bot.policy import UpTo

UP_TO = "_up_to"

KINDS = {
    "tuple_type": 'a list, as ["one", "two"]',
    "string_type": "a text in quotes",
    "model_type": "a table, as { key = value }",
    "bool_type": "true or false",
}
"""What pydantic's kinds of errors ask for."""


def _shape_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the section's model in an annotation, and whether it stands behind a dict's keys."""
    if inspect.isclass(annotation) and get_origin(annotation) is None:
        return (annotation, False) if issubclass(annotation, BaseModel) else (None, False)
    for inner in get_args(annotation):
        found, _ = _shape_in(inner)
        if found:
            return found, get_origin(annotation) is dict
    return None, False


def known_keys(table_key: Key) -> set[str]:
    """Return the keys that a table allows."""
    model: type[BaseModel] = FileShape
    names = [part for part in table_key if isinstance(part, str)]
    while names:
        field = model.model_fields.get(names.pop(0))
        found, behind_names = _shape_in(field.annotation) if field else (None, False)
        if not found:
            return set()
        names = names[1:] if behind_names else names
        model = found
    return set(model.model_fields)


def _unknown(key: Key) -> str:
    name = str(key[-1])
    if later.is_later(key):
        return later.sentence(name)
    return f"unknown key; {suggestion(name, known_keys(key[:-1]))}"


def _text(error: ErrorDetails, key: Key) -> str:
    match error["type"]:
        case "extra_forbidden":
            return _unknown(key)
        case "missing":
            return "is missing"
        case "literal_error" | "enum":
            return f"{error['input']!r} is not allowed: {error.get('ctx', {}).get('expected', '')}"
        case kind if kind in KINDS:
            return f"write {KINDS[kind]}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
    return error["msg"][:1].lower() + error["msg"][1:]


def shaped(raw: Raw) -> tuple[FileShape | None, list[Problem]]:
    """Return the file in its shape, or every mistake of shape in it."""
    try:
        return FileShape.model_validate(raw), []
    except ValidationError as fault:
        found = [(tuple(e["loc"]), e) for e in fault.errors(include_url=False)]
        return None, [Problem(key=key, text=_text(error, key)) for key, error in found]


def _amounts(index: int, when: Raw, problems: list[Problem]) -> tuple[UpTo, ...]:
    found = []
    for key in _amount_keys(when):
        try:
            found.append(up_to(key.removesuffix(UP_TO), when[key]))
        except ValueError as fault:
            problems.append(Problem(key=("rule", index, "when", key), text=str(fault)))
    return tuple(found)


def _amount_keys(when: Raw) -> Iterable[str]:
    return [k for k in when if k.endswith(UP_TO) and k not in later.WHEN_KEYS]


def amounts_apart(raw: Raw) -> tuple[Raw, dict[int, tuple[UpTo, ...]], list[Problem]]:
    """Return the file without the `WORD_up_to` keys of its rules, and these by the rule's position."""
    rules = raw.get("rule")
    if not isinstance(rules, list):
        return raw, {}, []
    problems: list[Problem] = []
    amounts: dict[int, tuple[UpTo, ...]] = {}
    plain = list(rules)
    for index, rule in enumerate(rules):
        when = table(rule, "when") if isinstance(rule, dict) else {}
        if not _amount_keys(when):
            continue
        amounts[index] = _amounts(index, when, problems)
        rest = {k: v for k, v in when.items() if k not in set(_amount_keys(when))}
        plain[index] = {**rule, "when": rest}
    return {**raw, "rule": plain}, amounts, problems
