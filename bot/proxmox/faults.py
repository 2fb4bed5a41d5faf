"""What went wrong with a call, as one of our faults: what did it mean, and did it happen? Pure.

| answer | read | write |
| --- | --- | --- |
| not connected, certificate not trusted | Unreachable | Unreachable |
| connection cut, no answer in time, once sent | Unreachable | OutcomeUnknown |
| 595: the asked host cannot reach the node | Unreachable | Unreachable |
| 596-599, 502-504 of a proxy in between | Unreachable | OutcomeUnknown |
| 401 | TokenRefused | TokenRefused |
| 403 `Permission check failed (PATH, PRIV)` | MissingPrivilege | MissingPrivilege |
| 500 with one of the texts of `_TEXTS` | GuestMissing, GuestLocked, StaleDigest | the same |
| any other error | Refused | Refused |
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from bot.model.errors import (
    GuestLocked,
    GuestMissing,
    HypervisorFault,
    MissingPrivilege,
    OutcomeUnknown,
    Refused,
    StaleDigest,
    TokenRefused,
    Unreachable,
)

NOT_CONNECTED = 595
"""The asked host could not connect to the node the call is for (AnyEvent.pm: proxy_request)."""

_BROKEN_OFF = frozenset({502, 503, 504, 596, 597, 598, 599})
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_PRIVILEGE = re.compile(r"Permission check failed \((?P<path>/[^,]*), *(?P<privilege>[\w.|]+)")

_TEXTS: tuple[tuple[re.Pattern[str], type[Refused]], ...] = (
    (re.compile(r"Configuration file '.*' does not exist"), GuestMissing),
    (re.compile(r"\b(?:VM|CT) is locked\b"), GuestLocked),
    (re.compile(r"can't (?:lock file|a?c?quire lock) .*got timeout"), GuestLocked),
    (re.compile(r"checksum mismatch|detected modified configuration"), StaleDigest),
)


def of_answer(  # what proxmoxer's ResourceException holds
    status: int, message: str, errors: Any, *, doing: str, writes: bool, token_id: str
) -> HypervisorFault:
    """Return the fault that an error answer means; `message` is PVE's reason phrase."""
    detail = readable(message)
    if status == NOT_CONNECTED:
        return Unreachable(doing, f"the node cannot be reached ({detail})")
    if status in _BROKEN_OFF:
        kind = OutcomeUnknown if writes else Unreachable
        return kind(doing, f"no answer from the node ({status} {detail})")
    if status == _UNAUTHORIZED:
        why = f"the token {token_id} was not accepted ({detail}): unknown, expired or disabled"
        return TokenRefused(doing, why, status)
    match = _PRIVILEGE.search(detail)
    if status == _FORBIDDEN and match:
        return MissingPrivilege(doing, detail, status, match["path"], match["privilege"])
    kind_of_refusal = next((kind for text, kind in _TEXTS if text.search(detail)), Refused)
    return kind_of_refusal(doing, detail, status, _per_parameter(errors))


def readable(message: str) -> str:
    """Return the reason phrase as text: HTTP clients read its UTF-8 bytes as Latin-1."""
    try:
        return message.encode("latin-1").decode("utf-8").strip()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return message.strip()


def _per_parameter(errors: Any) -> dict[str, str]:
    if not isinstance(errors, Mapping):
        return {}
    return {str(k): v.strip() for k, v in errors.items() if isinstance(v, str)}


def of_transport(error: Exception, *, doing: str, unknown: bool) -> HypervisorFault:
    """Return the fault for a connection that failed; `unknown`: a write whose bytes had left."""
    return (OutcomeUnknown if unknown else Unreachable)(doing, _in_words(error))


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.Timeout, "no answer in time"),
    (requests.exceptions.SSLError, "no TLS connection"),
    (requests.exceptions.TooManyRedirects, "it redirects elsewhere: is this Proxmox VE?"),
    (requests.exceptions.RequestException, "the connection broke"),
    (OSError, "the connection broke"),
)


def _in_words(error: Exception) -> str:
    """Say why, shortly; the libraries' own texts carry addresses and object names."""
    deeper = next(filter(None, map(_root_in_words, _causes(error))), "")
    of_kind = (words for kind, words in _WORDS if isinstance(error, kind))
    return deeper or next(of_kind, "the answer is not one of Proxmox VE")


def _root_in_words(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({getattr(cause, 'verify_message', cause)})"
    if isinstance(cause, NameResolutionError):
        return "its host name is not known"
    if isinstance(cause, ConnectionError | TimeoutError) and cause.strerror:
        return cause.strerror.lower()
    if isinstance(cause, HTTPError) and "Fingerprint" in str(cause):
        return "its certificate does not have the configured fingerprint"
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk down what an exception of requests wraps: arguments, reasons, contexts."""
    seen: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        here = waiting.pop(0)
        if any(here is known for known in seen):
            continue
        seen.append(here)
        yield here
        inner = (*here.args, getattr(here, "reason", None), here.__cause__, here.__context__)
        waiting += [i for i in inner if isinstance(i, BaseException)]
