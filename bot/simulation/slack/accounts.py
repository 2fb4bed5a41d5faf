"""Who and where: accounts, user groups and channels, as Slack describes them."""

from dataclasses import dataclass
from typing import Any

from bot.simulation.clock import local
from bot.simulation.slack.identity import TEAM_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person or a bot, of this workspace or of another."""

    id: str
    name: str
    real_name: str
    team_id: str = TEAM_ID
    tz: str = "Europe/Paris"
    locale: str = "en-US"
    email: str | None = None
    deleted: bool = False
    is_admin: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool | None = None
    is_invited_user: bool = False
    bot_id: str | None = None
    api_app_id: str | None = None

    def to_json(self, home: str, now: float, *, locale: bool, email: bool) -> dict[str, Any]:
        """Describe the account as users.info does to an app of workspace `home`."""
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            **self._zone(now),
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now),
            "profile": profile,
        }
        if self.is_invited_user:
            user["is_invited_user"] = True
        if self.is_stranger is not None:
            user["is_stranger"] = self.is_stranger
        if self.bot_id is not None:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.api_app_id or ""}
        if email and self.email is not None:
            profile["email"] = self.email
        if locale and self.team_id == home:  # people of other workspaces have none
            user["locale"] = self.locale
        return user

    def _zone(self, now: float) -> dict[str, Any]:
        local_time = local(now, self.tz)
        offset = local_time.utcoffset()
        return {
            "tz": self.tz,
            "tz_label": local_time.tzname() or self.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A user group; a disabled one keeps its members but grants nothing."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    enabled: bool = True

    def to_json(self, team_id: str, *, users: bool, count: bool) -> dict[str, Any]:
        """Describe the group as usergroups.list does."""
        group: dict[str, Any] = {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 1_700_000_000,
            "date_delete": 0 if self.enabled else 1_750_000_000,
        }
        if users:
            group["users"] = list(self.members)
        if count:
            group["user_count"] = len(self.members)
        return group


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel or, when `im_with` names a user, a direct conversation of the app with them."""

    id: str
    name: str
    members: tuple[str, ...]
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    is_general: bool = False
    is_mpim: bool = False
    im_with: str | None = None
    creator: str = ""
    topic: str = ""
    purpose: str = ""
    pins: tuple[str, ...] = ()
    bookmarks: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """Name the conversation as a person would: `#web`, or `direct message`."""
        return "direct message" if self.im_with else f"#{self.name}"

    def to_json(self, team_id: str, bot_user: str) -> dict[str, Any]:
        """Describe the channel as conversations.info does to the app."""
        if self.im_with is not None:
            return {
                "id": self.id,
                "created": 1_700_000_000,
                "is_archived": self.is_archived,
                "is_im": True,
                "is_org_shared": False,
                "user": self.im_with,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_im": False,
            "is_mpim": self.is_mpim,
            "created": 1_700_000_000,
            "creator": self.creator,
            "is_archived": self.is_archived,
            "is_general": self.is_general,
            "is_private": self.is_private,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_member": bot_user in self.members,
            "context_team_id": team_id,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }
