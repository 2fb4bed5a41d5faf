"""The configuration as text: small, commented, ids with the names beside them. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from bot.preflight.setup.names import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that the file will say; `pools` and `tags` are what there is on the cluster."""

    mode: str
    command: str
    channel: Named
    people: tuple[Named, ...]
    cluster: str
    hosts: tuple[str, ...]
    ca_file: str = ""
    fingerprint: str = ""
    pools: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    own_name: str = ""


def written(draft: Draft) -> str:
    """Return the file."""
    return "\n".join([*_head(draft), *_cluster(draft), *_people(draft), *_rules(draft)]) + "\n"


def _head(draft: Draft) -> list[str]:
    return [
        "# Written by `headroom init`; every setting is explained in docs/configuration.md.",
        "# Secrets never stand here: they come from the environment.",
        "",
        "[slack]",
        f"mode = {_text(draft.mode)}",
        f"command = {_text(draft.command)}",
        f"approvals_channel = {_text(draft.channel.id)}   # {_comment(draft.channel.label)}",
        "",
    ]


def _cluster(draft: Draft) -> list[str]:
    trust = []
    if draft.ca_file:
        trust = [f"ca_file = {_text(draft.ca_file)}"]
    elif draft.fingerprint:
        trust = [
            f"fingerprint = {_text(draft.fingerprint)}",
            "# The certificate is renewed now and then, and with it the fingerprint: ca_file lasts.",
        ]
    return [
        "[[cluster]]",
        f"name = {_text(draft.cluster)}",
        f"hosts = {_list(draft.hosts)}   # several are tried in turn",
        *trust,
        "",
        "# What may be promised: the defaults, see docs/configuration.md.",
        "[capacity]",
        'memory_reserve = "10%"   # kept for the host itself',
        "memory_promised_max = 1.6   # of memory minus reserve; nothing may make it worse",
        "",
    ]


def _people(draft: Draft) -> list[str]:
    labels = ", ".join(person.label for person in draft.people)
    return [
        "# Who approves. Ids of people (U…) and of Slack user groups (S…).",
        "[[group]]",
        'name = "ops"',
        f"members = {_list(person.id for person in draft.people)}   # {_comment(labels)}",
        "",
        "# Without any [[role]] every member of the workspace may see and ask about every guest.",
        *_example(draft),
        "",
    ]


def _example(draft: Draft) -> list[str]:
    """Return a role as a comment, with a pool or tag that there is."""
    where = f"pools = {_list(draft.pools[:1])}" if draft.pools else 'tags = ["web"]'
    if not draft.pools and draft.tags:
        where = f"tags = {_list(draft.tags[:1])}"
    return [
        f"# Pools here: {_comment(', '.join(draft.pools)) or 'none'}",
        f"# Tags here: {_comment(', '.join(draft.tags)) or 'none'}",
        "# [[role]]",
        '# name = "a team"',
        "# members = []",
        f"# guests = {{ {where} }}",
        '# may = ["view", "request", "power", "snapshot"]',
    ]


def _rules(draft: Draft) -> list[str]:
    own = [
        "[[rule]]",
        'name = "itself"',
        f"when = {{ guests = {_list([draft.own_name])} }}",
        'refuse = "I do not change my own guest: use the web interface."',
        "",
    ]
    return [
        "# The first rule that matches a change decides it; no match: refused.",
        *(own if draft.own_name else ()),
        "[[rule]]",
        'name = "everyday"',
        'when = { operations = ["start", "snapshot"] }',
        "approvals = 0   # nobody has to approve",
        "",
        "[[rule]]",
        'name = "no way back"',
        'when = { operations = ["rollback", "delsnapshot", "stop", "disk"] }',
        "approvals = 1",
        'approvers = ["ops"]',
        'expires = "7d"',
        "",
        "[[rule]]",
        'name = "everything else"',
        "approvals = 1",
        'approvers = ["ops"]',
    ]


def _text(value: str) -> str:
    """Return a basic TOML string: JSON's escapes are among TOML's; DEL is not allowed bare."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _comment(text: str) -> str:
    """Return text that cannot leave its line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
