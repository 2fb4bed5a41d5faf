"""Where the reference data on Proxmox VE is, for tests that skip without it."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest


def read(name: str) -> Any:
    """Return a reference file's content: beside this checkout, or where HEADROOM_SHARED says."""
    named = os.environ.get("HEADROOM_SHARED")
    above = [parent / "shared" for parent in Path(__file__).resolve().parents[3:6]]
    for shared in [Path(named)] if named else above:
        path = shared / "pve" / name
        if path.is_file():
            return json.loads(gzip.decompress(path.read_bytes()))
    return pytest.skip(f"{name} is not here; HEADROOM_SHARED may say where it is")
