"""Every key, its type, its life and its owner.

All names start with one hash tag, `{headroom}:`, so that a save is one script on Redis Cluster too.
KEEP is how long a request is kept after its end (90 days unless configured), SLACK_IN_LISTS a month
on top for lists that point at requests, AUDIT_KEEP the audit's life (two years unless configured).

    name after the tag      type    life                      owner        holds
    request:ID              hash    KEEP after its end        saving       version, body (JSON)
    handle:R-XXXX           string  as its request            saving       the request's id
    requests:open           zset    lasting; only open ones   saving       id by created_at
    requests:all            zset    lasting; trimmed          saving       id by created_at
    requests:of:TEAM:USER   zset    KEEP + a month, renewed   saving       id by created_at
    requests:on:GUEST       zset    lasting; only open ones   saving       id by created_at
    week:of:TEAM:USER       zset    KEEP + a month, renewed   saving       id by when it no longer counts
    week:on:GUEST           zset    KEEP + a month, renewed   saving       id by when it no longer counts
    glass:of:TEAM:USER      zset    24 hours, renewed         saving       id:revision by when they broke it
    ledger:CLUSTER/PLACE    hash    lasting; one per place    saving       version, body (JSON)
    ledgers:CLUSTER         set     lasting; one per cluster  saving       places
    ends                    hash    lasting; only open ones   saving       request id → body (JSON)
    review:ID               hash    KEEP after its end        saving       version, body (JSON)
    reviews:open            zset    lasting; only open ones   saving       id by when it was opened
    pause:CLUSTER           hash    lasting; `pause:` is all  saving       version, body (JSON)
    incident:ID             hash    KEEP after its end        saving       version, body (JSON)
    incidents               hash    lasting                   saving       version: how many were opened
    incidents:open          zset    lasting; only open ones   saving       id by created_at
    incident:handle:I-XXXX  string  as its incident           saving       the incident's id
    incident:in:CHANNEL     string  lasting; one per channel  saving       the last incident opened there
    incident:notes:ID       hash    as its incident           incidents    CHANNEL/TS → body (JSON)
    requests:from:ID        zset    KEEP + a month, renewed   saving       id by created_at, of an incident
    intake:DELIVERY         hash    15 minutes                intakes      body, request_id, answered
    done:DELIVERY           string  15 minutes                saving       the request it led to
    cards:ID                hash    KEEP + a month, renewed   cards        role/channel → body (JSON)
    due                     zset    lasting; what is to come  due          member by time (ms)
    calls                   list    15 minutes, renewed       due          members to look at now
    lease:NAME              string  as asked, seconds         leases       its owner
    ask:POINTER             string  as asked, seconds         asks         an ask (JSON)
    spent:MS:TEAM:USER      string  so many ms                budgets      how often somebody asked
    known:account:TEAM:USER string  24 hours                  known        what Slack said of a person
    known:group:ID          string  24 hours                  known        who is in a Slack user group
    alerts                  hash    lasting; only what stands alerts       ALERT|THING → body (JSON)
    notifications:HOOK      hash    24 hours, renewed         notifications  id → body (JSON), until told
    homes                   zset    12 hours, renewed         homes        TEAM:USER by when they looked
    home:TEAM:USER          string  12 hours                  homes        the mark of what their Home shows
    gate                    hash    lasting                   saving       version, body (JSON)
    audit                   stream  lasting; `trim_audit`     audit        previous, hash, entry (JSON)
    audit:head              string  lasting                   audit        hash of the last entry
    audit:checked           string  lasting                   audit        the chain's last check (JSON)
    audit:of:ID             list    AUDIT_KEEP, renewed       audit        positions in the stream

A key without an expiry that `lasting` does not know is a defect; the fixture `store` looks for them.
"""

from dataclasses import dataclass

from bot.model.guest import GuestRef
from bot.model.people import Person

_LASTING = frozenset(
    {
        "requests:open",
        "requests:all",
        "ends",
        "reviews:open",
        "incidents",
        "incidents:open",
        "due",
        "alerts",
        "gate",
        "audit",
        "audit:head",
        "audit:checked",
    },
)
_LASTING_FAMILIES = ("requests:on:", "ledger:", "ledgers:", "review:", "pause:", "incident:")
_OPEN_REQUEST_FAMILIES = ("request:", "handle:")


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of keys under one prefix."""

    prefix: str = "headroom"

    def _named(self, name: str) -> str:
        return f"{{{self.prefix}}}:{name}"

    def request(self, request_id: str) -> str:
        """Return where a request's record is."""
        return self._named(f"request:{request_id}")

    def handle(self, handle: str) -> str:
        """Return where a handle points at its request, whatever the case it is typed in."""
        return self._named(f"handle:{handle.upper()}")

    @property
    def open_requests(self) -> str:
        """Return where the open requests are listed."""
        return self._named("requests:open")

    @property
    def all_requests(self) -> str:
        """Return where all requests are listed."""
        return self._named("requests:all")

    def requests_of(self, person: Person) -> str:
        """Return where a person's requests are listed."""
        return self._named(f"requests:of:{person.team_id}:{person.user_id}")

    def requests_on(self, guest: GuestRef) -> str:
        """Return where the open requests on a guest are listed."""
        return self._named(f"requests:on:{guest.key}")

    def week_of(self, person: Person) -> str:
        """Return where a person's requests of the week are listed."""
        return self._named(f"week:of:{person.team_id}:{person.user_id}")

    def week_on(self, guest: GuestRef) -> str:
        """Return where the requests of the week on a guest are listed."""
        return self._named(f"week:on:{guest.key}")

    def glass_of(self, person: Person) -> str:
        """Return where it is listed how often a person broke the glass of late."""
        return self._named(f"glass:of:{person.team_id}:{person.user_id}")

    def ledger(self, cluster: str, place: str) -> str:
        """Return where a place's ledger is."""
        return self._named(f"ledger:{cluster}/{place}")

    def ledgers(self, cluster: str) -> str:
        """Return where the places of a cluster are listed."""
        return self._named(f"ledgers:{cluster}")

    @property
    def ends(self) -> str:
        """Return where the open ends are."""
        return self._named("ends")

    def review(self, request_id: str) -> str:
        """Return where the review of a request is."""
        return self._named(f"review:{request_id}")

    @property
    def open_reviews(self) -> str:
        """Return where the open reviews are listed."""
        return self._named("reviews:open")

    def pause(self, cluster: str) -> str:
        """Return where it stands whether a cluster (empty: everything) is paused."""
        return self._named(f"pause:{cluster}")

    def incident(self, incident_id: str) -> str:
        """Return where an incident's record is."""
        return self._named(f"incident:{incident_id}")

    def incident_handle(self, incident_handle: str) -> str:
        """Return where a handle points at its incident, whatever the case it is typed in."""
        return self._named(f"incident:handle:{incident_handle.upper()}")

    @property
    def incidents(self) -> str:
        """Return where it stands how many incidents were opened."""
        return self._named("incidents")

    @property
    def open_incidents(self) -> str:
        """Return where the open incidents are listed."""
        return self._named("incidents:open")

    def incident_in(self, channel: str) -> str:
        """Return where a channel points at its incident."""
        return self._named(f"incident:in:{channel}")

    def notes(self, incident_id: str) -> str:
        """Return where the notes on an incident's timeline are."""
        return self._named(f"incident:notes:{incident_id}")

    def requests_from(self, incident_id: str) -> str:
        """Return where the requests that came from an incident are listed."""
        return self._named(f"requests:from:{incident_id}")

    def intake(self, delivery: str) -> str:
        """Return where an ask is kept."""
        return self._named(f"intake:{delivery}")

    def done(self, delivery: str) -> str:
        """Return where it stands that a delivery led to a save."""
        return self._named(f"done:{delivery}")

    def cards(self, request_id: str) -> str:
        """Return where a request's cards are."""
        return self._named(f"cards:{request_id}")

    @property
    def due(self) -> str:
        """Return where the due times are."""
        return self._named("due")

    @property
    def calls(self) -> str:
        """Return where workers are called to look at members now."""
        return self._named("calls")

    def lease(self, name: str) -> str:
        """Return where a lease is."""
        return self._named(f"lease:{name}")

    def ask(self, pointer: str) -> str:
        """Return where a kept ask is."""
        return self._named(f"ask:{pointer}")

    def spent(self, length: str, person: Person) -> str:
        """Return where it is counted how often a person asked within so many ms."""
        return self._named(f"spent:{length}:{person.team_id}:{person.user_id}")

    def known_account(self, person: Person) -> str:
        """Return where it stands what Slack last said of a person."""
        return self._named(f"known:account:{person.team_id}:{person.user_id}")

    def known_members(self, usergroup: str) -> str:
        """Return where it stands who Slack last said is in a user group."""
        return self._named(f"known:group:{usergroup}")

    @property
    def alerts(self) -> str:
        """Return where the standing alerts are."""
        return self._named("alerts")

    def notifications(self, hook: str) -> str:
        """Return where a hook's notifications wait to be told."""
        return self._named(f"notifications:{hook}")

    @property
    def homes(self) -> str:
        """Return where it stands who looked at their Home."""
        return self._named("homes")

    def home(self, person: Person) -> str:
        """Return where the mark of what a person's Home shows is."""
        return self._named(f"home:{person.team_id}:{person.user_id}")

    @property
    def gate(self) -> str:
        """Return where it stands whether requests may be claimed."""
        return self._named("gate")

    @property
    def audit(self) -> str:
        """Return where the audit's stream is."""
        return self._named("audit")

    @property
    def audit_head(self) -> str:
        """Return where the hash of the last audit entry is."""
        return self._named("audit:head")

    @property
    def audit_checked(self) -> str:
        """Return where the last check of the audit's chain is."""
        return self._named("audit:checked")

    def audit_of(self, request_id: str) -> str:
        """Return where the positions of a request's audit entries are."""
        return self._named(f"audit:of:{request_id}")

    def lasting(self, key: str, *, request_is_open: bool = False) -> bool:
        """Return whether the key may live without an expiry; a request's own while it is open."""
        name = key.removeprefix(self._named(""))
        if name in _LASTING or name.startswith(_LASTING_FAMILIES):
            return True
        return request_is_open and name.startswith(_OPEN_REQUEST_FAMILIES)
