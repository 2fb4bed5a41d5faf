"""The record file: one JSON object a line for each call; no secrets."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

SECRET_PARAMS = frozenset({"password", "cipassword", "otp", "sshkeys", "tfa-challenge"})
SECRET_ANSWERS = frozenset({"/access/ticket"})


class Recorder:
    """Writes calls to a file; without a path it writes nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        if self._path:
            self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def write(
        self,
        *,
        when: float,
        method: str,
        path: str,
        params: Mapping[str, Any],
        status: int,
        response: Any,
    ) -> None:
        """Write one call; `when` is unix time in seconds."""
        if self._file is None:
            return
        line = {
            "t": round(when, 3),
            "method": method,
            "path": path,
            "params": {k: "***" if k in SECRET_PARAMS else v for k, v in params.items()},
            "status": status,
            "response": None if path in SECRET_ANSWERS else response,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
