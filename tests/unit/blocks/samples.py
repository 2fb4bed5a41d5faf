"""The founding host in values: one of every notice, to be rendered, varied and spoiled."""

from dataclasses import replace

from bot.model.alert import Alert, Reading, Standing, Watch
from bot.model.audit import AuditEntry, ChainedEntry
from bot.model.button import Action, Press
from bot.model.estate import ClusterPicture, NodeFacts, StorageFacts, StorageKind
from bot.model.guest import Disk, GuestFacts, GuestSummary, Identity, Snapshot
from bot.model.intake import Closed
from bot.model.notice import (
    AlertNotice,
    CardNotice,
    Declined,
    DenyForm,
    DetailsView,
    GlassForm,
    GlassPrompt,
    Loading,
    Notice,
    NotificationNotice,
    OfferForm,
    OfferNotice,
    Preview,
    RequestForm,
    ResultNotice,
    Told,
    VotePrompt,
    WentBackNotice,
)
from bot.model.notification import Notification, Severity
from bot.model.people import Account
from bot.model.refusal import Reason, refuse
from bot.model.request import BrokenGlass
from bot.model.samples import Evidence, Use
from bot.model.tell import Tell
from bot.model.view import (
    AuditList,
    GuestGlance,
    GuestList,
    GuestView,
    HeadroomView,
    HelpView,
    HomeView,
    NodeGlance,
    NodeRoom,
    NodesView,
    RequestList,
    SnapshotList,
    StatusView,
    WhoAmI,
    WhyView,
)
from tests.unit.blocks.asked import (
    ANA,
    APP1,
    ASK,
    BOB,
    CYR,
    DB1,
    DECISION,
    EVERY_STATE,
    GIB,
    IN_USE,
    NOT_FITTING,
    OFFERED,
    OPEN_END,
    PENDING,
    PLAN,
    PROMISED,
    SUCCEEDED,
    WAITS,
    T,
    gib,
)
from tests.unit.blocks.incidents import incident_notices
from tests.unit.blocks.went_back import GONE_BACK, WENT_BACK

IN_FORCE = Closed(at=T + 60_000, in_force=frozenset({"memory"}))
TAKEN_BACK = Closed(at=T + 60_000, in_force=frozenset(), by=BOB)
FACTS = GuestFacts(
    ref=APP1,
    name="app1",
    node="pve1",
    status="running",
    config={"memory": "4096", "cores": "2", "sockets": "1", "name": "app1"},
    pending={"memory": "8192"},
    digest="d",
    identity=Identity(uuid="u-1"),
    disks=(
        Disk(slot="scsi0", storage="local-lvm", volume="vm-101-disk-0", size_bytes=32 * GIB),
        Disk(slot="scsi1", storage="nas", volume="vm-101-disk-1", size_bytes=8 * GIB),
        Disk(slot="ide2", storage="local", volume="x.iso", size_bytes=GIB, why_not="a CD-ROM"),
    ),
    used_mib=3686,
    uptime_seconds=90_000,
    tags=("web", "prod"),
    pool="prod",
)
CT_FACTS = replace(FACTS, ref=DB1, name="db1", disks=FACTS.disks[:1], pending={})
SUMMARY = GuestSummary(
    ref=DB1,
    name="db1",
    node="pve1",
    status="running",
    memory_mib=4096,
    used_mib=3686,
    cores=2,
)
BARE = GuestSummary(ref=APP1, name="app1", node="pve1", status="unknown", template=True)
NODE = NodeFacts(
    name="pve1",
    online=True,
    memory_mib=15872,
    used_mib=11264,
    cpus=4,
    cpu_fraction=0.31,
    uptime_seconds=864_000,
)
STORAGE = StorageFacts(
    name="local-lvm",
    node="pve1",
    kind=StorageKind.THIN,
    shared=False,
    active=True,
    total_bytes=320 * GIB,
    used_bytes=250 * GIB,
    provisioned_bytes=430 * GIB,
)
PICTURE = ClusterPicture(
    cluster="home", read_at=T, quorate=True, nodes=(NODE,), guests=(SUMMARY,), storages=(STORAGE,)
)
ROOM = NodeRoom(
    cluster="home",
    node=NODE,
    sums=(replace(PROMISED, after=18432, notes={}), replace(IN_USE, after=11264, notes={})),
    guests=7,
    held_mib=2048,
    missing=("Sys.Audit on /nodes/pve1",),
    facts={"reserve": gib(1.6)},
)
HISTORY = (
    ChainedEntry(
        position="1-0",
        previous="p",
        hash="h",
        entry=AuditEntry(
            at=T,
            actor=ANA,
            what="submit",
            request_id="a1b2",
            handle="R-7K2M",
            accepted=True,
            state_after="pending",
        ),
    ),
)
ACCOUNT = Account(person=ANA, name="Ana", timezone="Europe/Paris", refused_because="", read_at=T)
ASKED = Preview(plan=PLAN, decision=DECISION, people=(BOB, CYR))
TOO_MUCH = refuse(
    Reason.DOES_NOT_FIT,
    guest="build-7",
    node="pve1",
    asked=gib(8),
    largest=gib(0.9),
    field="memory",
)
NOTIFICATION = Notification(
    id="n1",
    hook="paris",
    at=T,
    title="backup failed",
    message="no space left",
    severity=Severity.ERROR,
    fields={"type": "vzdump", "hostname": "pve1"},
)
NOTIFICATIONS = (
    NotificationNotice(told=(NOTIFICATION,), guest=WAITS.plan.target.ref),
    NotificationNotice(told=(NOTIFICATION,) * 100),
)
ALERTS = tuple(
    AlertNotice(
        alert=Alert(name="full", watch=watch, channel="C1", over=0.9, clear=0.8),
        standing=Standing(
            id="s1",
            alert="full",
            reading=Reading(
                key="home/pve1", subject="node pve1", node="pve1", share=0.97, guest=guest
            ),
            raised=T,
            ended=ended,
        ),
    )
    for watch in Watch
    for ended in (None, T + 60_000)
    for guest in (None, WAITS.plan.target.ref)
)
USED = Use(typical=3600.0, peak=4000.0, step=1800)
EVIDENCE = (
    Evidence(since=T // 1000, memory=USED, cpu=Use(typical=12.0, peak=40.4, step=1800)),
    Evidence(since=T // 1000, memory=None, cpu=Use(typical=0.0, peak=0.0, step=0)),
    Evidence(since=T // 1000, memory=USED, cpu=None),
)
WHO_AM_I = WhoAmI(account=ACCOUNT, groups=("ops",), roles=("web team",), may=("view",), guests=7)
STATUS = StatusView(lines=(("store", True, "41 ms"),), open_requests=2, version="0.1.0")


GLASS = BrokenGlass(by=CYR, at=T, why="checkout is *down*", told=(BOB,))

NOTICES: tuple[Notice, ...] = (
    *incident_notices(SUMMARY, PICTURE, EVERY_STATE),
    *(CardNotice(request=r, approvers=(BOB, CYR)) for r in EVERY_STATE),
    *(CardNotice(request=r, held=WENT_BACK) for r in EVERY_STATE),
    *(WentBackNotice(went_back=went) for went in GONE_BACK),
    CardNotice(request=OFFERED, approvers=(BOB,)),
    CardNotice(request=NOT_FITTING),
    CardNotice(request=WAITS, open_end=OPEN_END),
    CardNotice(request=WAITS, closed=IN_FORCE),
    CardNotice(request=WAITS, closed=TAKEN_BACK),
    *(ResultNotice(request=r) for r in EVERY_STATE),
    ResultNotice(request=WAITS, closed=IN_FORCE, thread=True),
    ResultNotice(request=WAITS, closed=IN_FORCE, news=True),
    ResultNotice(request=WAITS, closed=TAKEN_BACK, news=True),
    OfferNotice(request=OFFERED),
    OfferNotice(request=PENDING),
    *(Told(what=t, details={"handle": "R-7K2M", "guest": "db1", "until": gib(1)}) for t in Tell),
    *(Declined(refusal=refuse(r, name="db1", guest="db1", handle="R-7K2M")) for r in Reason),
    Declined(refusal=TOO_MUCH, presses=(Press(action=Action.ASK_LESS, pointer="a1b2:2"),)),
    VotePrompt(request=PENDING),
    GlassPrompt(request=PENDING, reason="checkout is down", pointer="2:trigger:1.2.3", left=1),
    GlassForm(request=PENDING),
    *(CardNotice(request=replace(r, glass=GLASS), approvers=(BOB,)) for r in EVERY_STATE[1:]),
    *(ResultNotice(request=replace(r, glass=GLASS)) for r in EVERY_STATE[1:]),
    ASKED,
    Preview(refusal=TOO_MUCH),
    Preview(),
    RequestForm(metadata="m"),
    RequestForm(metadata="m", guest=FACTS, ask=ASK, preview=ASKED),
    RequestForm(metadata="m", guest=CT_FACTS, editing=PENDING),
    DenyForm(request=PENDING),
    OfferForm(request=PENDING),
    Loading(title="R-7K2M", metadata="m"),
    *(
        DetailsView(request=r, may=frozenset(Action), neighbours=(SUMMARY,), history=HISTORY)
        for r in EVERY_STATE
    ),
    *(DetailsView(request=PENDING, may=frozenset(Action), evidence=e) for e in EVIDENCE),
    GuestList(guests=(SUMMARY,), total=41, page=2, pages=3, read_at=T, filter_text="db"),
    GuestView(
        facts=FACTS,
        requests=(PENDING,),
        open_ends=(OPEN_END,),
        last_backup=T // 1000,
        may=frozenset({"request", "power"}),
        read_at=T,
    ),
    GuestGlance(guest=SUMMARY, read_at=T),
    GuestGlance(guest=BARE, read_at=T),
    NodeGlance(room=ROOM, read_at=T),
    NodesView(pictures=(PICTURE,)),
    HeadroomView(rooms=(ROOM,), read_at=T),
    RequestList(which="open", requests=EVERY_STATE),
    WhyView(request=SUCCEEDED, history=HISTORY),
    AuditList(of="web-01", entries=HISTORY * 20, more=True),
    WHO_AM_I,
    *ALERTS,
    *NOTIFICATIONS,
    STATUS,
    HomeView(
        waiting=(WAITS,) * 200,
        mine=EVERY_STATE,
        attention=EVERY_STATE * 3,
        open_ends=(OPEN_END,) * 9,
        rooms=(ROOM,) * 9,
        rights=WHO_AM_I,
        health=STATUS,
    ),
    HelpView(verb="", entries=(("list", "guests"),), examples=("/pve list",), note="note"),
    SnapshotList(
        guest=DB1,
        name="db1",
        snapshots=(Snapshot(name="pre-upgrade", taken_at=T // 1000, description="before 17"),),
    ),
)
"""One of every notice, in every state."""
