"""Slack's markup: what a person types, what Slack sends, what pings somebody."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.simulation.slack.directory import Directory
from bot.simulation.slack.refusal import Json

CONTROL = re.compile(r"<(!channel|!here|!everyone|!subteam\^[^>|]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")
TYPED = re.compile(r"(?P<url>https?://[^\s<>]+)|(?P<sign>[@#])(?P<name>[\w.-]+)")
BROADCASTS = ("here", "channel", "everyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Somebody was notified: `what` is the control sequence, `where` a json-pointer or `text`."""

    what: str
    where: str
    method: str
    channel: str


def encode(text: str) -> str:
    """Encode the three characters that Slack encodes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decode(text: str) -> str:
    """Decode the three characters that Slack encodes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_typed(text: str, directory: Directory) -> str:
    """Rewrite what a person typed as a command with `should_escape` sends it.

    Names become `<@U0BOB|bob>`, `<#C0WEB|web>` (private channels `<#C0PRODDB|>`), user groups
    `<!subteam^S0WEB|@web>`, links `<https://…>`. Names nobody has stay as typed.
    """
    pieces, last = [], 0
    for found in TYPED.finditer(text):
        pieces += [encode(text[last : found.start()]), _escape_one(found, directory)]
        last = found.end()
    return "".join([*pieces, encode(text[last:])])


def links_in(text: str, domains: Iterable[str]) -> list[Json]:
    """List the links in what a person typed that lead into these domains, or below them."""
    found = []
    for url in (match["url"] for match in TYPED.finditer(text) if match["url"]):
        host = urlsplit(url).hostname or ""
        near = (d for d in domains if host == d or host.endswith(f".{d}"))
        found += [{"url": url, "domain": domain} for domain in near]
    return found


def _escape_one(found: re.Match[str], directory: Directory) -> str:
    if found["url"]:
        return f"<{encode(found['url'])}>"
    sign, name = found["sign"], found["name"]
    if sign == "#":
        channel = directory.find_channel(f"#{name}")
        if channel is None or channel.im_with:
            return encode(found[0])
        return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"
    if name in BROADCASTS:
        return f"<!{name}>"
    account = directory.find_account(f"@{name}")
    if account is not None:
        return f"<@{account.id}|{account.name}>"
    group = directory.find_group(f"@{name}")
    return f"<!subteam^{group.id}|@{group.handle}>" if group is not None else encode(found[0])


def pings_in_text(text: str) -> list[str]:
    """Find the control sequences in a text that notify somebody."""
    return [f"<{found}>" for found in CONTROL.findall(text)]


def pings_in_blocks(value: object, where: str = "/blocks") -> Iterator[tuple[str, str]]:
    """Find what notifies somebody in blocks: mrkdwn texts and rich text; with its json-pointer."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from pings_in_blocks(item, f"{where}/{index}")
    elif isinstance(value, dict):
        yield from ((what, where) for what in _pings_of(value))
        for name, item in value.items():
            yield from pings_in_blocks(item, f"{where}/{name}")


def _pings_of(piece: Json) -> list[str]:
    match piece.get("type"):
        case "mrkdwn" | "markdown":
            return pings_in_text(str(piece.get("text", "")))
        case "user" if "user_id" in piece:
            return [f"<@{piece['user_id']}>"]
        case "usergroup" if "usergroup_id" in piece:
            return [f"<!subteam^{piece['usergroup_id']}>"]
        case "broadcast" if "range" in piece:
            return [f"<!{piece['range']}>"]
    return []
