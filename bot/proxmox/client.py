"""Sends calls to the hosts of one cluster, blocking; to be used from threads.

Proxmoxer never retries; neither do we for writes. A read goes to the next host when the asked one
cannot be connected or cannot reach the node; the host that answered is asked first from then on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from proxmoxer import ProxmoxAPI, ResourceException

from bot.model.errors import HypervisorFault, TokenRefused, Unreachable
from bot.model.redaction import Redaction
from bot.proxmox.calls import Call
from bot.proxmox.faults import NOT_CONNECTED, of_answer, of_transport
from bot.proxmox.transport import Adapter, Gate, NotSent, gated, trust

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5
ANSWER_SECONDS = 40
"""Longer than the 30 s after which Proxmox's own proxy gives up (AnyEvent.pm)."""
THREADS = 64
DEFAULT_PORT = 8006

Observe = Callable[[str, str, float, str], None]
"""Told after each call: cluster, call (`GET /cluster/resources`), seconds, `ok` or the fault's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """How to reach a cluster: hosts as `https://pve1.example.org:8006`, tried in turn.

    Trust comes from `ca_file` or from `fingerprint` (SHA-256 as Proxmox shows it); with neither, from
    the system's trust store. `redaction` takes secrets out of what Proxmox says in words.
    """

    name: str
    hosts: tuple[str, ...]
    user: str
    token_name: str
    token: str = field(repr=False)
    ca_file: str = ""
    fingerprint: str = ""
    redaction: Redaction = field(default_factory=Redaction)

    @property
    def token_id(self) -> str:
        """Return the token's name, `user@realm!name`; no secret."""
        return f"{self.user}!{self.token_name}"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one attempt went.

    `elsewhere`: another host may do better; `again`: so may this one (a kept connection was closed);
    `hung`: the host took the call and is silent for longer than its own time-out, so the next call goes
    to another.
    """

    answer: Any = None
    fault: HypervisorFault | None = None
    elsewhere: bool = False
    again: bool = False
    hung: bool = False


class ClusterClient:
    """The hosts of one cluster. Raises `HypervisorFault`s; thread-safe."""

    def __init__(self, access: ClusterAccess, now: Callable[[], int], observe: Observe) -> None:
        self.access = access
        self._now = now
        self._observe = observe
        context = trust(access.ca_file, access.fingerprint)
        adapter = Adapter(context, access.fingerprint, len(access.hosts), THREADS)
        self._hosts = tuple(_connect(access, host, adapter) for host in access.hosts)
        self._adapter = adapter
        self._first = 0
        self._barred = False
        self.date = ""
        """The `Date` of the latest answer, as the host wrote it."""
        for host in self._hosts:
            host._store["session"].hooks["response"].append(self._note_date)  # noqa: SLF001 (see _connect)

    def read(self, call: Call) -> Any:
        """Return the answer's data, from the first host that can give it."""
        found = _Outcome(fault=Unreachable(call.doing, "the cluster has no hosts"))
        told: HypervisorFault | None = None
        for index in self._in_turn():
            found = self._attempt(index, call)
            if found.again:
                found = self._attempt(index, call)
            told = told or found.fault
            if not found.elsewhere:
                break
        return self._result(found if not found.elsewhere else _Outcome(fault=told))

    def write(self, call: Call, deadline_ms: int) -> Any:
        """Send a changing call once, to the host that answered last; never at or after the deadline.

        The clock is read again on the open connection, right before the first byte leaves.
        """
        gate = Gate(lambda: self._now() < deadline_ms)
        return self._result(self._attempt(self._first, call, gate))

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def _note_date(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self.date = answer.headers.get("Date", "")

    def _in_turn(self) -> list[int]:
        count, first = len(self._hosts), self._first
        return [(first + offset) % count for offset in range(count)]

    def _result(self, outcome: _Outcome) -> Any:
        if outcome.fault is not None:
            raise outcome.fault
        return outcome.answer

    def _attempt(self, index: int, call: Call, gate: Gate | None = None) -> _Outcome:
        started = self._now()
        outcome = self._send(self._hosts[index], call, gate or Gate(lambda: True))
        if not outcome.elsewhere:
            self._first = (index + outcome.hung) % len(self._hosts)
        word = type(outcome.fault).__name__ if outcome.fault else "ok"
        self._note_token(outcome.fault)
        self._observe(self.access.name, call.name, (self._now() - started) / 1000, word)
        return outcome

    def _note_token(self, fault: HypervisorFault | None) -> None:
        """Raise the alarm once when our token is refused, and say once that it is accepted again."""
        barred = isinstance(fault, TokenRefused)
        if barred and not self._barred:
            log.critical("Proxmox refuses our token; nothing is dropped", fault=str(fault))
        if self._barred and fault is None:
            log.warning("Proxmox accepts our token again", cluster=self.access.name)
        self._barred = barred or (self._barred and fault is not None)

    def _send(self, host: ProxmoxAPI, call: Call, gate: Gate) -> _Outcome:
        """Send, and judge what comes back. The fault is made to be raised outside of `except`.

        So it carries no exception of requests, whose request holds the token.
        """
        resource = host(call.path)
        method = getattr(resource, call.method.lower())
        try:
            with gated(gate):
                answer = method(**call.params)
        except NotSent:
            return _Outcome(fault=Unreachable(call.doing, "too late: nothing was sent"))
        except ResourceException as error:
            return self._refusal(error, call)
        except (OSError, KeyError, TypeError, AttributeError) as error:
            return _broken(error, call, sent=gate.passed)
        if isinstance(answer, Mapping) and isinstance(answer.get("errors"), bytes):
            return _broken(TypeError("no JSON"), call, sent=True)
        return _Outcome(answer=answer)

    def _refusal(self, error: ResourceException, call: Call) -> _Outcome:
        fault = of_answer(
            int(error.status_code),
            self.access.redaction.text(str(error.content)),
            self.access.redaction.inside(error.errors) if error.errors else None,
            doing=call.doing,
            writes=call.changes,
            token_id=self.access.token_id,
        )
        return _Outcome(fault=fault, elsewhere=error.status_code == NOT_CONNECTED)


def _broken(error: Exception, call: Call, *, sent: bool) -> _Outcome:
    """Judge a connection that failed (requests' exceptions are OSErrors), or no answer of Proxmox VE.

    On the latter proxmoxer stumbles with a KeyError, TypeError or AttributeError.
    """
    fault = of_transport(error, doing=call.doing, unknown=sent and call.changes)
    late = sent and isinstance(error, requests.exceptions.ReadTimeout)
    cut = sent and not late and not call.changes and isinstance(error, OSError)
    return _Outcome(fault=fault, elsewhere=not late, again=cut, hung=late)


def _connect(access: ClusterAccess, host: str, adapter: Adapter) -> ProxmoxAPI:
    """Return the one client of a host. The environment's proxies and trust stores do not count."""
    parts = urlsplit(host if "//" in host else f"https://{host}")
    name = parts.hostname or ""
    api = ProxmoxAPI(
        f"[{name}]" if ":" in name else name,
        port=parts.port or DEFAULT_PORT,
        path_prefix=parts.path.strip("/") or None,
        user=access.user,
        token_name=access.token_name,
        token_value=access.token,
        verify_ssl=True,
        timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
    )
    session = api._store["session"]  # noqa: SLF001 (proxmoxer has no other way to its session)
    session.trust_env = False
    session.max_redirects = 0
    session.mount("https://", adapter)
    return api
