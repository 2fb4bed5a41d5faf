"""Tasks: work that goes on after the answer, known by a UPID."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.simulation.clock import Clock
from bot.simulation.proxmox.errors import ApiError, died, wrong_parameters

FIRST_PID = 0x1000


@dataclass(slots=True)
class Task:
    """A task; times in unix seconds. `exit` is None while it runs."""

    upid: str
    node: str
    pid: int
    pstart: int
    started: float
    type: str
    id: str
    user: str
    log: list[str] = field(default_factory=list)
    exit: str | None = None
    ended: float | None = None
    running: asyncio.Task[None] | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, line: str) -> None:
        """Add a line to the log."""
        self.log.append(line)

    @property
    def owner(self) -> str:
        """The user, without the token's name."""
        return self.user.partition("!")[0]


Work = Callable[[Task], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure waiting for the next task of a type; `after_effect` lets its work be done first."""

    type: str
    text: str
    after_effect: bool = False


@dataclass(slots=True)
class Tasks:
    """All tasks of the cluster, newest last."""

    clock: Clock
    by_upid: dict[str, Task] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    holds: list[tuple[str, asyncio.Event, asyncio.Event]] = field(default_factory=list)
    vanishing: list[tuple[str, bool]] = field(default_factory=list)
    _count: int = 0
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    def __iter__(self) -> Iterator[Task]:
        return iter(list(self.by_upid.values()))

    def fail_next(self, type_: str, text: str, *, after_effect: bool = False) -> None:
        """Let the next task of a type end with this error."""
        self.failures.append(Failure(type_, text, after_effect))

    def hold_next(self, type_: str, until: asyncio.Event) -> asyncio.Event:
        """Let the next task of a type run on, without having done anything, until the event.

        The event that is returned is set when that task has begun.
        """
        begun = asyncio.Event()
        self.holds.append((type_, until, begun))
        return begun

    def vanish_next(self, type_: str, *, after_effect: bool = True) -> None:
        """Let the next task of a type be answered and then be unknown: no state, no log, in no list.

        So it is after a node was installed anew, or its task index was lost.
        """
        self.vanishing.append((type_, after_effect))

    def start(self, *, node: str, type_: str, id_: str, user: str, work: Work) -> str:
        """Start a task and return its UPID; its work begins at the event loop's next turn."""
        self._count += 1
        now = self.clock.now()
        pid, pstart = FIRST_PID + self._count, int(now * 100) & 0xFFFFFFFF
        upid = f"UPID:{node}:{pid:08X}:{pstart:08X}:{int(now):08X}:{type_}:{id_}:{user}:"
        task = Task(upid, node, pid, pstart, now, type_, id_, user)
        vanishes = next((v for v in self.vanishing if v[0] == type_), None)
        if vanishes:
            self.vanishing.remove(vanishes)
            if vanishes[1]:
                self.in_background(self._run(task, work))
            return upid
        self.by_upid[upid] = task
        task.running = asyncio.create_task(self._run(task, work))
        return upid

    async def _run(self, task: Task, work: Work) -> None:
        failure = next((f for f in self.failures if f.type == task.type), None)
        if failure:
            self.failures.remove(failure)
        hold = next((h for h in self.holds if h[0] == task.type), None)
        if hold:
            self.holds.remove(hold)
        try:
            if hold:
                hold[2].set()
                await hold[1].wait()
            if failure is None or failure.after_effect:
                await work(task)
            self._end(task, failure.text if failure else "OK")
        except ApiError as error:
            self._end(task, error.exit_text())
        except asyncio.CancelledError:
            self._end(task, "received interrupt")
        except Exception as error:
            self._end(task, f"the simulator itself is at fault: {error!r}")
            raise

    def _end(self, task: Task, text: str) -> None:
        if task.exit is not None:
            return
        task.exit, task.ended = text, self.clock.now()
        task.done.set()
        task.say("TASK OK" if text == "OK" else f"TASK ERROR: {text}")

    def die_with(self, node: str) -> None:
        """Let the tasks of a node end as they do when it crashes."""
        for task in self:
            if task.node == node and task.exit is None:
                self._end(task, "unable to get last line from task log")
                if task.running:
                    task.running.cancel()

    def find(self, upid: str, node: str | None = None) -> Task:
        """Return a task (of this node); dies for what is no UPID, refuses one not known there."""
        if upid.count(":") != 8 or not upid.startswith("UPID:"):  # noqa: PLR2004 - nine parts
            raise died(f"unable to parse worker upid '{upid}'")
        task = self.by_upid.get(upid)
        if task is None or node not in {None, task.node}:
            raise wrong_parameters({"upid": "no such task"})
        return task

    def in_background(self, doing: Coroutine[Any, Any, None]) -> None:
        """Let a daemon of the cluster do something that is no task itself."""
        task = asyncio.create_task(doing)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def close(self) -> None:
        """End what still runs."""
        going = [*self._background, *(task.running for task in self if task.running)]
        for running in going:
            running.cancel()
        await asyncio.gather(*going, return_exceptions=True)
