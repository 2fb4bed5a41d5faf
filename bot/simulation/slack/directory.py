"""The directory of the simulated workspace: look up, and change as tests need."""

from dataclasses import replace
from typing import Any

from bot.simulation.slack.accounts import Account, Channel, UserGroup
from bot.simulation.slack.identity import BOT_USER, TEAM_ID


class Directory:
    """Accounts, user groups and channels by id; look-ups accept names, too."""

    def __init__(
        self,
        accounts: tuple[Account, ...],
        groups: tuple[UserGroup, ...],
        channels: tuple[Channel, ...],
    ) -> None:
        self.accounts = {account.id: account for account in accounts}
        self.groups = {group.id: group for group in groups}
        self.channels = {channel.id: channel for channel in channels}

    def find_account(self, ref: str) -> Account | None:
        """Find an account by id, `name` or `@name`."""
        if ref in self.accounts:
            return self.accounts[ref]
        name = ref.removeprefix("@")
        return next((a for a in self.accounts.values() if a.name == name), None)

    def find_channel(self, ref: str) -> Channel | None:
        """Find a channel by id, `name` or `#name`."""
        if ref in self.channels:
            return self.channels[ref]
        name = ref.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == name and not c.im_with), None)

    def find_group(self, ref: str) -> UserGroup | None:
        """Find a user group by id, `handle` or `@handle`."""
        if ref in self.groups:
            return self.groups[ref]
        handle = ref.removeprefix("@")
        return next((g for g in self.groups.values() if g.handle == handle), None)

    def account(self, ref: str) -> Account:
        """Find an account; LookupError with the known names otherwise."""
        found = self.find_account(ref)
        if found is None:
            known = ", ".join(sorted(a.name for a in self.accounts.values()))
            raise LookupError(f"no account {ref!r} here; there are {known}")
        return found

    def channel(self, ref: str) -> Channel:
        """Find a channel; LookupError with the known names otherwise."""
        found = self.find_channel(ref)
        if found is None:
            known = ", ".join(sorted(c.title for c in self.channels.values()))
            raise LookupError(f"no channel {ref!r} here; there are {known}")
        return found

    def group(self, ref: str) -> UserGroup:
        """Find a user group; LookupError otherwise."""
        found = self.find_group(ref)
        if found is None:
            raise LookupError(f"no user group {ref!r} here")
        return found

    def add_person(self, name: str, **fields: Any) -> Account:
        """Add a person (`U0NAME` unless `id` says otherwise) and put them into #general."""
        given = {"id": f"U0{name.upper()}", "real_name": name.capitalize(), "team_id": TEAM_ID}
        account = Account(name=name, **(given | fields))
        self.accounts[account.id] = account
        if account.team_id == TEAM_ID and not account.is_restricted:
            self.join(account.id, "#general")
        return account

    def change_person(self, ref: str, **fields: Any) -> Account:
        """Change fields of an account, such as `is_restricted=True`."""
        account = replace(self.account(ref), **fields)
        self.accounts[account.id] = account
        return account

    def deactivate(self, ref: str) -> Account:
        """Deactivate an account; it stays known, in its channels and groups."""
        return self.change_person(ref, deleted=True)

    def set_group(self, handle: str, members: list[str], *, enabled: bool = True) -> UserGroup:
        """Set who is in a user group, adding the group (`S0HANDLE`) when it is new."""
        ids = tuple(self.account(ref).id for ref in members)
        known = self.find_group(handle)
        group = UserGroup(
            id=known.id if known else f"S0{handle.upper()}",
            handle=known.handle if known else handle,
            name=known.name if known else handle.capitalize(),
            members=ids,
            enabled=enabled,
        )
        self.groups[group.id] = group
        return group

    def disable_group(self, handle: str) -> UserGroup:
        """Disable a user group; its members stay listed in it."""
        group = replace(self.group(handle), enabled=False)
        self.groups[group.id] = group
        return group

    def add_channel(self, name: str, members: list[str], **fields: Any) -> Channel:
        """Add a channel (`C0NAME` unless `id` says otherwise) with these members."""
        ids = tuple(self.account(ref).id for ref in members)
        channel = Channel(**({"id": f"C0{name.upper()}", "name": name, "members": ids} | fields))
        self.channels[channel.id] = channel
        return channel

    def change_channel(self, ref: str, **fields: Any) -> Channel:
        """Change fields of a channel, such as `is_archived=True`."""
        channel = replace(self.channel(ref), **fields)
        self.channels[channel.id] = channel
        return channel

    def join(self, person: str, channel: str) -> Channel:
        """Make a person or the bot a member of a channel."""
        members = self.channel(channel).members
        user = self.account(person).id
        return self.change_channel(
            channel, members=members if user in members else (*members, user)
        )

    def leave(self, person: str, channel: str) -> Channel:
        """Take a person or the bot out of a channel."""
        user = self.account(person).id
        kept = tuple(m for m in self.channel(channel).members if m != user)
        return self.change_channel(channel, members=kept)

    def find_direct(self, user: str) -> Channel | None:
        """Find the app's direct conversation with a user id."""
        return next((c for c in self.channels.values() if c.im_with == user), None)

    def open_direct(self, user: str) -> Channel:
        """Open the app's direct conversation with a user id, or find it."""
        found = self.find_direct(user)
        if found is not None:
            return found
        channel_id = "D0" + user.removeprefix("U0").removeprefix("U")
        channel = Channel(
            id=channel_id, name=f"direct-{user}", members=(user, BOT_USER), im_with=user
        )
        self.channels[channel.id] = channel
        return channel
