"""Arguments of a Web API call, read the way Slack reads them."""

import base64
import binascii
import json
from typing import Any, TypeVar

from bot.simulation.slack.refusal import Json, Refusal, invalid_arguments

TRUE = {"1", "true", "True"}
Item = TypeVar("Item")


class Arguments:
    """The arguments of one call; forms and JSON bodies look the same from here."""

    def __init__(self, given: Json) -> None:
        self._given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def text(self, name: str, default: str = "") -> str:
        """Give a text, or the default."""
        return str(self._given.get(name, default))

    def required(self, name: str) -> str:
        """Give a text that must be there."""
        if not self.text(name):
            raise invalid_arguments(f"[ERROR] missing required field: {name}")
        return self.text(name)

    def flag(self, name: str) -> bool:
        """Give a truth; forms send `1` or `true`."""
        return str(self._given.get(name, "")) in TRUE

    def number(self, name: str, default: int) -> int:
        """Give a whole number."""
        try:
            return int(self._given.get(name, default))
        except (TypeError, ValueError):
            raise invalid_arguments(f"[ERROR] must be a number [json-pointer:/{name}]") from None

    def structure(self, name: str, error: str) -> Any:
        """Give a JSON value; `error` is the refusal when its text is no JSON."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refusal(error) from None

    def page(self, items: list[Item], default: int = 100) -> tuple[list[Item], str]:
        """Cut out the page that `cursor` and `limit` ask for; give it with the next cursor."""
        limit = self.number("limit", default)
        if not 1 <= limit <= 1000:  # noqa: PLR2004 -- Slack's bounds of a page
            raise Refusal("invalid_limit")
        start = _position(self.text("cursor"))
        end = start + limit
        more = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
        return items[start:end], more


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise Refusal("invalid_cursor") from None
