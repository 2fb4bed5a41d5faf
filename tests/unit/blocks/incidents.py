"""An incident in values: one of every notice about it."""

from dataclasses import replace

from bot.model.estate import ClusterPicture
from bot.model.guest import GuestSummary
from bot.model.incident import Attached, Failed, Incident, Severity, Step, Uninvited, close
from bot.model.incident_view import (
    GuestForm,
    GuestNow,
    IncidentAnnounced,
    IncidentCard,
    IncidentChoice,
    IncidentDebts,
    IncidentList,
    Line,
    NewsDue,
)
from bot.model.notice import Notice
from bot.model.request import ChangeRequest
from tests.unit.blocks.asked import ANA, BOB, DB1, T

INCIDENT = Incident(
    id="f" * 32,
    handle="I-7K2M",
    title="checkout is slow",
    severity=Severity.SEV2,
    opened_by=ANA,
    created_at=T,
    channel="C0INC",
    guests=(Attached(ref=DB1, name="db1"),),
    words="the cache is full",
    uninvited=(Uninvited(user_id="U0DAN", why="user_not_found"),),
    failed=(Failed(step=Step.BOOKMARKS, why="missing_scope"),),
    remind_at=T + 1,
)
ENDED = close(replace(INCIDENT, lead=BOB), ANA, "it has its own node now", T + 60_000)
LINES = (
    Line(at=T, by=ANA, what="incident lead", text="U0BOB"),
    Line(at=T, by=BOB, what="note", text="failover by hand"),
    Line(at=T, by=BOB, what="approve", about="R-7K2M", state="approved"),
)


def incident_notices(
    summary: GuestSummary, picture: ClusterPicture, requests: tuple[ChangeRequest, ...]
) -> tuple[Notice, ...]:
    """Return one of every notice about incidents."""
    return (
        IncidentCard(
            incident=INCIDENT,
            guests=(
                GuestNow(guest=INCIDENT.guests[0], now=summary),
                GuestNow(guest=INCIDENT.guests[0], now=None, named=False),
            ),
            nodes=picture.nodes,
            requests=requests,
            newest=LINES,
            held=("pve1",),
            at=T,
        ),
        IncidentCard(incident=ENDED),
        IncidentAnnounced(incident=INCIDENT),
        IncidentAnnounced(incident=ENDED),
        NewsDue(incident=INCIDENT),
        IncidentDebts(incident=replace(ENDED, kept=(requests[0].id,)), requests=requests),
        IncidentDebts(incident=ENDED, requests=()),
        IncidentList(incidents=(INCIDENT, ENDED) * 30),
        IncidentList(incidents=()),
        GuestForm(incident=INCIDENT),
        IncidentChoice(incidents=(INCIDENT,), metadata="C0WEB:1.2"),
    )
