"""The certificate that a host shows, for people to compare."""

import asyncio
import hashlib
import ssl
from urllib.parse import urlsplit

from bot.model.errors import Unreachable
from bot.proxmox.client import CONNECT_SECONDS, DEFAULT_PORT


def address(text: str) -> str:
    """Return a host as the configuration writes it: `pve1` → `https://pve1:8006`."""
    parts = urlsplit(text.strip() if "//" in text else f"https://{text.strip()}")
    name = parts.hostname or ""
    return f"https://{f'[{name}]' if ':' in name else name}:{parts.port or DEFAULT_PORT}"


async def fingerprint(host: str) -> str:
    """Return the SHA-256 fingerprint of the host's certificate as Proxmox shows it.

    Nothing is trusted for this and nothing is sent. Unreachable if no TLS server answers.
    """
    parts = urlsplit(host)
    where = (parts.hostname or "", parts.port or DEFAULT_PORT)
    try:
        pem = await asyncio.to_thread(ssl.get_server_certificate, where, timeout=CONNECT_SECONDS)
    except OSError as error:
        why = error.strerror or str(error)
        raise Unreachable(f"fetching the certificate of {host}", why.lower()) from error
    plain = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    return ":".join(plain[at : at + 2] for at in range(0, len(plain), 2))
