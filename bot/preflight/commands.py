"""The operator's commands: `headroom check`, `headroom manifest`, `headroom init`."""

import asyncio
import json
import os
import tomllib
from pathlib import Path
from typing import Any

import click

from bot.config import ConfigProblems, load, load_features
from bot.config.links import link_domains, link_problems
from bot.config.reading import Raw, table
from bot.config.secret import cluster_variable
from bot.preflight.examine import WORDS, configured, examine
from bot.preflight.finding import counted, in_the_way, lines, warning
from bot.preflight.setup.draft import Draft, written
from bot.preflight.setup.interview import Answers, Outcome, interview, setting_up
from handlers.manifest import manifest as manifest_of

CONFIG = click.option(
    "--config", type=click.Path(path_type=Path), help="headroom.toml; else HEADROOM_CONFIG."
)
MODE = click.Choice(["socket", "http"])
PASTE = "api.slack.com/apps: Create New App, From a manifest; or App Manifest of the app there is"


@click.command()
@CONFIG
def check(config: Path | None) -> None:
    """Look at everything the service needs; exit 1 with every problem named."""
    here = configured(config, os.environ)
    if here.settings is None:
        later = "store, Slack and clusters are looked at once the configuration loads"
        _end(lines([*here.mistakes, warning("check", later)]), len(here.mistakes))
        return
    found = [*here.mistakes, *asyncio.run(examine(here.settings, here.lacking))]
    _end(lines(found, here.settings.secrets()), in_the_way(found))


def _end(report: list[str], problems: int) -> None:
    for line in report:
        click.echo(line)
    if problems:
        click.echo(f"{counted(problems, 'problem')}; mend what is named above, then check again")
        raise SystemExit(1)


@click.command()
@CONFIG
@click.option(
    "--mode", type=MODE, help="How Slack reaches us; else the configuration's, or socket."
)
@click.option("--url", default="", help="Our public https address, for HTTP mode.")
def manifest(config: Path | None, mode: str | None, url: str) -> None:
    """Print the Slack app's manifest (JSON), to be pasted at api.slack.com/apps."""
    raw = _file(config)
    slack = table(raw, "slack")
    if mistakes := [mistake.sentence(None) for mistake in link_problems(raw)]:
        raise click.ClickException("; ".join(mistakes))
    try:
        made = manifest_of(
            command=str(slack.get("command", "/pve")),
            mode=mode or str(slack.get("mode", "socket")),
            url=url,
            features=load_features(raw),
            domains=link_domains(raw),
        )
    except (ValueError, ConfigProblems) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(made, indent=2))


def _file(config: Path | None) -> Raw:
    """Return the configuration as it is written, if there is one; it need not be whole yet."""
    named = config or Path(os.environ.get("HEADROOM_CONFIG", "") or ".")
    if named == Path():
        return {}
    try:
        return tomllib.loads(named.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"reading {named}: {error.strerror}") from error
    except ValueError as error:
        raise click.ClickException(f"reading {named}: {error}") from error


@click.command()
@click.option(
    "--config", type=click.Path(path_type=Path), default="headroom.toml", show_default=True
)
@click.option("--channel", default="", help="Where cards appear: #approvals, or its id.")
@click.option("--people", multiple=True, help="Who approves: @ana, @a-user-group, or an id.")
@click.option("--cluster", default="", help="What people call the cluster.")
@click.option(
    "--host", "hosts", multiple=True, help="Address of a node; several are tried in turn."
)
@click.option("--ca-file", default="", help="The cluster's certificate authority.")
@click.option("--fingerprint", default="", help="SHA-256 of the node's certificate, instead.")
@click.option(
    "--own-guest", "own_name", default="", help="Name of the guest that Headroom runs in."
)
@click.option("--mode", type=MODE, default="socket", show_default=True)
@click.option("--command", default="/pve", show_default=True, help="The slash command.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
def init(config: Path, *, overwrite: bool, **given: Any) -> None:
    """Ask for what is needed, look it up, write a commented headroom.toml without any secret."""
    if config.exists() and not overwrite:
        click.confirm(f"{config} is there already. Replace it?", default=False, abort=True)
    outcome = asyncio.run(interview(Answers(**given), os.environ))
    _write(config, outcome.draft)
    for line in lines(outcome.findings, outcome.secrets):
        click.echo(line)
    if outcome.draft.mode == "socket":  # in HTTP mode it needs our public address
        click.echo(json.dumps(manifest_of(command=outcome.draft.command), indent=2))
    for line in _next(config, outcome):
        click.echo(line)


def _write(config: Path, draft: Draft) -> None:
    """Write the file whole, or not at all; never one that would not load."""
    aside = config.with_name(f"{config.name}.new")
    try:
        aside.write_text(written(draft), encoding="utf-8")
        load(aside, _placeholders(draft.cluster), words=WORDS)
        aside.replace(config)
    except OSError as error:
        raise click.ClickException(f"writing {config}: {error.strerror}") from error
    except ConfigProblems as problems:
        aside.unlink()
        raise click.ClickException(f"nothing was written\n{problems}") from problems


def _placeholders(cluster: str) -> dict[str, str]:
    """Return an environment that has every secret, so that only the file is looked at."""
    slack = {"SLACK_BOT_TOKEN": "xoxb-0", "SLACK_APP_TOKEN": "xapp-0"}
    secret = {"SLACK_SIGNING_SECRET": "0" * 32, cluster_variable(cluster): "a@b!c=0"}
    return {**slack, **secret, "HOME": "/"}


def _next(config: Path, outcome: Outcome) -> list[str]:
    """Return what remains to be done by hand."""
    draft = outcome.draft
    slack, printed = "SLACK_APP_TOKEN", "as above"
    if draft.mode == "http":
        slack, printed = "SLACK_SIGNING_SECRET", "with --url https://…"
    return [
        "",
        f"{config} is written. What remains:",
        "1. Role, user and token on a node of the cluster, as root, as far as they are not there:",
        *(f"     {line}" for line in setting_up(outcome.user, outcome.token_name)),
        f"2. The Slack app's manifest (headroom manifest --config {config}, {printed}) at",
        f"     {PASTE}",
        "3. In the service's environment, never in the file:",
        f"     SLACK_BOT_TOKEN, {slack}, {cluster_variable(draft.cluster)}",
        f"4. headroom check --config {config}",
    ]
