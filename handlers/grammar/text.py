"""Text as Slack delivers it → tokens with their places, so that a reason keeps its own spelling."""

import re
from dataclasses import dataclass

from bot.model.size import DASHES

LONGEST_REASON = 500

_INVISIBLE = "".join(map(chr, (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0xFEFF))) + (
    "".join(map(chr, range(0x2066, 0x206A)))
)
_GONE = re.compile(f"[{_INVISIBLE}\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = str.maketrans(
    dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‘’‚‛′", "'")  # noqa: RUF001 - the quotes that phones put in
    | dict.fromkeys(DASHES, "-")
    | {chr(0xFF0B): "+", chr(0xFF1D): "="}
    | dict.fromkeys(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)), " ")
)
_WRAPPED = re.compile(
    r"<(?P<mark>[@#!]|(?:https?|mailto|tel):)(?P<target>[^<>|\s]*)(?:\|(?P<label>[^<>]*))?>"
)
_TOKEN = re.compile(r"""(?:[^\s"'=]+=)?(?:"[^"]*"|'[^']*')(?!\S)|\S+""")
_QUOTED = re.compile(r"""(?P<key>[^\s"'=]+=)?(?P<quote>["'])(?P<inner>.*)(?P=quote)""", re.DOTALL)
_HANDLE = re.compile(r"R-([0-9A-Z]{2,12})|(?=.*\d)(?:R(?=[0-9A-Z]{4}))?([0-9A-Z]{4,12})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of a command: normalised and without its quotes, with its place in the text."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A command's text: `raw` as people read it, and its tokens, which point into `raw`."""

    raw: str
    tokens: tuple[Token, ...]

    def since(self, index: int) -> str:
        """Return the raw text from the token of that index on; empty if there is none."""
        return self.raw[self.tokens[index].start :].strip() if index < len(self.tokens) else ""


def _unwrapped(match: re.Match[str]) -> str:
    """Return what a person sees of a mention, channel or link that Slack wrapped."""
    mark, target, label = match["mark"], match["target"], match["label"] or ""
    if mark == "@":
        return f"@{label.lstrip('@') or target}"
    if mark == "#":
        return f"#{label.lstrip('#') or target}"
    if mark == "!":
        return label or f"@{target}"
    if mark in {"mailto:", "tel:"}:
        return label or target
    link = mark + target
    return f"{label} ({link})" if label and not link.rstrip("/").endswith(label) else label or link


def tidy(text: str) -> str:
    """Return the text without control characters, bidirectional marks and broken surrogates."""
    return _GONE.sub("", _SURROGATE.sub("\ufffd", text))


def readable(text: str) -> str:
    """Return Slack's text as its author wrote it: unwrapped, unescaped once, nothing invisible."""
    shown = _WRAPPED.sub(_unwrapped, text)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    return tidy(shown)


def _token(match: re.Match[str]) -> Token:
    """Return the token at that match."""
    written, start, end = match.group(), match.start(), match.end()
    quoted = _QUOTED.fullmatch(written)
    if quoted is None:
        return Token(text=written.strip("`") or written, start=start, end=end)
    text = (quoted["key"] or "") + quoted["inner"]
    return Token(text=text, start=start, end=end, quoted=not quoted["key"])


def read_line(text: str) -> Line:
    """Return the command's text, readable, and its tokens."""
    raw = readable(text)
    plain = raw.translate(_PLAIN)
    return Line(raw=raw, tokens=tuple(map(_token, _TOKEN.finditer(plain))))


def open_quote(token: Token) -> bool:
    """Return whether the token begins with a quote that is never closed."""
    return not token.quoted and token.text[:1] in {'"', "'"}


def handle(text: str) -> str:
    """Return the request number in its one spelling (`r7k2m` → `R-7K2M`); empty if it is none.

    Without `R-` it needs a digit, so that a word is not taken for one.
    """
    match = _HANDLE.fullmatch(text.strip(" `*_~,.;:!?()#").upper())
    return f"R-{match[1] or match[2]}" if match else ""


def guest(text: str) -> str:
    """Return a guest's name as typed, without the marks and links that Slack adds."""
    return re.sub(r"^(?:https?://|[@#])", "", text.strip()).rstrip("/,;")
