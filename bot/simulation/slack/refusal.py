"""How the Web API says no."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with `ok: false`; `extra` goes into the answer beside the error code."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra

    def to_json(self) -> Json:
        """Give the answer as the Web API sends it."""
        return {"ok": False, "error": self.error, **self.extra}


def invalid_arguments(*messages: str) -> Refusal:
    """Refuse arguments, naming each fault."""
    return Refusal("invalid_arguments", response_metadata={"messages": list(messages)})
