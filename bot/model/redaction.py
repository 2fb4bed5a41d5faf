"""Secrets taken out of texts: before they are kept, and before they leave.

`[secret]` stands where one was. Found are our own configured secrets, word for word, and what looks
like a secret of Slack's, of Proxmox VE's, a password or a private key. Every pattern is bounded, so
that a hostile text of any length costs linear time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

REMOVED = "[secret]"

SHORTEST = len(REMOVED)
"""Configured secrets below this length are not looked for: they would be found in ordinary words."""

_KEY = (
    r"[-–—]{2,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY ?[-–—]{2,5}"
    r"(?s:.*?)(?:[-–—]{2,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY ?[-–—]{2,5}|\Z)"
)

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    # A private key, also one whose end was cut off; chats turn two hyphens into one long dash.
    ("private key", _KEY, REMOVED),
    # Slack: bot, user, app-level, refresh and rotated tokens; addresses that post without a token.
    ("-", r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]{6,}", REMOVED),
    ("://", r"(?i)(https://hooks\.slack(?:-gov)?\.com/)[^\s|<>]+", rf"\1{REMOVED}"),
    # Proxmox VE: the header, user@realm!id=secret, tickets and the token against forgery.
    ("token", r"(?i)(PVEAPIToken\s?[=:]\s?)[^\s,;'\"]+", rf"\1{REMOVED}"),
    ("!", r"(@[\w.-]{1,64}![\w.-]{1,64}=)[^\s,;'\"]+", rf"\1{REMOVED}"),
    ("pveauth", r"(?i)\b(PVEAuthCookie=)[^\s,;'\"]+", rf"\1{REMOVED}"),
    ("token", r"(?i)\b(CSRFPreventionToken[=:]\s?)[^\s,;'\"]+", rf"\1{REMOVED}"),
    ("pve:", r"\bPVE:[^\s:]{1,64}@[\w.-]{1,64}:[0-9A-F]{8}::[\w+/=]+", REMOVED),
    # Passwords: in addresses (up to the last @ of the host's part), in assignments, in headers.
    ("://", r"(?i)([a-z][a-z0-9+.-]{1,15}://[^\s/:@]{0,200}:)[^\s/]{1,400}@", rf"\1{REMOVED}@"),
    (
        "=",
        r"(?i)\b((?:password|passwd|passphrase|secret|token|api[_-]?key)=)[^\s,;&'\"]+",
        rf"\1{REMOVED}",
    ),
    ("bearer", r"(?i)\b(Bearer\s)[\w.~+/=-]{8,}", rf"\1{REMOVED}"),
)
"""What stands in all that a pattern finds, in small letters; the pattern; what takes its place.

Nearly every text has none of the first: it is then not searched.
"""

_FOUND = tuple((mark, re.compile(pattern), instead) for mark, pattern, instead in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Redaction:
    """Takes secrets out of texts; `known` are our own, looked for word for word."""

    known: frozenset[str] = field(default=frozenset(), repr=False)
    _known: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms = {form for secret in self.known for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        either = "|".join(re.escape(form) for form in longest_first)
        object.__setattr__(self, "_known", re.compile(either) if either else None)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "Redaction":
        """Return the redaction that also looks for these; too short ones are left out."""
        return cls(frozenset(secret for secret in secrets if len(secret) >= SHORTEST))

    def text(self, text: str) -> str:
        """Return the text without secrets; twice is the same as once."""
        if self._known is not None:
            text = self._known.sub(REMOVED, text)
        small = text.lower()
        for mark, pattern, instead in _FOUND:
            if mark in small:
                text = pattern.sub(instead, text)
        return text

    def inside(self, value: Any) -> Any:
        """Return plain data (as JSON holds it) with every text in it redacted, also names of keys."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.inside(key): self.inside(each) for key, each in value.items()}
            case list() | tuple():
                return [self.inside(each) for each in value]
            case bool() | int() | float() | None:
                return value
        return self.text(repr(value))


def _forms(secret: str) -> frozenset[str]:
    """Return how a secret may be written: plain, as Slack escapes it, as an address quotes it."""
    escaped = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return frozenset({secret, escaped, quote(secret, safe="")})
