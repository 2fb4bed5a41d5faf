"""Recorded cases of the real Proxmox VE code."""

import gzip
import json
from typing import Any

from tests.official import ROOT


def read(name: str) -> Any:
    """Return the content of a recording in `tests/golden`."""
    return json.loads(gzip.decompress((ROOT / "tests" / "golden" / name).read_bytes()))
