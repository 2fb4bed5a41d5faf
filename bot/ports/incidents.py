"""Incidents in the store, as the bot sees them."""

from typing import Protocol

from bot.model.incident import Incident, Note
from bot.model.request import ChangeRequest


class IncidentStore(Protocol):
    """Incidents and their notes; saved by `RequestStore.save`. Methods raise `StoreFault`s."""

    async def incident(self, id_or_handle: str) -> Incident | None:
        """Return the incident by id or by handle (`I-7K2M`, any case)."""
        ...

    async def incident_in(self, channel: str) -> Incident | None:
        """Return the incident that a channel belongs to, open or closed."""
        ...

    async def open_incidents(self) -> tuple[Incident, ...]:
        """Return every open incident, oldest first."""
        ...

    async def incidents_register(self) -> int:
        """Return the version that a save of a new incident names: nobody opened one since."""
        ...

    async def requests_from(self, incident_id: str) -> tuple[ChangeRequest, ...]:
        """Return the requests that came from an incident, oldest first."""
        ...

    async def put_note(self, incident_id: str, note: Note) -> None:
        """Put a note on an incident's timeline; the same message twice is once."""
        ...

    async def drop_note(self, incident_id: str, channel: str, ts: str) -> None:
        """Take a note off an incident's timeline."""
        ...

    async def notes(self, incident_id: str) -> tuple[tuple[Note, ...], int]:
        """Return the notes on an incident's timeline, oldest first, and how often they changed."""
        ...
