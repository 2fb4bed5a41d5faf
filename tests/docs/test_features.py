"""What the pages say of features is what the code drops: scopes, privileges, verbs, events."""

import re

from bot.model.feature import EVERYTHING, Feature, Features
from bot.model.operation import offered
from bot.operations import OPERATIONS
from bot.proxmox.privileges import PRIVILEGES
from handlers.grammar.page import all_verbs
from handlers.manifest import EVENTS, SCOPES
from tests.docs.test_pages import rows


def coded(text: str) -> set[str]:
    """Return what stands in code spans."""
    return set(re.findall(r"`([^`]+)`", text))


def features_of(page: dict[str, str]) -> dict[str, str]:
    """Return name → feature of a table whose last column it is."""
    last = {first: coded(rest.rpartition("|")[2]) for first, rest in page.items()}
    return {name: next(iter(last[cell]), "") for cell in last for name in cell.split("`, `")}


def test_each_scope_has_the_feature_that_drops_it() -> None:
    """As in the manifest."""
    told = features_of(rows("security.md", "Slack scopes"))
    assert {s.name: s.feature or "" for s in SCOPES}.items() <= told.items()


def test_each_privilege_has_the_feature_that_drops_it() -> None:
    """As in the role."""
    told = features_of(rows("security.md", "Proxmox privileges"))
    assert {p.name: p.feature or "" for p in PRIVILEGES}.items() <= told.items()


def test_the_paths_of_the_privileges_are_those_of_the_code() -> None:
    """`/` only where Proxmox wants it."""
    table = rows("security.md", "Proxmox privileges")
    for name in {p.name for p in PRIVILEGES}:
        told = {"/" + path.strip("/…") for path in coded(table[name].partition("|")[0])}
        assert {p.path for p in PRIVILEGES if p.name == name} == told


def test_each_feature_says_what_it_drops() -> None:
    """Verbs, scopes or events, and privileges: those of the code, no more and no less."""
    table = rows("configuration.md", "The file")
    everything = {verb.name for verb in all_verbs(OPERATIONS)}
    for feature in Feature:
        less = Features(off=frozenset({feature}))
        _, verbs, slack, proxmox = table[f"features.{feature.value}"].split(" | ")
        left = {verb.name for verb in all_verbs(OPERATIONS, less)}
        scopes = {s.name for s in SCOPES if s.feature is feature}
        events = {event for event, owner in EVENTS.items() if owner is feature}
        assert everything - left == coded(verbs) & (everything - {"request"})
        assert scopes | events == coded(slack)
        assert {p.name for p in PRIVILEGES if p.feature is feature} == coded(proxmox)


def test_the_fields_of_a_feature_are_named() -> None:
    """Memory, cores and the rest by the words that people type."""
    table = rows("configuration.md", "The file")
    fields = {f.name: f.feature for o in offered(OPERATIONS, EVERYTHING).values() for f in o.fields}
    for name in ("memory", "swap", "balloon", "cores", "vcpus", "cpulimit", "disk"):
        assert name in table[f"features.{fields[name]}"]
