"""Tasks: status, list, log, and what a UPID tells."""

from dataclasses import dataclass, replace
from typing import Any

from bot.model.task import TaskView
from bot.proxmox.reading.values import mapping, rows, text, whole

_PARTS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Upid:
    """What a UPID tells; `started_at` in s since the epoch. `user` holds the token: `bot@pve!slack`."""

    node: str = ""
    started_at: int = 0
    type: str = ""
    id: str = ""
    user: str = ""


def upid(value: str) -> Upid:
    """Take a UPID apart: `UPID:node:pid:pstart:starttime:type:id:user:`; empty if it is none."""
    parts = value.split(":")
    if len(parts) != _PARTS or parts[0] != "UPID":
        return Upid()
    try:
        started = int(parts[4], 16)
    except ValueError:
        return Upid()
    return Upid(node=parts[1], started_at=started, type=parts[5], id=parts[6], user=parts[7])


def task_status(value: str, answer: Any) -> TaskView:
    """Read `GET /nodes/{node}/tasks/{upid}/status`."""
    status, told = mapping(answer), upid(value)
    running = text(status.get("status")) == "running"
    return TaskView(
        upid=value,
        running=running,
        exit_text="" if running else text(status.get("exitstatus")).strip(),
        started_at=whole(status.get("starttime")) or told.started_at,
        type=text(status.get("type")) or told.type,
        vmid=text(status.get("id")) or told.id,
    )


def task_list(answer: Any, owner: str) -> tuple[TaskView, ...]:
    """Read `GET /nodes/{node}/tasks`: the owner's (`user@realm!token`) own ones, newest first.

    A token with Sys.Audit also sees other people's tasks, and `user` of a row lacks the token's
    name, so that the owner is read from the UPID. A finished row holds the exit text in `status`.
    """
    found = []
    for row in rows(answer):
        value = text(row.get("upid"))
        told = upid(value)
        if told.user != owner:
            continue
        status = text(row.get("status")).strip()
        running = status in {"", "RUNNING", "running"} and row.get("endtime") is None
        found.append(
            TaskView(
                upid=value,
                running=running,
                exit_text="" if running else status,
                started_at=whole(row.get("starttime")) or told.started_at,
                type=text(row.get("type")) or told.type,
                vmid=text(row.get("id")) or told.id,
            )
        )
    return tuple(sorted(found, key=lambda t: t.started_at, reverse=True))


def with_log(task: TaskView, answer: Any, keep: int) -> TaskView:
    """Add the newest `keep` lines of a log; an empty log is one line `no content`."""
    lines = [text(row.get("t")) for row in rows(answer)]
    if lines == ["no content"]:
        lines = []
    return replace(task, log_tail=tuple(lines[-keep:]))
