"""The verdict on a draft: every sum it touches, the class of the worst, and what would fit."""

from collections.abc import Iterable
from dataclasses import replace

from bot.capacity.finding import Finding, weigh, worst
from bot.capacity.largest import largest_that_fits
from bot.capacity.limits import Limits
from bot.capacity.loss import load_of, loads_of, node_loss
from bot.capacity.memory import memory_in_use, mib, promised_cores, promised_memory
from bot.capacity.promises import Promise, Range
from bot.capacity.standing import Standing, configured_mib, standing, waiting_mib
from bot.capacity.storage import PREFIX, storage_use
from bot.model.ledger import Ledger
from bot.model.operation import Facts
from bot.model.plan import Claim, Draft
from bot.model.refusal import Detail
from bot.model.unit import Unit
from bot.model.verdict import Sum, Verdict, VerdictClass


def judge(
    draft: Draft, facts: Facts, ledgers: tuple[Ledger, ...], limits: Limits, *, but: str = ""
) -> Verdict:
    """Return admission's answer to a draft.

    `ledgers` are those of the guest's cluster, `but` is the request whose own reservation is not
    counted. A plan that claims nothing fits.
    """
    place = standing(facts, ledgers, limits, but)
    claims = (*draft.claims, *_start_of_counted(draft, place))
    findings = [*findings_of(claims, place), *losses(claims, place)]
    if starts(draft) and not any(c.resource == "memory" for c in claims):
        findings.append(_unknown_start(place))
    verdict = worst([f.verdict for f in findings])
    largest, field = None, ""
    if verdict is VerdictClass.DOES_NOT_FIT:
        failing = [f.resource for f in findings if f.verdict is VerdictClass.DOES_NOT_FIT]
        largest, field = largest_that_fits(draft, failing, lambda claims: _fits(claims, place))
    return Verdict(
        verdict=verdict,
        sums=tuple(f.sum for f in findings),
        missing=tuple(dict.fromkeys(m for f in findings for m in f.missing)),
        largest=largest,
        largest_field=field,
        facts=_facts(place),
    )


def starts(draft: Draft) -> bool:
    """Return whether the plan starts a guest that is down."""
    return any("start" in change.words for change in draft.changes)


def _start_of_counted(draft: Draft, place: Standing) -> tuple[Claim, ...]:
    """Return the claim of a start that promises nothing new (it starts at boot) and yet uses memory."""
    memory = configured_mib(place.facts.guest)
    if not starts(draft) or memory is None or any(c.resource == "memory" for c in draft.claims):
        return ()
    memory = max(memory, waiting_mib(place.facts.guest) or 0)
    here, ref = f"node/{place.facts.node.name}", place.facts.guest.ref
    return (Claim(place=here, resource="memory", guest=ref, before=0, after=memory),)


def _unknown_start(place: Standing) -> Finding:
    """Return the finding for the start of a guest whose memory cannot be read."""
    unknown = Sum(name="promised memory", unit=Unit.MIB, before=None, after=None, room=None)
    missing = (f"VM.Audit on /vms/{place.facts.guest.ref.vmid}",)
    return weigh(unknown, Range(low=0, high=None), "memory", missing=missing, bounded=False)


def _fits(claims: tuple[Claim, ...], place: Standing) -> bool:
    return all(f.verdict is not VerdictClass.DOES_NOT_FIT for f in findings_of(claims, place))


def findings_of(claims: tuple[Claim, ...], place: Standing) -> list[Finding]:
    """Return a finding for every sum with a hard threshold that the claims touch."""
    found: list[Finding] = []
    for claim in claims:
        if claim.resource == "memory":
            found += [promised_memory(claim, place), memory_in_use(claim, place)]
        elif claim.resource == "cores":
            found.append(promised_cores(claim, place))
    storages = dict.fromkeys(c.resource for c in claims if c.resource.startswith(PREFIX))
    for resource in storages:
        found.append(storage_use(_on(claims, resource), place))
    return found


def _on(claims: Iterable[Claim], resource: str) -> tuple[Claim, ...]:
    return tuple(c for c in claims if c.resource == resource)


def losses(claims: tuple[Claim, ...], place: Standing) -> list[Finding]:
    """Return what a growth of memory does to the loss of a node, if the cluster is to survive it."""
    picture, limits, node = place.facts.picture, place.limits, place.facts.node
    growing = [c for c in claims if c.resource == "memory" and c.growth > 0]
    if not growing or not limits.survive_node_loss or len(picture.nodes) < 2:  # noqa: PLR2004 (pair)
        return []
    before = loads_of(picture, _with(place, place.before("memory")), limits)
    here = _with(place, place.after(growing[0]))[node.name]
    after = before | {node.name: load_of(place.cluster, node, here, limits)}
    found = node_loss(before, after)
    return [found] if found else []


def _with(place: Standing, memory: float | None) -> dict[str, list[Promise]]:
    """Return all promises with the guest's own at that memory (MiB; None is unknown)."""
    guest, node = place.facts.guest, place.facts.node.name
    whole = None if memory is None else int(memory)
    own = place.own or Promise(guest=guest.ref, node=node, memory=0, cores=0)
    mine = replace(own, memory=whole, sure=True, ha=guest.ha_state not in {"", "ignored"})
    return place.others | {node: [*place.neighbours, mine]}


def _facts(place: Standing) -> dict[str, Detail]:
    node = place.facts.node
    facts: dict[str, Detail] = {"node": node.name}
    reserve = place.limits.reserve_mib(place.cluster, node)
    if node.memory_mib is not None and reserve is not None:
        facts |= {"total": mib(node.memory_mib), "reserve": mib(reserve)}
    return facts
