"""The wire, kept as JSON lines; tokens and other secrets never get there."""

import json
from pathlib import Path
from typing import Any, Literal

HIDDEN = frozenset({"token", "response_url", "response_urls"})


class Recording:
    """Writes one JSON object per call and delivery; without a path it writes nothing."""

    def __init__(self, path: Path | None, secrets: tuple[str, ...]) -> None:
        self._file = path.open("a", encoding="utf-8") if path is not None else None
        self._secrets = secrets

    def write(
        self,
        at: float,
        direction: Literal["in", "out"],
        method: str,
        arguments: Any,
        response: Any,
    ) -> None:
        """Keep one exchange: `in` came from the app, `out` went to it; `at` is Unix seconds."""
        if self._file is None:
            return
        line = {
            "t": round(at, 6),
            "direction": direction,
            "method": method,
            "arguments": self._cleaned(arguments),
            "response": self._cleaned(response),
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def _cleaned(self, value: Any) -> Any:
        match value:
            case dict():
                return {
                    name: "hidden" if name in HIDDEN else self._cleaned(item)
                    for name, item in value.items()
                }
            case list() | tuple():
                return [self._cleaned(item) for item in value]
            case str():
                for secret in self._secrets:
                    value = value.replace(secret, "hidden")
                return value.split("?ticket=")[0]
        return value
