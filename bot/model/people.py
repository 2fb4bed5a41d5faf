"""People as Slack knows them, and what they are members of."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Person:
    """One person, unique by workspace and user id; never by name."""

    team_id: str
    user_id: str

    @property
    def on_host(self) -> str:
        """Return the system user who typed a command on the host; empty for everybody else."""
        return "" if self.team_id else self.user_id.partition(_HOST)[2]


_HOST = "host:"


def host_person(user: str) -> Person:
    """Return who acts from the host: a system user, whom Slack does not know."""
    return Person(team_id="", user_id=f"{_HOST}{user}")


SYSTEM = Person(team_id="", user_id="headroom")
"""The actor of what no person asked for: sweeps, rules that need nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the directory says of a person, and when it said so.

    `refused_because` is empty for a full, active member of our own workspace; otherwise it says
    what keeps the person out: `deactivated`, `a bot`, `a guest of the workspace`,
    `of another organisation`, `invited, not joined yet`.
    """

    person: Person
    name: str
    timezone: str
    refused_because: str
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who is in a Slack user group, and when Slack said so."""

    usergroup: str
    people: frozenset[str]
    read_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Members of each configured group (people and Slack user groups resolved).

    `as_of` is the age of the oldest answer in it (ms since the epoch); `unknown` names groups that
    could not be resolved at all.
    """

    groups: Mapping[str, frozenset[str]]
    as_of: int
    unknown: frozenset[str] = frozenset()

    def groups_of(self, person: Person) -> tuple[str, ...]:
        """Return the names of the groups that hold the person, sorted."""
        return tuple(sorted(g for g, members in self.groups.items() if person.user_id in members))
