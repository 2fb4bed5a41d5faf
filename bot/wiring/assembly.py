"""The workflow, the executor and the engine's jobs, put together from the drivers."""

from bot.alerts import Hooks, Watching
from bot.assess import Assessor
from bot.commit import Committer
from bot.config import Settings
from bot.continuity import Continuity
from bot.executor import Executor
from bot.jobs import Calls, Engine, Jobs, Sweep
from bot.model.link import Unfurling, server_of
from bot.model.redaction import Redaction
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.telemetry import Metrics
from bot.wiring.drivers import Drivers
from bot.wiring.live import Live
from bot.wiring.measuring import moved
from bot.wiring.serving import Pulse
from bot.workflow import (
    Parts,
    alerted,
    announce,
    check_chain,
    follow_end,
    free_room,
    look,
    pinned,
    remind_review,
    show,
    show_home,
    take,
    tell_observed,
    trim_audit,
    values_brought_back,
)
from handlers.channels import SlackChannels
from handlers.directory import SlackDirectory
from handlers.messenger import SlackMessenger


def parts_of(live: Live, drivers: Drivers, metrics: Metrics) -> Parts:
    """Return the workflow's surroundings."""
    features, terms = live.settings.features, live.terms()
    assessor = Assessor(
        hypervisor=drivers.hypervisor,
        inventory=drivers.inventory,
        store=drivers.store,
        clock=drivers.clock,
        operations=OPERATIONS,
        policy=lambda: live.settings.policy,
        limits=lambda: live.settings.limits,
        own_guests=lambda: live.settings.requests.own_guests,
        features=features,
    )
    return Parts(
        store=drivers.store,
        assessor=assessor,
        committer=Committer(
            store=drivers.store,
            wake=drivers.engine,
            remind_review=terms.remind_review,
            moved=lambda before, after: moved(metrics, before, after),
        ),
        inventory=drivers.inventory,
        hypervisor=drivers.hypervisor,
        directory=_directory(live, drivers, terms),
        messenger=SlackMessenger(drivers.client, features),
        channels=SlackChannels(drivers.client, drivers.ours, drivers.redaction),
        wake=drivers.engine,
        clock=drivers.clock,
        terms=live.terms,
        operations=OPERATIONS,
        policy=lambda: live.settings.policy,
        incidents=lambda: live.settings.incidents,
        copy_to=lambda: frozenset(live.settings.slack.copy_to),
        unfurling=unfurling_of(live.settings),
        features=features,
        configuration=live.lines,
    )


def unfurling_of(settings: Settings) -> Unfurling:
    """Return in which channels links become cards, and at which addresses people open the web UI."""
    servers = {
        server_of(address): cluster.name
        for cluster in settings.clusters
        for address in (*cluster.hosts, *cluster.web)
    }
    return Unfurling(channels=frozenset(settings.slack.unfurl_in), servers=servers)


def _directory(live: Live, drivers: Drivers, terms: Terms) -> SlackDirectory:
    """Return who knows people and groups."""
    return SlackDirectory(
        drivers.client,
        drivers.clock,
        drivers.store,
        drivers.ours.team_id,
        lambda: live.settings.policy.memberships,
        terms.roster_age,
        lambda: live.settings.policy.asks_leads,
    )


def executor_of(parts: Parts, continuity: Continuity, engine: Engine) -> Executor:
    """Return the executor; while the engine is stopping its runs end at their next wait."""
    return Executor(
        hypervisor=parts.hypervisor,
        store=parts.store,
        assessor=parts.assessor,
        committer=parts.committer,
        directory=parts.directory,
        continuity=continuity,
        clock=parts.clock,
        terms=parts.terms,
        stopping=lambda: engine.stopping,
    )


def watching_of(parts: Parts, live: Live) -> Watching:
    """Return what looks after alerts."""
    return Watching(
        store=parts.store,
        inventory=parts.inventory,
        messenger=parts.messenger,
        clock=parts.clock,
        alerts=lambda: live.settings.alerts,
        every_ms=parts.terms().watch_every,
        opens=lambda alert, standing: alerted(parts, alert, standing),
    )


def hooks_of(parts: Parts, live: Live, redaction: Redaction) -> Hooks:
    """Return what takes Proxmox's own notifications in, and tells them."""
    return Hooks(
        store=parts.store,
        inventory=parts.inventory,
        messenger=parts.messenger,
        clock=parts.clock,
        hooks=lambda: live.settings.hooks,
        redaction=redaction,
    )


def secrets_of_hooks(settings: Settings) -> dict[str, str]:
    """Return the secret of each hook."""
    return {name: secret.get_secret_value() for name, secret in settings.hook_secrets.items()}


def calls_of(drivers: Drivers) -> Calls:
    """Return the loop that answers calls."""
    engine = drivers.engine
    return Calls(
        store=drivers.store,
        wake=engine.wake,
        clock=drivers.clock,
        stopping=lambda: engine.stopping,
    )


def sweep_of(drivers: Drivers, pulse: Pulse, metrics: Metrics) -> Sweep:
    """Return the loop that wakes what is due, and tells of each turn."""
    engine = drivers.engine
    return Sweep(
        store=drivers.store,
        wake=engine.wake,
        clock=drivers.clock,
        stopping=lambda: engine.stopping,
        turned=pulse.turn,
        swept=metrics.swept,
    )


def jobs_of(parts: Parts, executor: Executor, watching: Watching, hooks: Hooks) -> Jobs:
    """Return what each kind of due-set member runs."""

    async def put_back(member: str) -> None:
        await parts.store.put_due(member, await parts.store.now())

    return Jobs(
        put_back=put_back,
        table={
            "intake": lambda delivery: take(parts, delivery),
            "request": executor.run,
            "card": lambda request_id: show(parts, request_id),
            "end": lambda request_id: follow_end(parts, request_id),
            "room": lambda cluster: free_room(parts, cluster),
            "alerts": watching.look,
            "hook": hooks.tell,
            "incident": lambda incident_id: look(parts, incident_id),
            "pin": lambda key: pinned(parts, key),
            "home": lambda key: show_home(parts, key),
            "gate": lambda _: announce(parts),
            "chain": lambda _: check_chain(parts),
            "observed": lambda _: tell_observed(parts),
            "audit": lambda _: trim_audit(parts),
            "review": lambda request_id: remind_review(parts, request_id),
            "values": lambda request_id: values_brought_back(parts, request_id),
        },
    )
