"""Finds data on Slack that is kept beside the project, not in it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest


def shared_json(relative: str) -> dict[str, Any]:
    """Load a file from HEADROOM_SHARED or a `shared` folder beside a parent; skip without it."""
    parents = [parent / "shared" for parent in Path(__file__).resolve().parents]
    named = os.environ.get("HEADROOM_SHARED")
    folders = [Path(named)] if named else parents
    path = next((folder / relative for folder in folders if (folder / relative).exists()), None)
    if path is None:
        pytest.skip(f"{relative} is not here; set HEADROOM_SHARED to the folder that holds it")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded
