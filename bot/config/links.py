"""`slack.unfurl_in`: the domains of links that Slack is to tell us of."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.config.problems import Problem
from bot.config.reading import Raw, entries, table, texts

MOST_DOMAINS = 5
"""Slack takes so many in a manifest; each covers the names below it."""

DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*")
"""A name with a dot; a number at the end is an IP address, of which Slack tells nothing."""


def unfurls(raw: Raw) -> bool:
    """Return whether links are shown as cards in any channel."""
    return bool(texts(table(raw, "slack"), "unfurl_in"))


def link_domains(raw: Raw) -> tuple[str, ...]:
    """Return the domains of the clusters' addresses; of more than Slack takes those one level up."""
    if not unfurls(raw):
        return ()
    names = {name for address in _addresses(raw) if DOMAIN.fullmatch(name := _host(address))}
    if len(names) > MOST_DOMAINS:
        names = {up if DOMAIN.fullmatch(up := n.partition(".")[2]) else n for n in names}
    return tuple(sorted(names))


def _addresses(raw: Raw) -> Iterator[str]:
    for _, cluster in entries(raw, "cluster"):
        yield from (*texts(cluster, "hosts"), *texts(cluster, "web"))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def link_problems(raw: Raw) -> Iterator[Problem]:
    """Say where links could not become cards: no domain among the addresses, or too many."""
    key, found = ("slack", "unfurl_in"), len(link_domains(raw))
    if unfurls(raw) and not found and any(_addresses(raw)):
        text = (
            "no cluster has an address with a domain, and Slack tells of no other links:"
            ' write how people open its web UI, as web = ["https://pve.example.org:8006"]'
        )
        yield Problem(key=key, text=text)
    if found > MOST_DOMAINS:
        text = (
            f"the clusters' addresses are in {found} domains, and Slack takes {MOST_DOMAINS}:"
            " name fewer in hosts and web"
        )
        yield Problem(key=key, text=text)
