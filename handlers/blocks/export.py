"""An incident as files: Markdown for people, JSON for programs."""

import json
from typing import Any

from bot.model.incident import Attached
from bot.model.incident_view import IncidentExport, Line
from bot.model.people import Person
from bot.model.request import ChangeRequest
from handlers.blocks.incident import line_words
from handlers.blocks.kit import clean, unmarked
from handlers.blocks.plan import what
from handlers.blocks.words import ref_word, utc

LONGEST = 3000
"""Letters of a line in the file for people; the other one has them all."""


def exported(export: IncidentExport) -> dict[str, bytes]:
    """Return the files by name; each time that it was closed has its own."""
    incident = export.incident
    stem = f"{incident.handle}-{(incident.closed_at or 0) // 1000}"
    record = json.dumps(_record(export), ensure_ascii=False, indent=2)
    return {f"{stem}.md": _page(export).encode(), f"{stem}.json": record.encode()}


def _page(export: IncidentExport) -> str:
    incident = export.incident
    about = ", ".join(map(_guest, incident.guests)) or "no guest"
    lines = [
        f"# {incident.handle}: {clean(incident.title)}",
        "",
        f"- severity: {incident.severity.value}",
        f"- from {utc(incident.created_at)} to {utc(incident.closed_at or 0)}",
        f"- opened by {_name(incident.opened_by)}, led by {_name(incident.lead)}",
        f"- about: {about}",
        f"- at its end: {clean(incident.summary)}",
        "",
        "## Timeline",
        "",
        *(
            f"- {utc(line.at, seconds=True)} {unmarked(line_words(line, LONGEST))}"
            for line in export.lines
        ),
        "",
        "## Requests",
        "",
        *(f"- {r.handle}: {unmarked(what(r.plan))} ({r.state.value})" for r in export.requests),
    ]
    return "\n".join(lines) + "\n"


def _guest(guest: Attached) -> str:
    """Return a guest by name and number; by its number alone where its name is not for everybody."""
    return f"{clean(guest.name)} ({ref_word(guest.ref)})" if guest.name else ref_word(guest.ref)


def _record(export: IncidentExport) -> dict[str, Any]:
    incident = export.incident
    return {
        "incident": incident.handle,
        "title": incident.title,
        "severity": incident.severity.value,
        "opened_at_ms": incident.created_at,
        "closed_at_ms": incident.closed_at,
        "opened_by": _name(incident.opened_by),
        "closed_by": _name(incident.closed_by),
        "lead": _name(incident.lead),
        "summary": incident.summary,
        "guests": [{"ref": guest.ref.key, "name": guest.name} for guest in incident.guests],
        "timeline": [_line(line) for line in export.lines],
        "requests": [_request(request) for request in export.requests],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "at_ms": line.at,
        "by": _name(line.by),
        "what": line.what,
        "text": line.text,
        "request": line.about,
        "state": line.state,
    }


def _request(request: ChangeRequest) -> dict[str, Any]:
    return {
        "request": request.handle,
        "guest": request.plan.target.ref.key,
        "operation": request.plan.operation,
        "state": request.state.value,
        "by": _name(request.requester),
    }


def _name(person: Person | None) -> str:
    return person.user_id if person else "nobody"
