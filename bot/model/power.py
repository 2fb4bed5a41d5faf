"""The steps of power, as data: for the power operations, and for a restart within another plan."""

from bot.model.footing import task_types
from bot.model.guest import GuestFacts
from bot.model.plan import Change, Effect, Expect, Step, Where
from bot.model.unit import Unit

SHUTDOWN_SECONDS = 180
"""How long a guest is given to shut down. Nobody pulls the plug afterwards."""
HA_SECONDS = 180
"""How long HA may take to act: its tasks end at once, its managers follow within 10 to 20 s."""


def status_change(guest: GuestFacts, after: str, word: str, *, final: bool = False) -> Change:
    """Return the change of a guest's status."""
    return Change(
        field="status",
        unit=Unit.TEXT,
        before=guest.status,
        after=after,
        effect=Effect.LIVE,
        words=frozenset({word}),
        final=final,
    )


def running() -> Expect:
    """Return the expectation that the guest runs."""
    return Expect(where=Where.STATUS, key="status", value="running")


def stopped() -> Expect:
    """Return the expectation that the guest is down."""
    return Expect(where=Where.STATUS, key="status", value="stopped")


def shutdown_step(guest: GuestFacts, *, at_restart: bool = False) -> Step:
    """Return the step that asks the guest to shut down; it is never forced by us."""
    return Step(
        name="shutdown",
        method="POST",
        path="status/shutdown",
        params={"timeout": str(SHUTDOWN_SECONDS)},
        expects=(stopped(),),
        no_undo="a guest that was shut down can only be started again",
        task_types=task_types(guest.ref.kind, "shutdown", "hastop"),
        patience_seconds=SHUTDOWN_SECONDS + HA_SECONDS,
        asks_guest=True,
        at_restart=at_restart,
    )


def start_step(guest: GuestFacts, *expects: Expect, at_restart: bool = False) -> Step:
    """Return the step that starts the guest; `expects` hold besides that it runs."""
    return Step(
        name="start",
        method="POST",
        path="status/start",
        expects=(running(), *expects),
        no_undo="a guest that was started is not stopped again unasked",
        task_types=task_types(guest.ref.kind, "start", "hastart"),
        patience_seconds=HA_SECONDS,
        at_restart=at_restart,
    )


def reboot_step(guest: GuestFacts, *expects: Expect, at_restart: bool = False) -> Step:
    """Return the step that shuts the guest down and starts it, which applies what waits.

    Its task decides: an uptime of whole seconds does not tell a guest that was started just before.
    """
    fresh = Expect(where=Where.FRESH_START, key="status", value="running")
    return Step(
        name="reboot",
        method="POST",
        path="status/reboot",
        params={"timeout": str(SHUTDOWN_SECONDS)},
        expects=(fresh, *expects),
        no_undo="a reboot cannot be taken back",
        task_types=task_types(guest.ref.kind, "reboot"),
        task_decides=True,
        patience_seconds=SHUTDOWN_SECONDS + HA_SECONDS,
        asks_guest=True,
        at_restart=at_restart,
    )


def restart_steps(guest: GuestFacts, *expects: Expect) -> tuple[Step, ...]:
    """Return the steps of a restart, after which `expects` hold.

    HA's own shutdown cuts a VM's power after its timeout (pve-ha-manager, Resources/PVEVM.pm: forceStop),
    and a restart must not: guests under HA are rebooted, which does not go through HA.
    """
    if guest.ha_state:
        return (reboot_step(guest, *expects, at_restart=True),)
    return (
        shutdown_step(guest, at_restart=True),
        start_step(guest, *expects, at_restart=True),
    )


def stop_step(guest: GuestFacts) -> Step:
    """Return the step that cuts the guest's power."""
    return Step(
        name="stop",
        method="POST",
        path="status/stop",
        expects=(stopped(),),
        no_undo="what the guest had not written to disk is lost",
        task_types=task_types(guest.ref.kind, "stop", "hastop"),
        patience_seconds=HA_SECONDS,
    )
