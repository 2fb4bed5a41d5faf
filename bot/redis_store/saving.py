"""Saves: a request, ledgers and an open end, with audit entry, lists and due times, in one write."""

from dataclasses import dataclass, replace

import structlog

from bot.model.audit import AuditEntry
from bot.model.gate import Gate
from bot.model.incident import Incident
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

log = structlog.get_logger(__name__)

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
        if save.gate:
            self._put_next(write, self._keys.gate, save.gate, "the gate")
        elif save.gate_at is not None:
            write.at_version(self._keys.gate, save.gate_at, "the gate")
        if save.incident:
            self._put_incident(write, save.incident, save.register_at)
        self._put_due(write, save)
        self._mark_delivery(write, save)
        entry = save.audit
        if save.request:
            entry = replace(entry, fields=changed_fields(save.before, save.request))
        await self._chain(write, entry)

    async def note(self, entry: AuditEntry) -> None:
        """Append an audit entry for a refusal."""
        await self._chain(Write(doing=f"noting a refusal ({entry.what})"), entry)

    async def _chain(self, write: Write, entry: AuditEntry) -> None:
        """Write it with its entry, then send the entry to the log as well."""
        write.link = self._link(entry)
        await carry_out(self._connection, write)
        position, own = write.linked
        log.info(
            "audit",
            handle=entry.handle,
            who=entry.actor.user_id,
            what=entry.what,
            accepted=entry.accepted,
            state=entry.state_after,
            position=position,
            hash=own,
        )

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
        self._list_glass(write, request)
        write.do("ZADD", keys.all_requests, request.created_at, request.id)
        if request.origin.incident:
            came = keys.requests_from(request.origin.incident)
            write.do("ZADD", came, request.created_at, request.id)
            write.do("PEXPIRE", came, self._lives.lists_ms)
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

    def _list_glass(self, write: Write, request: ChangeRequest) -> None:
        """List that somebody broke the glass, for a day; saved again it is listed once."""
        if (glass := request.glass) is None:
            return
        key = self._keys.glass_of(glass.by)
        write.do("ZADD", key, glass.at, f"{request.id}:{request.plan_rev}")
        write.do("ZREMRANGEBYSCORE", key, "-inf", glass.at - DAY_MS)
        write.do("PEXPIRE", key, DAY_MS)

    def _put_next(
        self, write: Write, key: str, record: Ledger | Review | Pause | Gate | Incident, name: str
    ) -> None:
        """Store a record at the version after the one it was read at, which must still be there."""
        following = replace(record, version=record.version + 1)
        body = encode(following)
        write.at_version(key, record.version, name)
        write.proof = write.proof or (key, body)
        write.do("HSET", key, "version", following.version, "body", body)

    def _put_ledger(self, write: Write, ledger: Ledger) -> None:
        key = self._keys.ledger(ledger.cluster, ledger.place)
        self._put_next(write, key, ledger, f"the reservations of {ledger.key}")
        write.do("SADD", self._keys.ledgers(ledger.cluster), ledger.place)

    def _put_review(self, write: Write, review: Review) -> None:
        key = self._keys.review(review.request_id)
        self._put_next(write, key, review, f"the review of {review.handle}")
        if review.open:
            write.do("ZADD", self._keys.open_reviews, review.opened_at, review.request_id)
            return
        write.do("ZREM", self._keys.open_reviews, review.request_id)
        write.do("PEXPIRE", key, self._lives.request_ms)

    def _put_pauses(self, write: Write, save: Save) -> None:
        for pause in save.unpaused:
            write.at_version(self._keys.pause(pause.cluster), pause.version, _name(pause))
        for pause in save.pauses:
            self._put_next(write, self._keys.pause(pause.cluster), pause, _name(pause))

    def _put_incident(self, write: Write, incident: Incident, register_at: int) -> None:
        keys, name = self._keys, f"the incident {incident.handle}"
        key, handle = keys.incident(incident.id), keys.incident_handle(incident.handle)
        if incident.version == 0:
            write.at_version(keys.incidents, register_at, "the register of incidents")
            write.do("HSET", keys.incidents, "version", register_at + 1)
            write.not_there(handle, f"the handle {incident.handle}")
            write.do("SET", handle, incident.id)
        self._put_next(write, key, incident, name)
        if incident.open and incident.channel:
            write.do("SET", keys.incident_in(incident.channel), incident.id)
        if incident.open:
            write.do("ZADD", keys.open_incidents, incident.created_at, incident.id)
            for kept in (key, handle, keys.notes(incident.id)):
                write.do("PERSIST", kept)
            return
        write.do("ZREM", keys.open_incidents, incident.id)
        life = self._lives.request_ms
        ended = (key, handle, keys.notes(incident.id), keys.requests_from(incident.id))
        for ending in ended:
            write.do("PEXPIRE", ending, life)

    def _mark_delivery(self, write: Write, save: Save) -> None:
        """Mark the delivery with the request or the incident that it led to: it leads to no other."""
        made = save.request or save.incident
        if not save.intake or made is None:
            return
        done, intake = self._keys.done(save.intake), self._keys.intake(save.intake)
        write.not_there(done, f"the delivery {save.intake}")
        write.do("SET", done, made.id, "PX", INTAKE_MS)
        write.do("HSET", intake, "request_id", made.id, if_there=True)

    def _put_due(self, write: Write, save: Save) -> None:
        for member, at in save.due.items():
            if at is None:
                write.do("ZREM", self._keys.due, member)
            else:
                write.do("ZADD", self._keys.due, at, member)

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
