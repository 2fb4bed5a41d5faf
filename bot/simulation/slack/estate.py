"""The people, groups and channels that every simulated workspace starts with."""

from dataclasses import replace

from bot.simulation.slack.accounts import Account, Channel, UserGroup
from bot.simulation.slack.directory import Directory
from bot.simulation.slack.identity import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    PARTNER_TEAM_ID,
    SLACKBOT,
)

STAFF = ("U0ANA", "U0BOB", "U0CYR", "U0DORA", "U0EVE")


def default_directory() -> Directory:
    """Give a fresh directory: staff, guests, outsiders, bots, groups, channels of every kind."""
    return Directory(accounts(), groups(), channels())


def accounts() -> tuple[Account, ...]:
    """List the accounts, each of the kinds an app must tell apart."""
    return (*staff(), *guests(), *outsiders(), *bots())


def staff() -> tuple[Account, ...]:
    """List full members, one of them gone."""
    return (
        Account(id="U0ANA", name="ana", real_name="Ana Silva", email="ana@example.org"),
        Account(id="U0BOB", name="bob", real_name="Bob Reed", tz="Europe/London"),
        Account(id="U0CYR", name="cyr", real_name="Cyr Roy", tz="America/New_York"),
        Account(id="U0DORA", name="dora", real_name="Dora Lang", locale="fr-FR"),
        Account(id="U0EVE", name="eve", real_name="Eve Moss", is_admin=True),
        Account(id="U0DAN", name="dan", real_name="Dan Gone", deleted=True),
    )


def guests() -> tuple[Account, ...]:
    """List guests of the workspace: of several channels, of one, and one only invited."""
    gus = Account(id="U0GUS", name="gus", real_name="Gus Guest", is_restricted=True)
    ula = Account(id="U0ULA", name="ula", real_name="Ula Guest", is_restricted=True)
    return (
        gus,
        replace(ula, is_ultra_restricted=True),
        Account(id="U0IVO", name="ivo", real_name="Ivo Invited", is_invited_user=True),
    )


def outsiders() -> tuple[Account, ...]:
    """List people of a partner's workspace: one in a shared channel, one in none."""
    xena = Account(id="U0XENA", name="xena", real_name="Xena Partner", team_id=PARTNER_TEAM_ID)
    stan = Account(id="U0STAN", name="stan", real_name="Stan Stranger", team_id=PARTNER_TEAM_ID)
    return (xena, replace(stan, is_stranger=True))


def bots() -> tuple[Account, ...]:
    """List the app's own user, another app's, and Slackbot, which is no bot by its flag."""
    own = Account(id=BOT_USER, name="headroom", real_name="Headroom", is_bot=True)
    other = Account(id="U0DEPLOY", name="deploy", real_name="Deploy", is_bot=True)
    return (
        replace(own, bot_id=BOT_ID, api_app_id=APP_ID),
        replace(other, bot_id="B0DEPLOY", api_app_id="A0DEPLOY"),
        Account(id=SLACKBOT, name="slackbot", real_name="Slackbot"),
    )


def groups() -> tuple[UserGroup, ...]:
    """List the user groups; `former` is disabled."""
    return (
        UserGroup(id="S0OPSGROUP", handle="ops", name="Operations", members=("U0BOB", "U0CYR")),
        UserGroup(id="S0WEB", handle="web", name="Web team", members=("U0ANA", "U0DORA")),
        UserGroup(id="S0DBA", handle="dba", name="Databases", members=("U0DORA",)),
        UserGroup(id="S0ONCALL", handle="oncall", name="On call", members=("U0CYR",)),
        UserGroup(id="S0FORMER", handle="former", name="Former", members=("U0ANA",), enabled=False),
    )


def channels() -> tuple[Channel, ...]:
    """List the channels: public, private, shared with a partner, archived, without the bot."""
    return (
        Channel(
            id="C0GENERAL", name="general", members=(*STAFF, "U0IVO", BOT_USER), is_general=True
        ),
        Channel(id="C0APPROVALS", name="approvals", members=(*STAFF, BOT_USER)),
        Channel(id="C0WEB", name="web", members=("U0ANA", "U0DORA", "U0BOB", "U0GUS", BOT_USER)),
        Channel(
            id="C0PRODDB",
            name="prod-db",
            members=("U0BOB", "U0CYR", "U0DORA", BOT_USER),
            is_private=True,
        ),
        Channel(
            id="C0PARTNERS",
            name="partners",
            members=("U0ANA", "U0BOB", "U0XENA", "U0ULA", BOT_USER),
            is_ext_shared=True,
        ),
        Channel(id="C0RANDOM", name="random", members=STAFF),
        Channel(id="C0BOARD", name="board", members=("U0EVE",), is_private=True),
        Channel(id="C0OLD", name="old-project", members=("U0ANA", BOT_USER), is_archived=True),
    )
