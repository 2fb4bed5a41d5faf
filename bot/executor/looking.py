"""Looks at tasks: what Proxmox still knows of one, whose it is, and what a failed one wrote."""

from bot.model.errors import HypervisorFault, Refused, TokenRefused
from bot.model.request import ChangeRequest, Progress
from bot.model.task import TaskView
from bot.ports import Hypervisor, RequestStore

LOOK_BACK = 100
"""How many of the newest requests are looked through for tasks that are theirs."""


async def known_task(
    hypervisor: Hypervisor, cluster: str, upid: str
) -> tuple[TaskView | None, str]:
    """Return a task, or why Proxmox does not know it any more: then the guest has to tell."""
    try:
        return await hypervisor.task(cluster, upid), ""
    except TokenRefused:
        raise
    except Refused as fault:
        return None, str(fault)


async def upids_of_others(store: RequestStore, request: ChangeRequest) -> frozenset[str]:
    """Return the tasks that other requests on the same guest left.

    Proxmox tells when a task began to the second, so that the former request's last task may seem
    to have begun since this one's intent.
    """
    return frozenset(
        entry.upid
        for other in await store.recent_requests(LOOK_BACK)
        if other.id != request.id and other.plan.target.ref == request.plan.target.ref
        for entry in other.journal
        if entry.upid
    )


async def log_of(hypervisor: Hypervisor, request: ChangeRequest) -> str:
    """Return the last lines of the failed task's log, for people; empty if it cannot be read."""
    failed = (e for e in reversed(request.journal) if e.progress is Progress.FAILED)
    upid = next((e.upid for e in failed if e.upid), "")
    if not upid:
        return ""
    try:
        task = await hypervisor.task(request.plan.target.ref.cluster, upid)
    except HypervisorFault:
        return ""
    return "\n".join(task.log_tail)


async def own_tasks(
    hypervisor: Hypervisor,
    store: RequestStore,
    request: ChangeRequest,
    nodes: tuple[str, ...],
    since: int,
) -> tuple[TaskView, ...]:
    """Return our tasks on the request's guest since then that no other request's journal names."""
    ref = request.plan.target.ref
    found = [await hypervisor.tasks_of(ref, node, since) for node in nodes]
    others = await upids_of_others(store, request)
    return tuple(task for on_node in found for task in on_node if task.upid not in others)
