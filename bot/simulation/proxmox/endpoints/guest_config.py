"""Reading and changing a guest's configuration."""

from typing import Any

from bot.simulation.proxmox import config_file, lxc_config, networks, qemu_config
from bot.simulation.proxmox.call import Call, Route, for_both, vm
from bot.simulation.proxmox.config_file import Kind
from bot.simulation.proxmox.errors import died, wrong_parameters
from bot.simulation.proxmox.option_rights import check_lxc, check_qemu
from bot.simulation.proxmox.params.check import spec_of
from bot.simulation.proxmox.params.guest_options import (
    LXC_UPDATE,
    OPTIONS,
    QEMU_UPDATE,
    QEMU_UPDATE_TASK,
)
from bot.simulation.proxmox.params.methods import CONFIG, NOTHING
from bot.simulation.proxmox.permissions import SUPERUSER
from bot.simulation.proxmox.qemu_config import Change
from bot.simulation.proxmox.tasks import Task

NUMERIC_INTERNAL = frozenset({"snaptime"})


def shown(kind: Kind, option: str, value: str) -> str | int:
    """Return a value as the API shows it: integers and booleans as numbers, the rest as text."""
    spec = spec_of(OPTIONS[kind], option)
    number = option in NUMERIC_INTERNAL or (
        spec is not None and spec.type in {"integer", "boolean"}
    )
    return int(value) if number and value.lstrip("-").isdigit() else value


def get_config(call: Call) -> dict[str, Any]:
    """Answer with the values in force (`current=1`), or as they would be with what waits."""
    guest = call.guest
    config = guest.config
    snapshot = call.params.get("snapshot")
    if snapshot and call.flag("current"):
        text = "cannot use 'snapshot' parameter with 'current'"
        raise wrong_parameters({"snapshot": text, "current": text})
    if snapshot:
        if snapshot not in config.snapshots:
            raise died(f"snapshot '{snapshot}' does not exist")
        values = config.snapshots[snapshot]
    else:
        values = config.values if call.flag("current") else config.with_pending()
    answer: dict[str, Any] = {o: shown(guest.kind, o, v) for o, v in values.items()}
    return answer | {"digest": guest.digest}


def get_pending(call: Call) -> list[dict[str, Any]]:
    """Answer with every option: its value, what waits for it, whether it waits for removal."""
    guest = call.guest
    config = guest.config
    rows: list[dict[str, Any]] = []
    for option in sorted({*config.values, *config.pending}):
        row: dict[str, Any] = {"key": option}
        if option in config.values:
            row["value"] = shown(guest.kind, option, config.values[option])
        if option in config.pending:
            row["pending"] = shown(guest.kind, option, config.pending[option])
        if option in config.pending_delete:
            row["delete"] = 2 if config.pending_delete[option] else 1
        rows.append(row)
    return [*rows, {"key": "digest", "value": config_file.digest(guest.text)}]


async def put_qemu_config(call: Call) -> None:
    """Change a VM's configuration and answer when it is done."""
    change, digest, skiplock = _qemu_change(call)
    guest = call.guest
    async with guest.locked_file(call.world.clock):
        change = qemu_config.prepare(guest, change, digest, skiplock=skiplock)
        qemu_config.update(guest, change)


async def post_qemu_config(call: Call) -> str | None:
    """Change a VM's configuration in a task; the first checks are made before."""
    delay = call.params.pop("background_delay", None)
    change, digest, skiplock = _qemu_change(call)
    guest = call.guest
    async with guest.locked_file(call.world.clock):
        prepared = qemu_config.prepare(guest, change, digest, skiplock=skiplock)

    async def work(task: Task) -> None:
        task.say(f"update VM {guest.vmid}: {change.command_line}")
        for warning in qemu_config.update(guest, prepared):
            task.say(f"WARN: {warning}")

    upid = call.start_task("qmconfig", work)
    if delay is None:
        return upid
    task = call.world.tasks.find(upid)
    if not await call.world.clock.wait_for(task.done, int(delay)):
        return upid
    if task.exit != "OK":
        raise died(f"failed to update VM {guest.vmid}: {task.exit}")
    return None


def _qemu_change(call: Call) -> tuple[Change, str | None, bool]:
    params = dict(call.params)
    digest = params.pop("digest", None)
    skiplock = params.pop("skiplock", "0") == "1"
    if skiplock and call.who != SUPERUSER:
        raise wrong_parameters({"skiplock": "Only root may use this option."})
    for option in filter(networks.is_net, params):
        params[option] = networks.complete_qemu(params[option], call.world.clock.token(3))
    change = qemu_config.read_change(params)
    check_qemu(call, change.delete)
    check_qemu(call, change.values)
    return change, digest, skiplock


async def put_lxc_config(call: Call) -> None:
    """Change a CT's configuration; lock and digest are looked at before anything else."""
    params = dict(call.params)
    digest = params.pop("digest", None)
    for option in filter(networks.is_net, params):
        params[option] = networks.complete_lxc(params[option], call.world.clock.token(3))
    change = lxc_config.read_change(params)
    guest = call.guest
    async with guest.locked_file(call.world.clock):
        lxc_config.prepare(guest, digest)
        check_lxc(call, guest, dict.fromkeys(change.delete, ""))
        check_lxc(call, guest, dict.fromkeys(change.revert, ""))
        lxc_config.check_change(change)
        check_lxc(call, guest, change.values)
        lxc_config.update(guest, change)


QEMU_CHANGE = vm(
    "VM.Config.Disk",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.HWType",
    "VM.Config.Options",
    "VM.Config.Cloudinit",
    any_=True,
)
LXC_CHANGE = vm(
    "VM.Config.Disk",
    "VM.Config.CPU",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    any_=True,
)
QEMU_PATH = "/nodes/{node}/qemu/{vmid}/config"
LXC_PATH = "/nodes/{node}/lxc/{vmid}/config"

ROUTES = (
    *for_both(
        {"qemu": CONFIG, "lxc": CONFIG}, "GET", "/config", handler=get_config, needs=vm("VM.Audit")
    ),
    *for_both(
        {"qemu": NOTHING, "lxc": NOTHING},
        "GET",
        "/pending",
        handler=get_pending,
        needs=vm("VM.Audit"),
    ),
    Route("PUT", QEMU_PATH, put_qemu_config, QEMU_UPDATE, QEMU_CHANGE),
    Route("POST", QEMU_PATH, post_qemu_config, QEMU_UPDATE_TASK, QEMU_CHANGE),
    Route("PUT", LXC_PATH, put_lxc_config, LXC_UPDATE, LXC_CHANGE),
)
