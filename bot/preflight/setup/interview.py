"""The questions of `headroom init` and what is looked up for each answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click
from pydantic import SecretStr

from bot.config import ClusterSettings
from bot.config.secret import Secrets, cluster_variable
from bot.model.errors import Fault
from bot.preflight.cluster import Look, cluster
from bot.preflight.finding import Finding, in_the_way, lines
from bot.preflight.setup.certificate import address, fingerprint
from bot.preflight.setup.draft import Draft
from bot.preflight.setup.names import Named, channel_named, members_named
from bot.preflight.slack import Workspace, introduced
from bot.proxmox.privileges import grant_commands, role_commands, token_commands
from bot.wiring import slack_client

T = TypeVar("T")

USER, TOKEN_NAME = "headroom@pve", "bot"
"""What the printed commands call our user and token, unless there is one already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the command line already answers; empty: ask."""

    mode: str = "socket"
    command: str = "/pve"
    channel: str = ""
    people: tuple[str, ...] = ()
    cluster: str = ""
    hosts: tuple[str, ...] = ()
    ca_file: str = ""
    fingerprint: str = ""
    own_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The draft, what was found on the way, and the token's name for the commands."""

    draft: Draft
    findings: tuple[Finding, ...]
    user: str
    token_name: str
    secrets: tuple[str, ...] = field(repr=False)


async def interview(answers: Answers, environ: Mapping[str, str]) -> Outcome:
    """Ask for what is missing and look everything up. ClickException where it cannot go on."""
    there = await _workspace(environ)
    channel = await _until_found(
        "Channel for approvals", answers.channel, lambda name: channel_named(there, name)
    )
    people = await _until_found(
        "Who approves (@ana, @ops-group; commas between them)",
        ", ".join(answers.people),
        lambda names: _somebody(there, names),
    )
    name = answers.cluster or click.prompt("Name of the cluster, as people call it", default="home")
    hosts = answers.hosts or (click.prompt("Address of a node (pve1.example.org)"),)
    settings = await _reached(answers, name, tuple(address(host) for host in hosts), environ)
    look = await cluster(settings)
    token_id, _, secret = settings.token.get_secret_value().partition("=")
    if look.picture is None:
        raise click.ClickException(
            "\n".join(["nothing was written", *lines(look.findings, [secret])])
        )
    user, _, token_name = token_id.partition("!")
    return Outcome(
        draft=_draft(answers, channel, people, settings, look),
        findings=(*there.findings, *look.findings),
        user=user,
        token_name=token_name,
        secrets=(secret, there.client.token or ""),
    )


async def _workspace(environ: Mapping[str, str]) -> Workspace:
    """Return the workspace that the token in the environment belongs to."""
    secrets = Secrets(environ)
    token, base = secrets.slack_bot(), secrets.slack_api()
    if secrets.problems:
        raise click.ClickException(
            "\n".join(
                [problem.text for problem in secrets.problems]
                + ["no Slack app yet? headroom manifest prints what to paste at api.slack.com/apps"]
            )
        )
    there = await introduced(slack_client(token, base))
    if isinstance(there, Workspace) and not in_the_way(there.findings):
        return there
    found = there.findings if isinstance(there, Workspace) else [there]
    raise click.ClickException(
        "\n".join(["nothing was written", *lines(found, [token.get_secret_value()])])
    )


async def _until_found(question: str, given: str, find: Callable[[str], Awaitable[T]]) -> T:
    """Return what the answer means; an answer typed in may be corrected, one given may not."""
    while True:
        try:
            return await find(given or click.prompt(question))
        except Fault as fault:
            if given:
                raise click.ClickException(str(fault)) from fault
            click.echo(str(fault), err=True)


async def _somebody(there: Workspace, names: str) -> tuple[Named, ...]:
    found = await members_named(there, names.split(","))
    if not found:
        raise Fault("looking for approvers", "name at least one person or user group")
    return found


async def _reached(
    answers: Answers, name: str, hosts: tuple[str, ...], environ: Mapping[str, str]
) -> ClusterSettings:
    """Return how to reach the cluster: with a CA file, or a fingerprint that was compared."""
    ca_file, print_of = answers.ca_file, answers.fingerprint
    if not ca_file and not print_of:
        ca_file = click.prompt(
            "File of its certificate authority (empty: show me the fingerprint)",
            default="",
            show_default=False,
        )
    if not ca_file and not print_of:
        print_of = await _compared(hosts[0])
    return ClusterSettings(
        name=name,
        hosts=hosts,
        ca_file=_whole(ca_file),
        fingerprint="" if ca_file else print_of,
        token=_token(name, environ),
    )


def _whole(path: str) -> Path | None:
    """Return the whole path: the service runs in another folder."""
    return Path(path).absolute() if path else None


async def _compared(host: str) -> str:
    try:
        shown = await fingerprint(host)
    except Fault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{host} shows a certificate with the fingerprint\n  {shown}")
    click.echo("compare it with the node's own: pvenode cert info, or Node, Certificates")
    if not click.confirm("Is it the same?", default=False):
        raise click.ClickException("nothing was written: this may be another host")
    return shown


def _token(name: str, environ: Mapping[str, str]) -> SecretStr:
    """Return the API token from the environment, else as it is typed, unseen."""
    variable = cluster_variable(name)
    if not environ.get(variable) and not environ.get(f"{variable}_FILE"):
        click.echo(f"{variable} is not set. On a node of the cluster, as root:")
        for line in setting_up(USER, TOKEN_NAME):
            click.echo(f"  {line}")
        typed = click.prompt(f"{USER}!{TOKEN_NAME}=SECRET (is not shown)", hide_input=True)
        environ = {variable: typed}
    secrets = Secrets(environ)
    token = secrets.proxmox(name)
    if secrets.problems:
        raise click.ClickException("\n".join(problem.text for problem in secrets.problems))
    return token


def setting_up(user: str, token_name: str) -> tuple[str, ...]:
    """Return the lines that make role, user and token from nothing."""
    return (
        *role_commands(),
        *token_commands(user, token_name),
        *grant_commands(user, token_name),
    )


def _draft(
    answers: Answers,
    channel: Named,
    people: tuple[Named, ...],
    settings: ClusterSettings,
    look: Look,
) -> Draft:
    guests = look.picture.guests if look.picture else ()
    return Draft(
        mode=answers.mode,
        command=answers.command,
        channel=channel,
        people=people,
        cluster=settings.name,
        hosts=settings.hosts,
        ca_file=str(settings.ca_file) if settings.ca_file else "",
        fingerprint=settings.fingerprint,
        pools=tuple(sorted({guest.pool for guest in guests if guest.pool})),
        tags=tuple(sorted({tag for guest in guests for tag in guest.tags})),
        own_name=answers.own_name,
    )
