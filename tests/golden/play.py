"""Play recorded cases of the real API against the simulated Proxmox, over HTTPS.

`python -m tests.golden.play CASES.json.gz …` shows each difference as case, call, field, expected,
got, and ends with `N of M cases agree`; exit 1 if any differs.
"""

import asyncio
import gzip
import json
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.proxmox.config_file import parse
from tests.golden import case_world

STUB = "CALL "


class Difference(NamedTuple):
    """One difference between the recording and the simulator."""

    case: str
    call: str
    field: str
    expected: Any
    got: Any


@dataclass(slots=True)
class Got:
    """What the simulator answered."""

    status: int
    reason: str
    body: dict[str, Any]


@dataclass(slots=True)
class Player:
    """Plays one case and collects the differences."""

    case: Mapping[str, Any]
    pve: SimulatedProxmox
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)
    found: list[Difference] = field(default_factory=list)

    async def play(self) -> list[Difference]:
        """Play all calls, then compare the guests' files."""
        await self._log_in()
        for number, call in enumerate(self.case["calls"], start=1):
            await self._play_call(f"{number} {call['method']} {call['path']}", call)
        for path, text in self.case["files_after"].items():
            folder, _, vmid = path.partition("/")
            kind = case_world.KINDS[folder]
            wanted = parse(text, kind)
            got = self.pve.world.guest(int(vmid)).config
            for part in ("values", "pending", "pending_delete"):
                self._compare("end", f"{path} {part}", getattr(wanted, part), getattr(got, part))
        return self.found

    def _compare(self, call: str, name: str, expected: Any, got: Any) -> None:
        if expected != got:
            self.found.append(Difference(self.case["name"], call, name, expected, got))

    async def _log_in(self) -> None:
        user = self.case.get("user", "root@pam")
        token = self.pve.world.access.tokens.get(user)
        if token:
            self.headers = {"Authorization": f"PVEAPIToken={user}={token.secret}"}
            return
        login = {"username": user, "password": case_world.PASSWORD}
        got = await self._send("POST", "/access/ticket", login)
        self.headers = {
            "Cookie": f"PVEAuthCookie={got.body['data']['ticket']}",
            "CSRFPreventionToken": got.body["data"]["CSRFPreventionToken"],
        }

    async def _send(self, method: str, path: str, params: Mapping[str, Any]) -> Got:
        where = "params" if method in {"GET", "DELETE"} else "data"
        sent: dict[str, Any] = {where: {k: str(v) for k, v in params.items()}}
        url = f"{self.pve.url}/api2/json{path}"
        async with self.session.request(method, url, headers=self.headers, **sent) as answer:
            return Got(answer.status, answer.reason or "", json.loads(await answer.read() or "{}"))

    async def _play_call(self, name: str, call: Mapping[str, Any]) -> None:
        params, expected = dict(call["params"]), call["result"]
        if params.get("digest") == "@current":
            params["digest"] = await self._digest(call["path"])
        before = self._keep() if stubbed(expected) else None
        got = await self._send(call["method"], call["path"], params)
        exits = await self._wait_for_task(call["path"], got)
        if before is not None:
            self._put_back(before)
        self._compare(name, "status", expected["status"], got.status)
        if "message" in expected:
            message = expected["message"].split("\n")[0]
            self._compare(name, "message", message, got.reason)
        self._compare(name, "errors", expected.get("errors"), got.body.get("errors"))
        wanted = [task["exitstatus"] for task in expected.get("tasks", [])]
        if before is None:
            self._compare(name, "task exit", wanted, exits)
        if call["method"] == "GET" and expected["status"] == got.status == 200:
            self._compare(name, "data", comparable(expected["data"]), comparable(got.body["data"]))

    def _keep(self) -> dict[int, tuple[str, str, bool, bool]]:
        guests = self.pve.world.guests.values()
        return {g.vmid: (g.text, g.node, g.running, g.paused) for g in guests}

    def _put_back(self, before: Mapping[int, tuple[str, str, bool, bool]]) -> None:
        for vmid, (text, node, running, paused) in before.items():
            self.pve.world.migrate(vmid, node)
            guest = self.pve.world.guest(vmid)
            guest.text, guest.running, guest.paused = text, running, paused

    async def _digest(self, path: str) -> str:
        guest = "/".join(path.split("/")[:5])
        got = await self._send("GET", f"{guest}/config", {})
        return str(got.body["data"]["digest"])

    async def _wait_for_task(self, path: str, got: Got) -> list[str]:
        upid = got.body.get("data")
        if not (isinstance(upid, str) and upid.startswith("UPID:")):
            return []
        await self.pve.world.tasks.find(upid).done.wait()
        node = path.split("/")[2]
        state = await self._send("GET", f"/nodes/{node}/tasks/{upid}/status", {})
        return [state.body["data"]["exitstatus"]]


def stubbed(expected: Mapping[str, Any]) -> bool:
    """Whether the recording replaced what this call does."""
    return any(call.startswith(STUB) for call in expected.get("host_calls", []))


def comparable(data: Any) -> Any:
    """Return data without digests, lists of options in one order."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if key != "digest"}
    if isinstance(data, list):
        rows = [comparable(row) for row in data if row.get("key") != "digest"]
        return sorted(rows, key=lambda row: str(row.get("key", row.get("name"))))
    return data


async def play_case(case: Mapping[str, Any]) -> list[Difference]:
    """Play one case in a world of its own."""
    world = case_world.build(case)
    async with SimulatedProxmox(world=world) as pve:
        context = ssl.create_default_context(cafile=str(pve.ca_file))
        connector = aiohttp.TCPConnector(ssl=context)
        async with aiohttp.ClientSession(connector=connector) as session:
            return await Player(case, pve, session).play()


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Read a recording."""
    with gzip.open(path) as file:
        cases: list[dict[str, Any]] = json.load(file)["cases"]
    return cases


def main(paths: Sequence[str]) -> int:
    """Play recordings; 1 if any case differs."""
    cases = [case for path in paths for case in read_cases(Path(path))]
    agreeing = 0
    for case in cases:
        found = asyncio.run(play_case(case))
        agreeing += not found
        for difference in found:
            print(" | ".join(str(part) for part in difference))
    print(f"{agreeing} of {len(cases)} cases agree")
    return 0 if agreeing == len(cases) else 1


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit("usage: python -m tests.golden.play CASES.json.gz …")
    sys.exit(main(sys.argv[1:]))
