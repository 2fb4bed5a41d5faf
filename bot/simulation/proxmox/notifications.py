"""Outgoing notifications: a webhook target that fills the template of docs/running.md, and sends it.

Which fields there are, by kind and version, is from memory of Proxmox VE's sources; titles as well.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

TITLES = {
    "vzdump": "vzdump backup status ({host}): backup failed",
    "fencing": "FENCE: Try to fence node '{host}'",
    "replication": "Replication Job: {job} failed",
    "package-updates": "New software packages available ({host})",
    "system-mail": "{host}",
}


def body(
    kind: str, host: str, *, version: int = 9, job: str = "", text: str = ""
) -> dict[str, Any]:
    """Return what the template becomes; PVE 8 names the host alone, PVE 9 the job as well."""
    fields = {"type": kind, "hostname": host}
    if version > 8 and job:  # noqa: PLR2004 - the version
        fields["job-id"] = job
    return {
        "title": TITLES[kind].format(host=host, job=job),
        "message": text,
        "severity": "info" if kind == "package-updates" else "error",
        "timestamp": "1764000000",
        "fields": fields,
    }


async def send(url: str, secret: str, told: Mapping[str, Any]) -> tuple[int, str]:
    """Send it as a webhook target does; return status and text of the answer."""
    headers = {"X-Headroom-Secret": secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=dict(told), headers=headers) as answer,
    ):
        return answer.status, await answer.text()
