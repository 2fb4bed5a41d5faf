"""The store, as the bot sees it."""

from typing import Protocol

from bot.model.alert import Standing
from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.budget import Overspent, Window
from bot.model.chain import ChainCheck
from bot.model.gate import Gate, Mark, Trail
from bot.model.guest import GuestRef
from bot.model.intake import Card, Intake, OpenEnd
from bot.model.intent import Ask
from bot.model.ledger import Ledger
from bot.model.notification import Notification
from bot.model.pause import Pause
from bot.model.people import Account, Members, Person
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.model.save import Save
from bot.ports.due import DueSet
from bot.ports.incidents import IncidentStore


class RequestStore(DueSet, IncidentStore, Protocol):
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

    async def open_requests(
        self, start: int = 0, limit: int | None = None
    ) -> tuple[ChangeRequest, ...]:
        """Return the requests that are not final, oldest first; a part of them where it is asked for."""
        ...

    async def open_count(self) -> int:
        """Return how many requests are not final."""
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

    async def counted(self, person: Person, guest: GuestRef, now: int) -> tuple[ChangeRequest, ...]:
        """Return a person's requests and those on a guest that are open or ended in the last week."""
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

    async def take_in(self, intake: Intake, windows: tuple[Window, ...] = ()) -> Overspent | None:
        """Count an ask in each window, keep it for 15 minutes and call a worker, in one write.

        Returns the first window that is full: then nothing is kept. A delivery that is there already
        changes nothing.
        """
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

    async def put_posted(self, card: Card) -> str:
        """Store a card that was just posted, unless another message is noted in its place already.

        Return the ts of the one that stands.
        """
        ...

    async def open_ends(self) -> tuple[OpenEnd, ...]:
        """Return every open end."""
        ...

    async def open_end(self, request_id: str) -> OpenEnd | None:
        """Return the open end of a request."""
        ...

    async def review(self, request_id: str) -> Review | None:
        """Return the review of a request, open or done; None if nobody was to look at it."""
        ...

    async def open_reviews(self) -> tuple[Review, ...]:
        """Return every open review, oldest first."""
        ...

    async def pauses(self, *clusters: str) -> tuple[Pause, ...]:
        """Return these pauses (empty: that of everything), whether they stand or not."""
        ...

    async def lease(self, name: str, owner: str, seconds: int) -> bool:
        """Take or renew a named lease; False while somebody else holds it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Give a lease back, if it is ours; while the store is away, before the next one is taken."""
        ...

    async def keep_ask(self, pointer: str, ask: Ask, seconds: int) -> None:
        """Keep an ask for a button to point at."""
        ...

    async def kept_ask(self, pointer: str) -> Ask | None:
        """Return a kept ask; None once it has lapsed."""
        ...

    async def spend(self, person: Person, windows: tuple[Window, ...]) -> Overspent | None:
        """Count one ask in each window, or return the first that is full."""
        ...

    async def glass_broken(self, person: Person, since: int) -> int:
        """Return how often this person broke the glass after that moment (ms), a day ago at most."""
        ...

    async def open_of(self, person: Person) -> int:
        """Return how many requests of this person are open."""
        ...

    async def keep_notification(self, told: Notification, most: int) -> bool:
        """Keep what Proxmox notified of until it is told; False if so many of its hook wait."""
        ...

    async def notifications(self, hook: str) -> tuple[Notification, ...]:
        """Return a hook's notifications that are not told yet, oldest first."""
        ...

    async def drop_notifications(self, hook: str, ids: tuple[str, ...]) -> None:
        """Forget those that were told."""
        ...

    async def keep_account(self, account: Account) -> None:
        """Keep what Slack said of a person for 24 hours from when it did."""
        ...

    async def kept_account(self, person: Person) -> Account | None:
        """Return what Slack last said of a person; None if that was more than 24 hours ago."""
        ...

    async def keep_members(self, members: Members) -> None:
        """Keep who Slack said is in a user group for 24 hours from when it did."""
        ...

    async def kept_members(self, usergroup: str) -> Members | None:
        """Return who Slack last said is in a user group; None if that was more than 24 hours ago."""
        ...

    async def standing(self) -> tuple[Standing, ...]:
        """Return every alert that stands."""
        ...

    async def put_standing(self, standing: Standing) -> None:
        """Keep how an alert stands (unique by alert and thing)."""
        ...

    async def drop_standing(self, standing: Standing) -> None:
        """Forget an alert that is over."""
        ...

    async def open_home(self, person: Person, at: int) -> None:
        """Note that somebody opened their App Home at that moment (ms)."""
        ...

    async def home_viewers(self, since: int, limit: int) -> tuple[Person, ...]:
        """Return who opened their App Home since then (ms), the latest first."""
        ...

    async def home_shown(self, person: Person) -> str:
        """Return the mark of what an App Home showed last; empty if that is not known."""
        ...

    async def put_home_shown(self, person: Person, mark: str) -> None:
        """Keep the mark of what an App Home shows now."""
        ...

    async def audit_of(self, request_id: str) -> tuple[ChainedEntry, ...]:
        """Return the entries of one request, oldest first."""
        ...

    async def newest_audit(self, limit: int) -> tuple[ChainedEntry, ...]:
        """Return the newest entries, newest first."""
        ...

    async def broken_link(self) -> str | None:
        """Check the whole chain; return the position of the first entry that does not belong."""
        ...

    async def note_check(self, check: ChainCheck) -> None:
        """Keep what the last check of the chain found."""
        ...

    async def last_check(self) -> ChainCheck | None:
        """Return what the last check of the chain found; None before the first."""
        ...

    async def audit_head(self) -> str:
        """Return the hash of the last entry; empty before the first."""
        ...

    async def trim_audit(self, older_than_ms: int) -> int:
        """Remove audit entries from before that moment, never the last one; return how many."""
        ...

    async def gate(self) -> Gate:
        """Return whether requests may be claimed."""
        ...

    async def trail(self, seen: Mark | None) -> Trail:
        """Return the audit's ends, what stands where `seen` stood, and the gate, at one moment."""
        ...

    async def entry_before(self, position: str) -> Mark | None:
        """Return the last audit entry before a position of its stream."""
        ...

    async def run_id(self) -> str:
        """Return what tells this run of the server from any other; empty if it does not say."""
        ...

    async def unsafe_because(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return (problems for which nothing new is accepted, warnings) of the store's own settings."""
        ...
