"""Tasks: their lists, state and log."""

from bot.simulation.proxmox.call import Call, Route
from bot.simulation.proxmox.errors import not_permitted
from bot.simulation.proxmox.params.methods import NOTHING, TASK_LIST, TASK_LOG
from bot.simulation.proxmox.picture import Row
from bot.simulation.proxmox.tasks import Task

RECENT_PER_NODE = 25


def owns(who: str, task: Task) -> bool:
    """Whether the task is the caller's: a token's own; a user's and his tokens'."""
    return task.user == who if "!" in who else task.owner == who


def _readable(call: Call) -> Task:
    task = call.world.tasks.find(call.place["upid"], call.node)
    if not owns(call.who, task) and not call.may(f"/nodes/{call.node}", "Sys.Audit"):
        raise not_permitted(f"/nodes/{call.node}", ["Sys.Audit"])
    return task


def task_status(call: Call) -> Row:
    """Answer with a task's state; `exitstatus` only when it has ended."""
    task = _readable(call)
    owner, _, token = task.user.partition("!")
    row: Row = {
        "upid": task.upid,
        "node": task.node,
        "pid": task.pid,
        "pstart": task.pstart,
        "starttime": int(task.started),
        "type": task.type,
        "id": task.id,
        "user": owner,
        "status": "running" if task.exit is None else "stopped",
    }
    if token:
        row["tokenid"] = token
    if task.exit is not None:
        row["exitstatus"] = task.exit
    return row


def task_log(call: Call) -> list[Row]:
    """Answer with lines of a task's log; 50 unless asked for more (0: all)."""
    lines = _readable(call).log or ["no content"]
    start, limit = call.number("start", 0), call.number("limit", 50)
    call.envelope["total"] = len(lines)
    part = lines[start : start + limit] if limit else lines[start:]
    return [{"n": number, "t": line} for number, line in enumerate(part, start=start + 1)]


def stop_task(call: Call) -> None:
    """Interrupt a task; answers before it has ended."""
    task = call.world.tasks.find(call.place["upid"], call.node)
    if not owns(call.who, task):
        call.need(f"/nodes/{call.node}", "Sys.Modify")
    if task.running and task.exit is None:
        task.running.cancel()


def _row(task: Task) -> Row:
    owner, _, token = task.user.partition("!")
    row: Row = {
        "upid": task.upid,
        "node": task.node,
        "pid": task.pid,
        "pstart": task.pstart,
        "starttime": int(task.started),
        "type": task.type,
        "id": task.id,
        "user": owner,
    }
    if token:
        row["tokenid"] = token
    if task.exit is not None and task.ended is not None:
        row |= {"endtime": int(task.ended), "status": task.exit}
    return row


def cluster_tasks(call: Call) -> list[Row]:
    """Answer with the running tasks and the newest ended ones of each node."""
    rows: list[Row] = []
    for node in call.world.nodes.values():
        if not node.online:
            continue
        audits = call.may("/", "Sys.Audit")
        seen = [
            t for t in call.world.tasks if t.node == node.name and (audits or owns(call.who, t))
        ]
        ended = [t for t in seen if t.exit is not None][-RECENT_PER_NODE:]
        running = [t for t in seen if t.exit is None]
        rows += [_row(t) for t in reversed([*ended, *running])]
    return rows


def node_tasks(call: Call) -> list[Row]:
    """Answer with a node's tasks, newest first; ended ones unless asked otherwise."""
    source = call.params.get("source", "archive")
    audits = call.may(f"/nodes/{call.node}", "Sys.Audit")
    found = [
        t
        for t in call.world.tasks
        if t.node == call.node and (audits or owns(call.who, t)) and _matches(call, t)
    ]
    if source == "archive":
        found = [t for t in found if t.exit is not None]
    elif source == "active":
        found = [t for t in found if t.exit is None]
    found.reverse()
    start, limit = call.number("start", 0), call.number("limit", 50)
    call.envelope["total"] = len(found)
    return [{"status": "RUNNING"} | _row(t) for t in found[start : start + limit]]


def _matches(call: Call, task: Task) -> bool:
    params = call.params
    return (
        params.get("vmid") in {None, task.id}
        and params.get("typefilter") in {None, task.type}
        and params.get("userfilter", "") in task.user
        and call.number("since", 0) <= task.started <= call.number("until", 2**40)
        and not (call.flag("errors") and task.exit in {None, "OK"})
    )


ONE = "/nodes/{node}/tasks/{upid}"

ROUTES = (
    Route("GET", "/cluster/tasks", cluster_tasks, NOTHING),
    Route("GET", "/nodes/{node}/tasks", node_tasks, TASK_LIST),
    Route("GET", f"{ONE}/status", task_status, NOTHING),
    Route("GET", f"{ONE}/log", task_log, TASK_LOG),
    Route("DELETE", ONE, stop_task, NOTHING),
)
