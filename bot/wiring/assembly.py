"""The workflow, the executor and the engine's jobs, put together from the drivers."""

from bot.assess import Assessor
from bot.commit import Committer
from bot.config import Settings
from bot.executor import Executor
from bot.jobs import Engine, Jobs
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.telemetry import Metrics
from bot.wiring.drivers import Drivers
from bot.wiring.live import Live
from bot.wiring.measuring import moved
from bot.workflow import (
    Parts,
    follow_end,
    free_room,
    show,
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


def parts_of(live: Live, drivers: Drivers, terms: Terms, metrics: Metrics) -> Parts:
    """Return the workflow's surroundings."""
    settings = live.settings
    assessor = Assessor(
        hypervisor=drivers.hypervisor,
        inventory=drivers.inventory,
        store=drivers.store,
        clock=drivers.clock,
        operations=OPERATIONS,
        policy=lambda: live.settings.policy,
        limits=lambda: live.settings.limits,
        own_guests=settings.requests.own_guests,
    )
    directory = SlackDirectory(
        drivers.client,
        drivers.clock,
        drivers.ours.team_id,
        lambda: live.settings.policy.memberships,
        terms.roster_age,
    )
    return Parts(
        store=drivers.store,
        assessor=assessor,
        committer=Committer(
            store=drivers.store,
            wake=drivers.engine,
            moved=lambda before, after: moved(metrics, before, after),
        ),
        inventory=drivers.inventory,
        hypervisor=drivers.hypervisor,
        directory=directory,
        messenger=SlackMessenger(drivers.client),
        wake=drivers.engine,
        clock=drivers.clock,
        terms=terms,
        operations=OPERATIONS,
        policy=lambda: live.settings.policy,
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


def jobs_of(parts: Parts, executor: Executor) -> Jobs:
    """Return what each kind of due-set member runs."""
    return Jobs(
        table={
            "intake": lambda delivery: take(parts, delivery),
            "request": executor.run,
            "card": lambda request_id: show(parts, request_id),
            "end": lambda request_id: follow_end(parts, request_id),
            "room": lambda cluster: free_room(parts, cluster),
            "audit": lambda _: trim_audit(parts),
            "values": lambda request_id: values_brought_back(parts, request_id),
        }
    )
