"""Random guests and asks for property tests, and Proxmox applying a plan to a guest."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st

from bot.model.guest import Disk, GuestFacts, Kind
from bot.model.intent import Amount, Ask, How, Timing, When
from bot.model.plan import Change, Draft, Effect, Step
from tests.unit.operations.estate import a_disk, a_guest

FIELDS = ("memory", "swap", "balloon", "cores", "vcpus", "cpulimit", "disk", "scsi0", "rootfs")
MEMORY = st.sampled_from([16, 512, 1024, 1536, 2048, 4096, 4500, 17408, 65536])
HOTPLUG = st.sampled_from(["0", "1", "network,disk,usb,memory", "memory,cpu", "cpu"])


def _values() -> dict[str, st.SearchStrategy[str]]:
    """Return plausible texts by config key."""
    return {
        "memory": MEMORY.map(str) | MEMORY.map(lambda mib: f"current={mib}"),
        "swap": MEMORY.map(str),
        "balloon": st.just("0") | MEMORY.map(str),
        "sockets": st.integers(1, 3).map(str),
        "cores": st.integers(1, 9).map(str),
        "vcpus": st.integers(1, 9).map(str),
        "cpulimit": st.sampled_from(["0", "0.5", "1", "2.25", "128"]),
        "hotplug": HOTPLUG,
        "numa": st.sampled_from(["0", "1"]),
        "numa0": st.just("cpus=0"),
        "hugepages": st.sampled_from(["2", "1024"]),
        "onboot": st.just("1"),
    }


CONFIGS = st.fixed_dictionaries({}, optional=_values())
PENDING: st.SearchStrategy[dict[str, str | None]] = st.fixed_dictionaries(
    {}, optional={k: v | st.none() for k, v in _values().items()}
)


@st.composite
def disks(draw: st.DrawFn, kind: Kind) -> tuple[Disk, ...]:
    """Draw disks of a guest, some of which cannot grow."""
    slots = ["scsi0", "virtio1"] if kind is Kind.VM else ["rootfs", "mp0"]
    wanted = draw(st.lists(st.sampled_from(slots), unique=True))
    return tuple(
        replace(a_disk(slot, why=draw(st.sampled_from(["", "cdrom"]))), size_bytes=draw(SIZES))
        for slot in wanted
    )


SIZES = st.integers(min_value=0, max_value=2**42)


@st.composite
def guests(draw: st.DrawFn) -> GuestFacts:
    """Draw a guest of either kind in any state; what waits stands only on a running one."""
    kind = draw(st.sampled_from(Kind))
    status = draw(st.sampled_from(["running", "running", "stopped", "paused", "unknown"]))
    waits = draw(st.just({}) | PENDING) if status in {"running", "paused"} else {}
    return replace(
        a_guest(kind, status=status, pending=waits, disks=draw(disks(kind))),
        config=draw(CONFIGS),
        used_mib=draw(st.none() | st.integers(0, 8192)),
        ha_state=draw(st.sampled_from(["", "", "started", "error"])),
    )


AMOUNTS = st.builds(
    Amount,
    how=st.sampled_from(How),
    amount=st.integers(-(10**4), 10**5) | st.integers(-(2**60), 2**60),
)
TIMINGS = st.builds(
    Timing, when=st.sampled_from([When.NOW, When.AT_RESTART]), with_restart=st.booleans()
)
ASKS = st.builds(
    Ask,
    operation=st.just("resources"),
    guest=st.just("db1"),
    amounts=st.dictionaries(st.sampled_from(FIELDS), AMOUNTS, max_size=4),
    timing=TIMINGS,
)


HOWS = {
    How.SET: st.integers(0, 20),
    How.ADD: st.integers(1, 8),
    How.SUBTRACT: st.integers(1, 4),
    How.PERCENT: st.integers(-50, 100),
    How.FACTOR: st.sampled_from([50, 150, 200]),
}
SCALE = {"cores": 1, "vcpus": 1, "cpulimit": 50, "memory": 700, "balloon": 300, "swap": 300}


@st.composite
def likely(draw: st.DrawFn) -> tuple[Ask, GuestFacts]:
    """Draw a guest that can be planned and an ask that fits its kind, with amounts in reach."""
    guest = draw(guests())
    guest = replace(guest, status=draw(st.sampled_from(["running", "running", "stopped"])))
    if not guest.running:
        guest = replace(guest, pending={})
    own = {Kind.VM: ("memory", "balloon", "cores", "vcpus", "cpulimit")}.get(
        guest.ref.kind, ("memory", "swap", "cores", "cpulimit")
    )
    slots = tuple(d.slot for d in guest.disks if not d.why_not)
    amounts = {}
    for name in draw(st.lists(st.sampled_from(own + slots), min_size=1, max_size=3, unique=True)):
        how = draw(st.sampled_from(How))
        scale = 1 if how in {How.PERCENT, How.FACTOR} else SCALE.get(name, 2**33)
        amounts[name] = Amount(how=how, amount=draw(HOWS[how]) * scale)
    ask = Ask(operation="resources", guest="db1", amounts=amounts, timing=draw(TIMINGS))
    return ask, guest


CASES = st.tuples(ASKS, guests()) | likely() | likely() | likely()
"""Three times out of four plausible, else anything at all."""
QUICK = settings(max_examples=40, deadline=None)
"""Enough for every run; a deadline would only measure a busy machine."""


def _config_applied(guest: GuestFacts, step: Step, waiting: set[str]) -> GuestFacts:
    """Return the guest after a config call: values in force, or waiting."""
    now = {k: v for k, v in step.params.items() if k not in waiting}
    later = {k: v for k, v in step.params.items() if k in waiting}
    kept = {k: v for k, v in guest.pending.items() if k not in now}
    return replace(guest, config={**guest.config, **now}, pending={**kept, **later})


def _restarted(guest: GuestFacts) -> GuestFacts:
    """Return the guest with all that waited in force."""
    gone = {k for k, v in guest.pending.items() if v is None}
    merged = {**guest.config, **{k: v for k, v in guest.pending.items() if v is not None}}
    return replace(guest, config={k: v for k, v in merged.items() if k not in gone}, pending={})


def _grown(guest: GuestFacts, slot: str, size: int) -> GuestFacts:
    """Return the guest with that disk at that size."""
    grown = (replace(d, size_bytes=size) if d.slot == slot else d for d in guest.disks)
    return replace(guest, disks=tuple(grown))


def applied(guest: GuestFacts, draft: Draft) -> GuestFacts:
    """Return the guest after Proxmox did what the draft's steps say."""
    waits = {Effect.AT_RESTART, Effect.WITH_RESTART}
    waiting = {c.field for c in draft.changes if c.effect in waits}
    sizes: dict[str, Change] = {c.field: c for c in draft.changes}
    for step in draft.steps:
        if step.path == "config":
            guest = _config_applied(guest, step, waiting)
        elif step.path in {"status/start", "status/reboot"}:
            guest = _restarted(guest)
        elif step.path == "resize":
            after = sizes[step.params["disk"]].after
            assert isinstance(after, int)
            guest = _grown(guest, step.params["disk"], after)
    return guest
