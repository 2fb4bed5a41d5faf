"""Saves: a request, ledgers and an open end, with audit entry, lists and due times, in one write."""

from dataclasses import dataclass, replace

from bot.model.audit import AuditEntry
from bot.model.ledger import Ledger
from bot.model.pause import Pause
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.model.save import Save
from bot.redis_store.client import Connection
from bot.redis_store.codec import encode
from bot.redis_store.folding import changed_fields
from bot.redis_store.keys import Keys
from bot.redis_store.writing import Link, Write, carry_out

INTAKE_MS = 15 * 60 * 1000
"""How long an ask is kept, and that it led to a save."""

DAY_MS = 24 * 3600 * 1000
SLACK_IN_LISTS_MS = 30 * DAY_MS
WEEK_MS = 7 * DAY_MS
OPEN_AT_MOST_MS = 365 * DAY_MS
"""How much longer than its deadlines a request may be open: one of unknown outcome waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """How long records live, ms: a request after its end, an audit entry after it was written."""

    request_ms: int = 90 * DAY_MS
    audit_ms: int = 730 * DAY_MS

    @property
    def lists_ms(self) -> int:
        """Return how long lists point at requests: longer than the requests, never shorter."""
        return self.request_ms + SLACK_IN_LISTS_MS


class Saving:
    """Writes whole saves; see `bot.ports.RequestStore`."""

    def __init__(self, connection: Connection, keys: Keys, lives: Lives) -> None:
        self._connection = connection
        self._keys = keys
        self._lives = lives

    async def save(self, save: Save) -> None:
        """Write it, whole. VersionConflict, TooLate, StoreUnavailable."""
        write = Write(doing=f"saving {_subject(save)}", deadline=save.deadline)
        if save.request:
            self._put_request(write, save.request, save.expected, save.audit.at)
        for ledger in save.ledgers:
            self._put_ledger(write, ledger)
        self._put_ends(write, save)
        if save.review:
            self._put_review(write, save.review)
        self._put_pauses(write, save)
        for member, at in save.due.items():
            if at is None:
                write.do("ZREM", self._keys.due, member)
            else:
                write.do("ZADD", self._keys.due, at, member)
        if save.intake and save.request:
            done = self._keys.done(save.intake)
            write.not_there(done, f"the delivery {save.intake}")
            write.do("SET", done, save.request.id, "PX", INTAKE_MS)
            intake = self._keys.intake(save.intake)
            write.do("HSET", intake, "request_id", save.request.id, if_there=True)
        entry = save.audit
        if save.request:
            entry = replace(entry, fields=changed_fields(save.before, save.request))
        write.link = self._link(entry)
        await carry_out(self._connection, write)

    async def note(self, entry: AuditEntry) -> None:
        """Append an audit entry for a refusal."""
        write = Write(doing=f"noting a refusal ({entry.what})", link=self._link(entry))
        await carry_out(self._connection, write)

    def _link(self, entry: AuditEntry) -> Link:
        return Link(
            stream=self._keys.audit,
            head=self._keys.audit_head,
            positions=self._keys.audit_of(entry.request_id) if entry.request_id else "",
            life_ms=self._lives.audit_ms,
            payload=encode(entry),
        )

    def _put_request(self, write: Write, request: ChangeRequest, expected: int, now: int) -> None:
        if request.version <= expected:
            raise ValueError(
                f"saving {request.handle}: version {request.version} does not follow {expected}"
            )
        key, body = self._keys.request(request.id), encode(request)
        write.at_version(key, expected, request.handle)
        write.proof = (key, body)
        write.do("HSET", key, "version", request.version, "body", body)
        if expected == 0:
            handle = self._keys.handle(request.handle)
            write.not_there(handle, f"the handle {request.handle}")
            write.do("SET", handle, request.id)
            self._trim_lists(write, request, now)
        self._list_request(write, request)

    def _trim_lists(self, write: Write, request: ChangeRequest, now: int) -> None:
        """Drop from the lists what was made so long ago that its record is gone."""
        for key in (self._keys.all_requests, self._keys.requests_of(request.requester)):
            write.do("ZREMRANGEBYSCORE", key, "-inf", now - self._lives.lists_ms)

    def _list_request(self, write: Write, request: ChangeRequest) -> None:
        keys = self._keys
        mine, on_guest = (
            keys.requests_of(request.requester),
            keys.requests_on(request.plan.target.ref),
        )
        self._list_in_week(write, request)
        write.do("ZADD", keys.all_requests, request.created_at, request.id)
        write.do("ZADD", mine, request.created_at, request.id)
        write.do("PEXPIRE", mine, self._lives.lists_ms)
        write.do("PEXPIRE", keys.cards(request.id), self._lives.lists_ms)
        if request.open:
            write.do("ZADD", keys.open_requests, request.created_at, request.id)
            write.do("ZADD", on_guest, request.created_at, request.id)
            return
        write.do("ZREM", keys.open_requests, request.id)
        write.do("ZREM", on_guest, request.id)
        write.do("PEXPIRE", keys.request(request.id), self._lives.request_ms)
        write.do("PEXPIRE", keys.handle(request.handle), self._lives.request_ms)

    def _list_in_week(self, write: Write, request: ChangeRequest) -> None:
        """List what counts for a week after its end; an open request counts until it has ended."""
        if not any((change.delta or 0) > 0 for change in request.changes):
            return
        last = request.ended_at or max(request.expires_at, request.execute_before) + OPEN_AT_MOST_MS
        of, on = request.requester, request.plan.target.ref
        for key in (self._keys.week_of(of), self._keys.week_on(on)):
            write.do("ZADD", key, last + WEEK_MS, request.id)
            write.do("ZREMRANGEBYSCORE", key, "-inf", request.created_at)
            write.do("PEXPIRE", key, self._lives.lists_ms)

    def _put_ledger(self, write: Write, ledger: Ledger) -> None:
        key = self._keys.ledger(ledger.cluster, ledger.place)
        following = replace(ledger, version=ledger.version + 1)
        body = encode(following)
        write.at_version(key, ledger.version, f"the reservations of {ledger.key}")
        write.proof = write.proof or (key, body)
        write.do("HSET", key, "version", following.version, "body", body)
        write.do("SADD", self._keys.ledgers(ledger.cluster), ledger.place)

    def _put_review(self, write: Write, review: Review) -> None:
        key = self._keys.review(review.request_id)
        following = replace(review, version=review.version + 1)
        body = encode(following)
        write.at_version(key, review.version, f"the review of {review.handle}")
        write.proof = write.proof or (key, body)
        write.do("HSET", key, "version", following.version, "body", body)
        if review.open:
            write.do("ZADD", self._keys.open_reviews, review.opened_at, review.request_id)
            return
        write.do("ZREM", self._keys.open_reviews, review.request_id)
        write.do("PEXPIRE", key, self._lives.request_ms)

    def _put_pauses(self, write: Write, save: Save) -> None:
        for pause in (*save.pauses, *save.unpaused):
            write.at_version(self._keys.pause(pause.cluster), pause.version, _name(pause))
        for pause in save.pauses:
            key = self._keys.pause(pause.cluster)
            following = replace(pause, version=pause.version + 1)
            body = encode(following)
            write.proof = write.proof or (key, body)
            write.do("HSET", key, "version", following.version, "body", body)

    def _put_ends(self, write: Write, save: Save) -> None:
        if save.open_end:
            end = save.open_end
            write.do("HSET", self._keys.ends, end.request_id, encode(end))
        if save.close_open_end:
            write.do("HDEL", self._keys.ends, save.close_open_end)


def _name(pause: Pause) -> str:
    return f"the pause of {pause.cluster or 'everything'}"


def _subject(save: Save) -> str:
    """Return what a save is about, for sentences."""
    if save.request:
        return f"{save.request.handle} ({save.audit.what})"
    return save.audit.handle or save.audit.what
