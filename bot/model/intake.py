"""Asks as they arrive, cards that show requests, and values that wait for a restart."""

from dataclasses import dataclass

from bot.model.guest import GuestRef
from bot.model.intent import Intent
from bot.model.people import Person
from bot.model.plan import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTo:
    """Where a person is answered: the response URL while it lives, else a private message.

    `view_id` is set for asks that came from a form, `links_in` (a message's ts) for links that are to
    be shown as cards below that message. `public`: the channel may read the answer.
    """

    person: Person
    channel: str = ""
    response_url: str = ""
    view_id: str = ""
    links_in: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One ask, kept before it is acknowledged, under its delivery's id.

    `request_id` is set in the same write that saves the request made from it; `answered` when the
    person was told.
    """

    delivery: str
    actor: Person
    actor_name: str
    intent: Intent
    answer_to: AnswerTo
    at: int
    request_id: str = ""
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message that shows a request; `version` and `plan_rev` are what it last showed.

    `ts` is empty between the decision to post and Slack's answer. `role`: `card` (the one with
    buttons), `copy`, `waits` or `result` (direct messages to the requester). `dead` says why it can no
    longer be edited.
    """

    request_id: str
    role: str
    channel: str
    ts: str = ""
    version: int = 0
    dead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEnd:
    """A value that Proxmox accepted and that waits for the guest's next cold start.

    Followed until it is in force or somebody reverted it; keeps the reservation meanwhile.
    """

    request_id: str
    handle: str
    owner: Person
    guest: GuestRef
    guest_name: str
    changes: tuple[Change, ...]
    since: int
    remind_at: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """How an open end ended, ms by the store's clock: which fields came into force.

    The others were taken back: by whom, if through us; None if that happened in Proxmox itself.
    """

    at: int
    in_force: frozenset[str]
    by: Person | None = None
