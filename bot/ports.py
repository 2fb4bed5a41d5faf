"""What the bot needs from the world, as Protocols; the drivers are built in `wiring` alone."""

from collections.abc import Sequence
from typing import Protocol

from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.estate import ClusterPicture, NodeFacts, Rights, StorageFacts
from bot.model.guest import GuestFacts, GuestRef, Snapshot
from bot.model.intake import AnswerTo, Card, Intake, OpenEnd
from bot.model.intent import Ask
from bot.model.ledger import Ledger
from bot.model.notice import Notice
from bot.model.people import Account, Person, Roster
from bot.model.plan import Step
from bot.model.request import ChangeRequest
from bot.model.save import Save
from bot.model.task import TaskView


class Clock(Protocol):
    """Time, waiting and randomness."""

    def now(self) -> int:
        """Return the present time of this host, ms since the epoch."""
        ...

    async def wait(self, seconds: float) -> None:
        """Wait; returns early on cancellation only."""
        ...

    def token(self, bits: int) -> str:
        """Return that many random bits as lower-case hex."""
        ...


class Hypervisor(Protocol):
    """All Proxmox clusters. Every method raises `HypervisorFault`s (bot/model/errors.py)."""

    def clusters(self) -> tuple[str, ...]:
        """Return the configured clusters' names."""
        ...

    async def picture(self, cluster: str) -> ClusterPicture:
        """Read `cluster/resources` and `cluster/status`: one call each, nothing slow."""
        ...

    async def slow_scan(
        self, guests: Sequence[GuestRef], cluster: str
    ) -> dict[int, tuple[bool, int | None]]:
        """Return vmid → (starts at boot, memory waiting in MiB), as far as it can be read."""
        ...

    async def guest(self, ref: GuestRef, node: str) -> GuestFacts:
        """Read one guest fresh: config in force, pending, status. Snapshots are not in it."""
        ...

    async def snapshots(self, ref: GuestRef, node: str) -> tuple[Snapshot, ...]:
        """Return the guest's snapshots, oldest first."""
        ...

    async def snapshot_memory(self, ref: GuestRef, node: str, name: str) -> int | None:
        """Return the memory (MiB) in a snapshot's config; None if it cannot be seen."""
        ...

    async def last_backup(self, ref: GuestRef, node: str) -> int | None:
        """Return when the newest backup was made (s since the epoch), None if none can be seen."""
        ...

    async def node(self, cluster: str, node: str) -> NodeFacts:
        """Read one node's status."""
        ...

    async def node_clock(self, cluster: str, node: str) -> int:
        """Return a node's own time (s since the epoch), which its tasks are dated by."""
        ...

    async def storages(
        self, cluster: str, node: str, *, provisioned: frozenset[str] = frozenset()
    ) -> tuple[StorageFacts, ...]:
        """Read the storages of a node; for those named, also the sum of all disk sizes on them."""
        ...

    async def rights(self, cluster: str) -> Rights:
        """Return our token's own privileges; an answer at most 60 s old may be reused."""
        ...

    async def change(
        self, ref: GuestRef, node: str, step: Step, digest: str, *, deadline_ms: int
    ) -> str:
        """Make one changing call; return the UPID, or an empty string if it left no task.

        The only method that changes anything, called by the executor alone. Nothing is sent at or
        after `deadline_ms`: then it raises `Unreachable`.
        """
        ...

    async def task(self, cluster: str, upid: str) -> TaskView:
        """Read one task's status, and the tail of its log once it stopped or runs long."""
        ...

    async def tasks_of(self, ref: GuestRef, node: str, since_s: int) -> tuple[TaskView, ...]:
        """Return our own tasks on that vmid since then, newest first, also running ones."""
        ...


class RequestStore(Protocol):
    """Records, ledgers, audit and the due-set. Methods raise `StoreFault`s."""

    async def now(self) -> int:
        """Return the store's clock, ms since the epoch: the one that deadlines go by."""
        ...

    async def save(self, save: Save) -> None:
        """Write it, whole. Raises VersionConflict, TooLate or StoreUnavailable."""
        ...

    async def note(self, entry: AuditEntry) -> None:
        """Append an audit entry for a refusal."""
        ...

    async def request(self, id_or_handle: str) -> ChangeRequest | None:
        """Return the request by id or by handle (`R-7K2M`, any case)."""
        ...

    async def open_requests(self) -> tuple[ChangeRequest, ...]:
        """Return every request that is not final, oldest first."""
        ...

    async def requests_of(self, person: Person, limit: int) -> tuple[ChangeRequest, ...]:
        """Return a person's requests, newest first."""
        ...

    async def recent_requests(self, limit: int) -> tuple[ChangeRequest, ...]:
        """Return all requests, newest first."""
        ...

    async def requests_on(self, guest: GuestRef) -> tuple[ChangeRequest, ...]:
        """Return the open requests on one guest."""
        ...

    async def handle_free(self, handle: str) -> bool:
        """Return whether the handle is not taken."""
        ...

    async def ledger(self, cluster: str, place: str) -> Ledger:
        """Return a place's ledger; version 0 and empty if there is none yet."""
        ...

    async def ledgers(self, cluster: str) -> tuple[Ledger, ...]:
        """Return all ledgers of a cluster."""
        ...

    async def take_in(self, intake: Intake) -> bool:
        """Keep an ask under its delivery's id for 15 minutes; False if it was there already."""
        ...

    async def intake(self, delivery: str) -> Intake | None:
        """Return a kept ask."""
        ...

    async def answered(self, delivery: str) -> None:
        """Note that the person was told, and forget its due time."""
        ...

    async def cards(self, request_id: str) -> tuple[Card, ...]:
        """Return the cards of a request."""
        ...

    async def put_card(self, card: Card) -> None:
        """Store a card (unique by request, role and channel); bumps no version."""
        ...

    async def open_ends(self) -> tuple[OpenEnd, ...]:
        """Return every open end."""
        ...

    async def open_end(self, request_id: str) -> OpenEnd | None:
        """Return the open end of a request."""
        ...

    async def due(self, until: int, limit: int) -> tuple[str, ...]:
        """Return members whose time has come, earliest first."""
        ...

    async def put_due(self, member: str, at: int) -> None:
        """File a due time (ms); an earlier one that is there already stays."""
        ...

    async def postpone(self, member: str, at: int, was_due_before: int) -> bool:
        """Move a member on, if its time has still come at `was_due_before`; False if it moved."""
        ...

    async def due_at(self, member: str) -> int | None:
        """Return when a member is due; None if it is not filed."""
        ...

    async def move_due(self, member: str, seen: int | None, to: int | None) -> bool:
        """File a member anew (None: remove it) if it is due as it was seen; False if it moved.

        What was filed since `seen` was read (before the record was) is never lost.
        """
        ...

    async def drop_due(self, member: str) -> None:
        """Remove a member from the due-set."""
        ...

    async def lease(self, name: str, owner: str, seconds: int) -> bool:
        """Take or renew a named lease; False while somebody else holds it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, if it is ours."""
        ...

    async def keep_ask(self, pointer: str, ask: Ask, seconds: int) -> None:
        """Keep an ask for a button to point at."""
        ...

    async def kept_ask(self, pointer: str) -> Ask | None:
        """Return a kept ask; None once it has lapsed."""
        ...

    async def audit_of(self, request_id: str) -> tuple[ChainedEntry, ...]:
        """Return the entries of one request, oldest first."""
        ...

    async def trim_audit(self, older_than_ms: int) -> int:
        """Remove audit entries from before that moment; return how many."""
        ...

    async def unsafe_because(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return (problems that forbid approvals, warnings) of the store's own settings."""
        ...


class Messenger(Protocol):
    """Slack, outwards. Methods raise `SlackFault`; they never change a request."""

    async def post(
        self,
        channel: str,
        notice: Notice,
        *,
        request_id: str = "",
        role: str = "",
        thread: str = "",
    ) -> str:
        """Post a message (`request_id` and `role` are its metadata), maybe into a thread; return its ts."""
        ...

    async def find(
        self, channel: str, request_id: str, role: str, since_ms: int, *, thread: str = ""
    ) -> tuple[str, ...]:
        """Return the ts of our messages with that metadata, oldest first."""
        ...

    async def update(self, channel: str, ts: str, notice: Notice) -> None:
        """Edit a message in place, whole."""
        ...

    async def answer(self, to: AnswerTo, notice: Notice) -> None:
        """Answer a person privately: response URL, else ephemeral, else a direct message."""
        ...

    async def tell(
        self, person: Person, notice: Notice, *, request_id: str = "", role: str = ""
    ) -> tuple[str, str]:
        """Send a direct message; return its channel and ts."""
        ...

    async def direct_channel(self, person: Person) -> str:
        """Return the channel of the direct messages with a person."""
        ...

    async def show_view(self, view_id: str, notice: Notice) -> bool:
        """Render a form or dialog into an open view; return False if the view is closed."""
        ...


class Directory(Protocol):
    """People and groups, cached for at most 60 s where a decision rests on them."""

    async def account(self, person: Person) -> Account:
        """Return what Slack says of a person; a SlackFault if it cannot be asked."""
        ...

    async def roster(self) -> Roster:
        """Return the members of every configured group."""
        ...


class Wake(Protocol):
    """Ask the engine to look at something now."""

    async def wake(self, member: str) -> None:
        """Run the job for a due-set member (`request:ID`, `card:ID`, `intake:ID`, `end:ID`) now."""
        ...
