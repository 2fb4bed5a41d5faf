"""People and groups as Slack knows them, cached for at most a minute."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import SlackFault, StoreFault
from bot.model.people import Account, Members, Person, Roster
from bot.model.policy import lead_of
from bot.ports import Clock, RequestStore
from handlers.calling import PAGE, calling, listed
from handlers.identity import Installation

FRESH_MS = 60_000
"""A decision rests on answers no older than this (REQUESTS, invariant 7)."""

KNOWN_MS = 24 * 3_600_000
"""While Slack cannot be asked, its last answer serves so long where that is allowed (invariant 8)."""

MOST_ASKED = 25
"""Pages: of larger channels it is not asked who is in them."""

SLACKBOT = "USLACKBOT"


class SlackDirectory:
    """Implements `bot.ports.Directory`. `groups` gives the configured groups' members' ids.

    With `leads` whoever leads an open incident is a group of one. Answers are kept in the store, so
    that the last known ones outlive the process.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Clock,
        store: RequestStore,
        team_id: str,
        groups: Callable[[], Mapping[str, tuple[str, ...]]],
        fresh_ms: int = FRESH_MS,
        leads: Callable[[], bool] = lambda: False,
    ) -> None:
        self._client = client
        self._clock = clock
        self._store = store
        self._team_id = team_id
        self._groups = groups
        self._fresh_ms = fresh_ms
        self._leads = leads
        self._accounts: dict[str, Account] = {}
        self._members: dict[str, Members] = {}
        self._channels: dict[str, tuple[int, frozenset[str] | None]] = {}
        self._keeping: set[asyncio.Task[None]] = set()

    async def account(self, person: Person, *, last_known: bool = False) -> Account:
        """Return what Slack says of a person, at most a minute old; `last_known`: if silent, a day."""
        known = self._accounts.get(person.user_id)
        if known is not None and known.person == person and self._within(known, self._fresh_ms):
            return known
        try:
            account = await self._asked(person)
        except SlackFault:
            kept = await self._store.kept_account(person) if last_known else None
            if kept is None or not self._within(kept, KNOWN_MS):
                raise
            return kept
        self._accounts[person.user_id] = account
        self._aside(self._store.keep_account(account))
        return account

    def _aside(self, keeping: Coroutine[Any, Any, None]) -> None:
        """Keep an answer for another day; the caller goes on, for an acknowledgement waits for no store."""

        async def kept() -> None:
            with suppress(StoreFault):  # what Slack said counts today all the same
                await keeping

        task = asyncio.create_task(kept())
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def _asked(self, person: Person) -> Account:
        answer = await calling(
            f"asking who {person.user_id} is",
            lambda: self._client.users_info(user=person.user_id),
        )
        user: dict[str, Any] = answer["user"]
        profile = user.get("profile") or {}
        return Account(
            person=person,
            name=str(
                profile.get("display_name") or user.get("real_name") or user.get("name") or ""
            ),
            timezone=str(user.get("tz") or "UTC"),
            refused_because=refused_because(user, self._team_id),
            read_at=self._clock.now(),
        )

    def _within(self, answer: Account | Members, age_ms: int) -> bool:
        return self._clock.now() - answer.read_at < age_ms

    async def in_channel(self, channel: str) -> frozenset[str] | None:
        """Return the ids of who is in a channel; None where Slack does not tell, or tells of too many.

        What it told serves for a minute: a card in a large channel would ask for many pages at each look.
        """
        known = self._channels.get(channel)
        if known is None or self._clock.now() - known[0] >= self._fresh_ms:
            known = self._channels[channel] = (self._clock.now(), await self._all_in(channel))
        return known[1]

    async def _all_in(self, channel: str) -> frozenset[str] | None:
        def page(cursor: str) -> Awaitable[AsyncSlackResponse]:
            return self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)

        try:
            found = await listed(f"asking who is in {channel}", page, "members", MOST_ASKED)
        except SlackFault:
            return None
        return frozenset(found)

    async def roster(self, *, last_known: bool = False) -> Roster:
        """Return the members of every configured group; groups that cannot be told are `unknown`."""
        groups: dict[str, frozenset[str]] = {}
        unknown: set[str] = set()
        oldest = self._clock.now()
        for name, members in self._groups().items():
            people = {m for m in members if not m.startswith("S")}
            for usergroup in (m for m in members if m.startswith("S")):
                try:
                    found = await self._usergroup(usergroup, last_known=last_known)
                except SlackFault:
                    unknown.add(name)
                    continue
                oldest = min(oldest, found.read_at)
                people |= found.people
            groups[name] = frozenset(people)
        groups |= await self._who_leads()
        return Roster(groups=groups, as_of=oldest, unknown=frozenset(unknown))

    async def _who_leads(self) -> Mapping[str, frozenset[str]]:
        """Return the group of each open incident that somebody leads, where a rule asks for it."""
        found = await self._store.open_incidents() if self._leads() else ()
        return {lead_of(i.handle): frozenset({i.lead.user_id}) for i in found if i.lead}

    async def _usergroup(self, usergroup: str, *, last_known: bool) -> Members:
        """Return the members of a user group; a disabled one has none."""
        known = self._members.get(usergroup)
        if known is not None and self._within(known, self._fresh_ms):
            return known
        try:
            answer = await calling(
                f"reading user group {usergroup}",
                lambda: self._client.usergroups_users_list(usergroup=usergroup),
            )
        except SlackFault:
            kept = await self._store.kept_members(usergroup) if last_known else None
            if kept is None or not self._within(kept, KNOWN_MS):
                raise
            return kept
        people = frozenset(answer.get("users") or [])
        members = Members(usergroup=usergroup, people=people, read_at=self._clock.now())
        self._members[usergroup] = members
        self._aside(self._store.keep_members(members))
        return members


def refused_because(user: Mapping[str, Any], team_id: str) -> str:
    """Return why an account may not use the bot; empty for a full member (FACTS §6)."""
    if user.get("deleted"):
        return "deactivated"
    if user.get("is_bot") or user.get("id") == SLACKBOT:
        return "a bot"
    if user.get("is_ultra_restricted") or user.get("is_restricted"):
        return "a guest of the workspace"
    if user.get("is_stranger") or user.get("team_id") != team_id:
        return "of another organisation"
    return "invited, not joined yet" if user.get("is_invited_user") else ""


async def who_we_are(client: AsyncWebClient) -> Installation:
    """Return our app and workspace; the app's id is empty where the scopes do not tell it."""
    known = await calling("asking Slack who I am", client.auth_test)
    try:
        bot = await client.bots_info(bot=known["bot_id"])
        app_id = str(bot["bot"].get("app_id", ""))
    except SlackApiError:
        app_id = ""
    return Installation(
        app_id=app_id,
        team_id=str(known.get("team_id") or ""),
        enterprise_id=str(known.get("enterprise_id") or ""),
        org_wide=bool(known.get("is_enterprise_install")),
        user_id=str(known.get("user_id") or ""),
    )
