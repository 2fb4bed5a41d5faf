"""Incidents: reads of their records, and the notes on their timelines."""

from bot.model.incident import Incident, Note
from bot.model.request import ChangeRequest
from bot.redis_store.client import Connection
from bot.redis_store.codec import decode, encode
from bot.redis_store.keys import Keys
from bot.redis_store.reading import Reading
from bot.redis_store.writing import Write, carry_out


class Incidents(Reading):
    """Reads incidents, keeps notes; see `bot.ports.incidents`."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def incident(self, id_or_handle: str) -> Incident | None:
        """Return the incident by id or by handle (`I-7K2M`, any case)."""
        doing, wanted = f"reading incident {id_or_handle}", id_or_handle
        if wanted[:2].upper() == "I-":
            key = self._keys.incident_handle(wanted)
            wanted = str(await self._connection.ask(doing, "GET", key) or "")
        body = await self._connection.ask(doing, "HGET", self._keys.incident(wanted), "body")
        return decode(Incident, body) if body else None

    async def incident_in(self, channel: str) -> Incident | None:
        """Return the incident that a channel belongs to, open or closed; not one that moved on."""
        doing = f"reading the incident of {channel}"
        found = await self._connection.ask(doing, "GET", self._keys.incident_in(channel))
        incident = await self.incident(found) if found else None
        return incident if incident is not None and incident.channel == channel else None

    async def open_incidents(self) -> tuple[Incident, ...]:
        """Return every open incident, oldest first."""
        doing = "reading the open incidents"
        ids = await self._connection.ask(doing, "ZRANGE", self._keys.open_incidents, 0, -1)
        bodies = await self._bodies(doing, [self._keys.incident(i) for i in ids])
        return tuple(decode(Incident, body) for body in bodies)

    async def incidents_register(self) -> int:
        """Return the version that a save of a new incident names: nobody opened one since."""
        doing = "reading the register of incidents"
        return int(await self._connection.ask(doing, "HGET", self._keys.incidents, "version") or 0)

    async def requests_from(self, incident_id: str) -> tuple[ChangeRequest, ...]:
        """Return the requests that came from an incident, oldest first."""
        doing = f"reading the requests from incident {incident_id}"
        return await self._listed(doing, self._keys.requests_from(incident_id))

    async def put_note(self, incident_id: str, note: Note) -> None:
        """Put a note on an incident's timeline; the same message twice is once."""
        write = Write(doing=f"noting on incident {incident_id}", twice_is_once=True)
        write.do("HSET", self._keys.notes(incident_id), _field(note.channel, note.ts), encode(note))
        await self._noted(write, incident_id)

    async def drop_note(self, incident_id: str, channel: str, ts: str) -> None:
        """Take a note off an incident's timeline."""
        doing = f"taking a note off incident {incident_id}"
        write = Write(doing=doing, twice_is_once=True)
        write.do("HDEL", self._keys.notes(incident_id), _field(channel, ts))
        await self._noted(write, incident_id)

    async def _noted(self, write: Write, incident_id: str) -> None:
        """Write it, and count that the notes changed: what is shown of them may be old."""
        write.do("HINCRBY", self._keys.incident(incident_id), "noted", 1, if_there=True)
        await carry_out(self._connection, write)

    async def notes(self, incident_id: str) -> tuple[tuple[Note, ...], int]:
        """Return the notes on an incident's timeline, oldest first, and how often they changed."""
        bodies, changes = await self._connection.ask_all(
            f"reading the notes on incident {incident_id}",
            [
                ("HVALS", self._keys.notes(incident_id)),
                ("HGET", self._keys.incident(incident_id), "noted"),
            ],
        )
        notes = sorted((decode(Note, body) for body in bodies), key=lambda n: (n.at, n.ts))
        return tuple(notes), int(changes or 0)


def _field(channel: str, ts: str) -> str:
    return f"{channel}/{ts}"
