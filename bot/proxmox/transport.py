"""How bytes leave: one TLS context a cluster, reads on kept connections, writes on fresh ones.

Proxmox closes a connection after 5 s without a call (pve-http-server), so a write on a kept one may
meet a closed door and nobody knows whether it was heard. Every write therefore opens a connection of
its own (`Connection: close`); one more TLS handshake for each change is nothing.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


class NotSent(Exception):
    """The gate was closed: not a byte of the request left."""


class Gate:
    """Asked on an open connection, right before the request's first byte leaves.

    `passed` then tells whether the other side may have heard anything.
    """

    def __init__(self, may_pass: Callable[[], bool]) -> None:
        self._may_pass = may_pass
        self.passed = False

    def enter(self) -> None:
        """Note that bytes leave from now on, or raise NotSent."""
        if not self._may_pass():
            raise NotSent
        self.passed = True


_THREAD = threading.local()


@contextmanager
def gated(gate: Gate) -> Iterator[Gate]:
    """Let every request of this thread pass the gate."""
    _THREAD.gate = gate
    try:
        yield gate
    finally:
        del _THREAD.gate


class _Connection(HTTPSConnection):
    """Connects first (urllib3 does, for HTTPS), then asks the gate, then sends."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        gate: Gate | None = getattr(_THREAD, "gate", None)
        if gate is not None:
            gate.enter()
        super().request(*args, **kwargs)


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Connection


class _Adapter(HTTPAdapter):
    """Connections whose trust is decided by the given context and fingerprint alone."""

    def __init__(self, context: ssl.SSLContext, fingerprint: str, hosts: int, size: int) -> None:
        self._tls = {"ssl_context": context, "assert_fingerprint": fingerprint or None}
        super().__init__(pool_connections=hosts, pool_maxsize=size)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 (requests' signature)
        **kwargs: Any,
    ) -> None:
        super().init_poolmanager(connections, maxsize, block=block, **kwargs, **self._tls)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the pool as it is: requests would put its own trust store beside our context."""


class Adapter(BaseAdapter):
    """Sends reads over kept connections (up to `size` a host), everything else over fresh ones."""

    def __init__(self, context: ssl.SSLContext, fingerprint: str, hosts: int, size: int) -> None:
        super().__init__()
        self._kept = _Adapter(context, fingerprint, hosts, size)
        self._fresh = _Adapter(context, fingerprint, hosts, size)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send one prepared request."""
        if request.method == "GET":
            return self._kept.send(request, *args, **kwargs)
        request.headers["Connection"] = "close"
        return self._fresh.send(request, *args, **kwargs)

    def close(self) -> None:
        """Close all connections."""
        self._kept.close()
        self._fresh.close()


def trust(ca_file: str, fingerprint: str) -> ssl.SSLContext:
    """Return the context: a CA file, the system's trust store, or (pinned) a fingerprint alone.

    With a fingerprint the chain is not looked at: the adapter compares the certificate itself. Python
    3.13 began to refuse certificates without an Authority Key Identifier (VERIFY_X509_STRICT); those
    of a cluster's own CA may lack one, so that flag is off for a CA file.
    """
    context = ssl.create_default_context(cafile=ca_file or None)
    if fingerprint:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca_file:
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
