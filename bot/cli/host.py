"""The operator's commands on the host: they work while Slack is down, and while no bot runs."""

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from bot.cli.service import settings_of
from bot.model.errors import Fault
from bot.model.notice import Told
from bot.model.pause import Pause, in_force
from bot.model.people import Person, host_person
from bot.model.redaction import Redaction
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.request import ChangeRequest
from bot.model.tell import Tell
from bot.preflight.commands import CONFIG
from bot.telemetry import log_to_stderr
from bot.wiring.hand import Hand, host_hand
from bot.workflow.contended import insist
from bot.workflow.endings import settle, stop
from bot.workflow.once import in_short
from bot.workflow.pausing import begin, lift, told
from handlers.blocks.decision import pause_sentence
from handlers.blocks.declined import problem
from handlers.blocks.kit import unmarked
from handlers.blocks.told import TOLD
from handlers.blocks.words import STATES, sentence, target_word, utc
from handlers.grammar.text import handle as spelled

Result = TypeVar("Result")

Step = Callable[[Hand, ChangeRequest, Person], Awaitable[ChangeRequest | Refusal]]

NUMBER = click.argument("number", metavar="R-…")


@click.command()
@CONFIG
@click.argument("words", metavar="[CLUSTER] WHY", nargs=-1, required=True)
def pause(config: Path | None, words: tuple[str, ...]) -> None:
    """Let nothing new begin, in one cluster or at all; what runs finishes."""

    async def work(hand: Hand) -> Told | Refusal:
        done = await begin(
            hand.store,
            hand.committer.wake,
            hand.clock,
            _typed(hand, words),
            hand.clusters,
            _who_types(),
        )
        return done if isinstance(done, Refusal) else told(done)

    _say(_done(config, work))


@click.command()
@CONFIG
@click.argument("cluster", default="")
def unpause(config: Path | None, cluster: str) -> None:
    """End a pause; what is approved and waited goes on by itself."""

    async def work(hand: Hand) -> Told | Refusal:
        store, now = hand.store, await hand.store.now()
        wake, clusters = hand.committer.wake, hand.clusters
        named = hand.redaction.text(cluster)
        done = await lift(store, wake, hand.clock, named, clusters, _who_types(), now)
        return done if isinstance(done, Refusal) else told(done)

    _say(_done(config, work))


@click.command()
@CONFIG
def requests(config: Path | None) -> None:
    """List the open requests, and what is paused."""

    async def work(hand: Hand) -> tuple[tuple[Pause, ...], tuple[ChangeRequest, ...]]:
        pauses = in_force(await hand.store.pauses("", *hand.clusters))
        return pauses, await hand.store.open_requests()

    pauses, found = _done(config, work)
    for each in pauses:
        click.echo(unmarked(pause_sentence(each)))
    for request in found:
        click.echo(_line(request))
    if not found:
        click.echo("No request is open.")


@click.command()
@CONFIG
@NUMBER
@click.argument("words", metavar="[WHY]", nargs=-1)
def cancel(config: Path | None, number: str, words: tuple[str, ...]) -> None:
    """End a request before it runs; what was held for it is free again."""

    async def step(hand: Hand, request: ChangeRequest, who: Person) -> ChangeRequest | Refusal:
        said = _typed(hand, words)
        return await stop(hand.committer, request, who, entitled=True, text=said)

    _decide(config, number, step, Tell.CANCELLED)


@click.command()
@CONFIG
@NUMBER
@click.argument("outcome", type=click.Choice(["done", "not-done"]))
@click.argument("words", metavar="WHY", nargs=-1, required=True)
def resolve(config: Path | None, number: str, outcome: str, words: tuple[str, ...]) -> None:
    """Settle a request whose outcome is unknown, by what you have seen yourself."""

    async def step(hand: Hand, request: ChangeRequest, who: Person) -> ChangeRequest | Refusal:
        said = _typed(hand, words)
        lag = hand.inventory_lag
        return await settle(hand.committer, request, who, outcome, said, lag)

    _decide(config, number, step, Tell.RESOLVED)


def _typed(hand: Hand, words: tuple[str, ...]) -> str:
    """Return what was typed, without secrets: it goes into store, audit and Slack."""
    return hand.redaction.text(" ".join(words))


def _who_types() -> Person:
    """Return the system user of this process."""
    try:
        return host_person(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a container may run as a number that has no name
        return host_person(str(os.getuid()))


def _done(config: Path | None, work: Callable[[Hand], Awaitable[Result]]) -> Result:
    """Do the work with the configured store; a fault ends the command in one sentence.

    Its audit entries go to standard error, as those of the service do.
    """
    settings = settings_of(config)
    log_to_stderr(Redaction.of(settings.secrets()).inside, "warning")

    async def with_store() -> Result:
        async with host_hand(settings) as hand:
            if hand.started:
                where = settings.store.folder
                click.echo(
                    f"The store in {where} did not run; I started it, and it stays.", err=True
                )
            return await work(hand)

    try:
        return asyncio.run(with_store())
    except Fault as fault:
        raise click.ClickException(f"nothing done: {fault}") from fault


def _decide(config: Path | None, number: str, step: Step, tell: Tell) -> None:
    """Take a step on a request as it is now, again after somebody else saved first."""
    name = spelled(number)
    if not name:
        raise click.UsageError("that is no request number: write it as R-7K2M")

    async def work(hand: Hand) -> Told | Refusal:
        async def attempt() -> ChangeRequest | Refusal:
            request = await hand.store.request(name)
            if request is None:
                return refuse(Reason.UNKNOWN_REQUEST, handle=name)
            return await step(hand, request, _who_types())

        after = await insist(hand.store, hand.clock, attempt)
        if isinstance(after, Refusal):
            return after
        return Told(what=tell, details={"handle": after.handle, "state": after.state.value})

    _say(_done(config, work))


def _say(said: Told | Refusal) -> None:
    """Print the answer that Slack would have given; a refusal ends with status 1."""
    if isinstance(said, Refusal):
        raise click.ClickException(unmarked(problem(said)))
    click.echo(unmarked(sentence(TOLD[said.what], said.details)))


def _line(request: ChangeRequest) -> str:
    """Return an open request on one line."""
    change = in_short(request.plan) or request.ask.operation
    asked = f"asked by {request.requester_name or request.requester.user_id}"
    words = (
        request.handle,
        STATES[request.state],
        unmarked(target_word(request.plan.target)),
        f"cluster {request.plan.target.ref.cluster}",
        unmarked(change),
        f"{asked} {utc(request.created_at)}",
    )
    return " · ".join(words)
