"""The workflow, the executor and the engine's jobs, put together from the drivers."""

from bot.alerts import Hooks, Watching
from bot.assess import Assessor
from bot.commit import Committer
from bot.config import Settings
from bot.executor import Executor
from bot.jobs import Engine, Jobs
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.wiring.drivers import Drivers
from bot.workflow import (
    Parts,
    follow_end,
    free_room,
    remind_review,
    show,
    show_home,
    take,
    trim_audit,
    values_brought_back,
)
from handlers.directory import SlackDirectory
from handlers.messenger import SlackMessenger


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the configuration sets."""
    return Terms(
        execute_within=settings.requests.execute_within_ms,
        wait_for_lock=settings.requests.wait_for_lock_ms,
        keep_audit=settings.requests.keep_audit_ms,
    )


def parts_of(settings: Settings, drivers: Drivers, terms: Terms) -> Parts:
    """Return the workflow's surroundings."""
    assessor = Assessor(
        hypervisor=drivers.hypervisor,
        inventory=drivers.inventory,
        store=drivers.store,
        clock=drivers.clock,
        operations=OPERATIONS,
        policy=lambda: settings.policy,
        limits=lambda: settings.limits,
        own_guests=settings.requests.own_guests,
    )
    directory = SlackDirectory(
        drivers.client,
        drivers.clock,
        drivers.store,
        drivers.ours.team_id,
        settings.policy.memberships,
        terms.roster_age,
    )
    return Parts(
        store=drivers.store,
        assessor=assessor,
        committer=Committer(
            store=drivers.store, wake=drivers.engine, remind_review=terms.remind_review
        ),
        inventory=drivers.inventory,
        hypervisor=drivers.hypervisor,
        directory=directory,
        messenger=SlackMessenger(drivers.client),
        wake=drivers.engine,
        clock=drivers.clock,
        terms=terms,
        operations=OPERATIONS,
        policy=lambda: settings.policy,
        copy_to=frozenset(settings.slack.copy_to),
    )


def executor_of(parts: Parts, engine: Engine) -> Executor:
    """Return the executor; while the engine is stopping its runs end at their next wait."""
    return Executor(
        hypervisor=parts.hypervisor,
        store=parts.store,
        assessor=parts.assessor,
        committer=parts.committer,
        directory=parts.directory,
        clock=parts.clock,
        terms=parts.terms,
        stopping=lambda: engine.stopping,
    )


def watching_of(parts: Parts, settings: Settings) -> Watching:
    """Return what looks after alerts."""
    return Watching(
        store=parts.store,
        inventory=parts.inventory,
        messenger=parts.messenger,
        clock=parts.clock,
        alerts=lambda: settings.alerts,
        every_ms=parts.terms.watch_every,
    )


def hooks_of(parts: Parts, settings: Settings) -> Hooks:
    """Return what takes Proxmox's own notifications in, and tells them."""
    return Hooks(
        store=parts.store,
        inventory=parts.inventory,
        messenger=parts.messenger,
        clock=parts.clock,
        wake=parts.wake,
        hooks=lambda: settings.hooks,
    )


def secrets_of_hooks(settings: Settings) -> dict[str, str]:
    """Return the secret of each hook."""
    return {name: secret.get_secret_value() for name, secret in settings.hook_secrets.items()}


def jobs_of(parts: Parts, executor: Executor, watching: Watching, hooks: Hooks) -> Jobs:
    """Return what each kind of due-set member runs."""
    return Jobs(
        table={
            "intake": lambda delivery: take(parts, delivery),
            "request": executor.run,
            "card": lambda request_id: show(parts, request_id),
            "end": lambda request_id: follow_end(parts, request_id),
            "room": lambda cluster: free_room(parts, cluster),
            "alerts": watching.look,
            "hook": hooks.tell,
            "home": lambda key: show_home(parts, key),
            "audit": lambda _: trim_audit(parts),
            "review": lambda request_id: remind_review(parts, request_id),
            "values": lambda request_id: values_brought_back(parts, request_id),
        }
    )
