"""Mistakes between sections: names that nobody has, names twice, rules that say two things."""

import re
from collections.abc import Iterator, Mapping

from bot.config.links import link_problems
from bot.config.problems import Key, Problem, listed, suggestion
from bot.config.reading import Raw, entries, names, table, texts
from bot.config.secret import cluster_variable
from bot.config.shape import CapacityShape
from bot.config.shapes import UP_TO
from bot.model.policy import LEAD, is_lead

PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]{2,}")
APPROVING = frozenset({"approvers", "approvals", "then"})
"""Where a rule may name the lead of an incident."""


def _twice(raw: Raw) -> Iterator[Problem]:
    for array in ("cluster", "group", "role", "rule", "alert", "hook"):
        seen: set[str] = set()
        for index, entry in entries(raw, array):
            name = entry.get("name")
            if not isinstance(name, str):
                continue
            same = cluster_variable(name) if array == "cluster" else name
            if same in seen:
                yield Problem(
                    key=(array, index, "name"), text=f"{name!r} is there twice: choose another name"
                )
            seen.add(same)


def _members(raw: Raw) -> Iterator[Problem]:
    groups = set(names(raw, "group"))
    for array in ("group", "role"):
        for index, entry in entries(raw, array):
            for member in texts(entry, "members"):
                if PERSON_OR_GROUP.fullmatch(member) or (array == "role" and member in groups):
                    continue
                allowed = "a person's id (U…) or a Slack user group's (S…)"
                if array == "role":
                    allowed += f", or a group's name ({listed(groups)})"
                yield Problem(
                    key=(array, index, "members"), text=f"{member!r} is nobody: write {allowed}"
                )


def _usergroups(raw: Raw) -> Iterator[Problem]:
    """Nobody can be found in a Slack user group that may not be asked for."""
    if table(raw, "features").get("groups") is not False:
        return
    for array in ("group", "role"):
        for index, entry in entries(raw, array):
            for member in texts(entry, "members"):
                if PERSON_OR_GROUP.fullmatch(member) and member.startswith("S"):
                    text = (
                        f"{member!r} is a Slack user group, and features.groups is off:"
                        " name people (U…), or switch it on"
                    )
                    yield Problem(key=(array, index, "members"), text=text)


def _reserved(raw: Raw) -> Iterator[Problem]:
    """No group is called like the lead of an incident."""
    for index, group in entries(raw, "group"):
        if isinstance(name := group.get("name"), str) and is_lead(name):
            text = f"{name!r} is for who leads an incident: choose another name"
            yield Problem(key=("group", index, "name"), text=text)


def _groups_named(rule: Raw) -> Iterator[tuple[Key, str]]:
    for name in texts(table(rule, "when"), "requesters"):
        yield ("when", "requesters"), name
    for name in texts(rule, "approvers"):
        yield ("approvers",), name
    for name in texts(rule, "vetoers"):
        yield ("vetoers",), name
    if isinstance(review := rule.get("review"), str) and review:
        yield ("review",), review
    for name in _asked_later(rule):
        yield ("then",), name
    approvals = rule.get("approvals")
    for name in approvals if isinstance(approvals, Mapping) else ():
        yield ("approvals",), str(name)


def _groups(raw: Raw) -> Iterator[Problem]:
    groups = set(names(raw, "group"))
    for name in texts(table(raw, "incidents"), "break_glass"):
        if name not in groups:
            key: Key = ("incidents", "break_glass")
            yield Problem(key=key, text=f"no group {name!r}; {suggestion(name, groups)}")
    for index, rule in entries(raw, "rule"):
        for key, name in _groups_named(rule):
            if name == LEAD:
                if key[0] not in APPROVING:
                    text = "lead only approves: name a group"
                    yield Problem(key=("rule", index, *key), text=text)
                elif "incident" not in table(rule, "when"):
                    text = "lead is who leads an incident: write when = { incident = true }, too"
                    yield Problem(key=("rule", index, *key), text=text)
            elif name not in groups:
                yield Problem(
                    key=("rule", index, *key), text=f"no group {name!r}; {suggestion(name, groups)}"
                )


def _invited(raw: Raw) -> Iterator[Problem]:
    groups = set(names(raw, "group"))
    for name in texts(table(raw, "incidents"), "invite"):
        if name not in groups:
            text = f"no group {name!r}; {suggestion(name, groups)}"
            yield Problem(key=("incidents", "invite"), text=text)


def _outcome(rule: Raw) -> str:
    """Return what is wrong with a rule's outcome; empty if it has exactly one."""
    approvals, approvers = rule.get("approvals"), texts(rule, "approvers")
    if rule.get("refuse") and (approvals is not None or approvers):
        return "it refuses and asks for approvals: keep one of refuse and approvals"
    if not rule.get("refuse") and approvals is None:
        return "it decides nothing: write approvals = 1 with approvers, approvals = 0, or refuse"
    if isinstance(approvals, Mapping) and approvers:
        return "approvals names the groups already: remove approvers"
    if isinstance(approvals, int) and approvals > 0 and not approvers:
        return 'approvals without approvers: name groups, as approvers = ["ops"]'
    if approvals == 0 and approvers:
        return "approvals = 0 asks nobody: remove approvers, or raise approvals"
    return ""


def _asked_later(rule: Raw) -> list[str]:
    """Return the groups that `then` of a rule names."""
    then = rule.get("then")
    tiers = [tier for tier in then if isinstance(tier, Mapping)] if isinstance(then, list) else []
    return [name for tier in tiers for name in texts(tier, "ask")]


def _afterwards(rule: Raw) -> Iterator[tuple[str, str]]:
    """Return what is wrong with waiting, reviewing and asking later: key and sentence."""
    alone = rule.get("approvals") == 0
    wait, vetoers = rule.get("wait"), texts(rule, "vetoers")
    if wait and not alone:
        yield "wait", "is for rules with approvals = 0: who may approve may also stop it"
    if wait and not vetoers:
        yield "wait", 'waits for nobody: name who may stop it, as vetoers = ["ops"]'
    if vetoers and not wait:
        yield "vetoers", 'have no time to stop it: write how long it waits, as wait = "4h"'
    if rule.get("review") and not alone:
        yield "review", "is for rules with approvals = 0: others have been looked at already"
    if rule.get("then") and not texts(rule, "approvers"):
        yield "then", 'needs approvers, who are asked at first, as approvers = ["oncall"]'
    elif rule.get("then") and not set(texts(rule, "approvers")) - set(_asked_later(rule)):
        yield "then", "names every approver: leave somebody in approvers who is asked at first"


def _rules(raw: Raw) -> Iterator[Problem]:
    for index, rule in entries(raw, "rule"):
        if wrong := _outcome(rule):
            yield Problem(key=("rule", index), text=wrong)
        for name, text in _afterwards(rule):
            yield Problem(key=("rule", index, name), text=text)


WHOSE = 'on whose clock? write timezone = "Europe/Paris" in [requests]'


def _clocks(raw: Raw) -> Iterator[Problem]:
    """Hours are on somebody's clock, and nobody guesses whose."""
    requests = table(raw, "requests")
    if "timezone" in requests:
        return
    if requests.get("quiet"):
        yield Problem(key=("requests", "quiet"), text=WHOSE)
    for index, rule in entries(raw, "rule"):
        if table(rule, "when").get("hours"):
            yield Problem(
                key=("rule", index, "when", "hours"),
                text=WHOSE,
            )


def _words(raw: Raw, words: frozenset[str]) -> Iterator[Problem]:
    for index, rule in entries(raw, "rule"):
        when = table(rule, "when")
        named = [("operations", w) for w in texts(when, "operations")]
        named += [(k, k.removesuffix(UP_TO)) for k in when if k.endswith(UP_TO)]
        for key, word in named:
            if word not in words and key != "loan_up_to":
                yield Problem(
                    key=("rule", index, "when", key),
                    text=f"no operation is called {word!r}; {suggestion(word, words)}",
                )


def _budgets(raw: Raw) -> Iterator[Problem]:
    """A sum for each incident is a sum over what comes from one."""
    for index, rule in entries(raw, "rule"):
        when = table(rule, "when")
        if when.get("per_incident") and "incident" not in when:
            yield Problem(
                key=("rule", index, "when", "per_incident"),
                text="of which incidents? write incident = true beside it, or severities",
            )


def _capacity(raw: Raw) -> Iterator[Problem]:
    given = table(raw, "capacity")
    for key, field in CapacityShape.model_fields.items():
        highest = key.removesuffix("_warn") + "_max"
        if not key.endswith("_warn"):
            continue
        warn = given.get(key, field.default)
        hard = given.get(highest, CapacityShape.model_fields[highest].default)
        if _number(warn) and _number(hard) and warn > hard:
            place = key if key in given else highest
            yield Problem(
                key=("capacity", place), text=f"{key} ({warn}) must not pass {highest} ({hard})"
            )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _clusters(raw: Raw) -> Iterator[Problem]:
    clusters = set(names(raw, "cluster"))
    for index, cluster in entries(raw, "cluster"):
        if cluster.get("ca_file") and cluster.get("fingerprint"):
            yield Problem(key=("cluster", index), text="keep one of ca_file and fingerprint")
    filters: list[tuple[Key, list[str]]] = [
        ((array, index, key, "clusters"), texts(table(entry, key), "clusters"))
        for array, key in (("role", "guests"), ("rule", "when"))
        for index, entry in entries(raw, array)
    ]
    nodes = table(table(raw, "capacity"), "node")
    filters += [
        (("alert", index, "clusters"), texts(entry, "clusters"))
        for index, entry in entries(raw, "alert")
    ]
    filters += [(("capacity", "node", n), [n.partition("/")[0]]) for n in nodes if "/" in n]
    for key, named in filters:
        for name in named:
            if name not in clusters:
                yield Problem(key=key, text=f"no cluster {name!r}; {suggestion(name, clusters)}")


def cross_checks(raw: Raw, words: frozenset[str] | None) -> list[Problem]:
    """Return every mistake between sections; `words` are the rule words there are (None: any)."""
    found = [
        *_twice(raw),
        *_members(raw),
        *_usergroups(raw),
        *_reserved(raw),
        *_groups(raw),
        *_invited(raw),
        *_rules(raw),
        *_clocks(raw),
        *_budgets(raw),
        *_capacity(raw),
        *link_problems(raw),
    ]
    return [*found, *_clusters(raw), *(_words(raw, words) if words is not None else ())]
