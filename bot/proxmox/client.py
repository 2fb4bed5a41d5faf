"""One shared client per cluster host."""

from proxmoxer import ProxmoxAPI

TIMEOUT_SECONDS = 40
"""Longer than the 30 s after which Proxmox's own proxy gives up (AnyEvent.pm)."""


def connect(host: str, port: int, user: str, token_name: str, token: str, ca: str) -> ProxmoxAPI:
    """Return a client that authenticates with an API token and trusts the CA file `ca`."""
    return ProxmoxAPI(
        host,
        port=port,
        user=user,
        token_name=token_name,
        token_value=token,
        verify_ssl=ca,
        timeout=TIMEOUT_SECONDS,
    )
