"""Names in roles, rules and limits that no cluster knows: most are typing mistakes. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.config import Settings
from bot.model.estate import ClusterPicture
from bot.model.guest import GuestSummary
from bot.policy import GuestFilter, Policy
from bot.policy.values import inside
from bot.preflight.cluster import Look
from bot.preflight.finding import Finding, warning

REGISTER = 'pvesh set /cluster/options --registered-tags "{tags}"   # the whole list'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What all clusters together have."""

    pools: frozenset[str]
    tags: frozenset[str]
    nodes: frozenset[str]
    guests: frozenset[str]


def names(settings: Settings, looks: Iterable[Look]) -> list[Finding]:
    """Warn of every name that is in no cluster; nothing while one of them cannot be seen whole."""
    seen = list(looks)
    pictures = [look.picture for look in seen if look.picture is not None]
    whole = all(look.rights.holds("/vms", "VM.Audit") for look in seen)
    if not whole or len(pictures) < len(seen):
        return []
    known = _known(pictures)
    found = [f for place, named in _filters(settings.policy) for f in _unknown(place, named, known)]
    found += [
        warning("capacity", f"no node is called {name!r}")
        for name in settings.limits.nodes
        if name.rpartition("/")[2] not in known.nodes
    ]
    return found + list(_open_tags(settings.policy, seen))


def _known(pictures: Iterable[ClusterPicture]) -> _Known:
    shown = list(pictures)
    guests = [guest for picture in shown for guest in picture.guests]
    return _Known(
        pools=frozenset(guest.pool for guest in guests if guest.pool),
        tags=frozenset(tag for guest in guests for tag in guest.tags),
        nodes=frozenset(node.name for picture in shown for node in picture.nodes),
        guests=frozenset(call for guest in guests for call in _calls(guest)),
    )


def _calls(guest: GuestSummary) -> tuple[str, ...]:
    return (guest.name, str(guest.ref.vmid), guest.ref.key)


def _filters(policy: Policy) -> Iterator[tuple[str, GuestFilter]]:
    for role in policy.roles:
        yield f"role {role.name!r}", role.guests
    for rule in policy.rules:
        yield f"rule {rule.name!r}", rule.when.guests


def _unknown(place: str, named: GuestFilter, known: _Known) -> Iterator[Finding]:
    for pool in named.pools:
        if not any(inside(there, pool) for there in known.pools):
            yield warning(place, f"no guest is in a pool {pool!r}{_there('pools', known.pools)}")
    for tag in named.tags:
        if tag not in known.tags:
            yield warning(place, f"no guest has the tag {tag!r}{_there('tags', known.tags)}")
    for node in named.nodes:
        if node not in known.nodes:
            yield warning(place, f"no node is called {node!r}{_there('nodes', known.nodes)}")
    for guest in named.guests:
        if guest not in known.guests:
            yield warning(place, f"no guest is called {guest!r}")


def _there(what: str, names_there: Iterable[str]) -> str:
    """Return what there is instead, for the end of a sentence."""
    return f"; {what} there are: {', '.join(sorted(names_there)) or 'none'}"


def _open_tags(policy: Policy, looks: Iterable[Look]) -> Iterator[Finding]:
    """Warn of tags that decide and that anybody with VM.Config.Options may set."""
    used = {tag: place for place, named in _filters(policy) for tag in named.tags}
    for look in looks:
        if look.registered is None:
            continue
        for tag in sorted(used.keys() - look.registered):
            text = (
                f"the tag {tag!r} is not registered on {look.name}: whoever may change a guest's"
                " options sets it, and so decides which rule or role holds; pools are safer"
            )
            whole = ";".join(sorted({*look.registered, tag}))
            yield warning(used[tag], text, REGISTER.format(tags=whole))
