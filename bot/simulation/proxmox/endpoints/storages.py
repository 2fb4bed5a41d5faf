"""Storages of a node and what lies on them."""

from bot.simulation.proxmox.call import Call, Needs, Route
from bot.simulation.proxmox.errors import died
from bot.simulation.proxmox.params.formats import split_list
from bot.simulation.proxmox.params.methods import NODE_STORAGES, NOTHING, STORAGE_CONTENT, STORAGES
from bot.simulation.proxmox.picture import Row
from bot.simulation.proxmox.storage import Backup, Storage, Volume

SEE = ("Datastore.Audit", "Datastore.AllocateSpace")


def node_storages(call: Call) -> list[Row]:
    """Answer with the node's storages that the caller may see."""
    wanted = set(split_list(call.params.get("content", "")))
    only = call.params.get("storage")
    return [
        {"storage": storage.name} | _state(call, storage)
        for storage in call.world.storages.values()
        if storage.pool(call.node) is not None
        and call.may(f"/storage/{storage.name}", *SEE)
        and (not wanted or wanted & set(storage.content))
        and only in {None, storage.name}
    ]


def storages(call: Call) -> list[Row]:
    """Answer with the settings of every storage that the caller may see."""
    wanted = call.params.get("type")
    return [
        {
            "storage": storage.name,
            "type": storage.type,
            "content": ",".join(storage.content),
            "shared": int(storage.shared),
            "digest": "0" * 40,
        }
        for storage in call.world.storages.values()
        if call.may(f"/storage/{storage.name}", *SEE) and wanted in {None, storage.type}
    ]


def _state(call: Call, storage: Storage) -> Row:
    pool = storage.pool(call.node)
    active = pool is not None and pool.active
    total = pool.total if pool and active else 0
    used = storage.used(call.node) if active else 0
    return {
        "type": storage.type,
        "content": ",".join(storage.content),
        "enabled": 1,
        "active": int(active),
        "shared": int(storage.shared),
        "total": total,
        "used": used,
        "avail": total - used,
        "used_fraction": used / total if total else 0,
    }


def _storage(call: Call) -> Storage:
    name = call.place["storage"]
    storage = call.world.storages.get(name)
    if storage is None:
        raise died(f"storage '{name}' does not exist")
    if storage.pool(call.node) is None:
        raise died(f"storage '{name}' is not available on node '{call.node}'")
    return storage


def storage_status(call: Call) -> Row:
    """Answer with one storage's state."""
    return _state(call, _storage(call))


def storage_content(call: Call) -> list[Row]:
    """Answer with volumes (true sizes) and backups of guests the caller may see."""
    storage = _storage(call)
    pool = storage.pool(call.node)
    if pool is None:
        return []
    rows = [_volume_row(call, volume) for volume in pool.volumes.values()]
    rows += [_backup_row(backup) for backup in pool.backups]
    wanted, vmid = call.params.get("content"), call.params.get("vmid")
    return [
        row
        for row in rows
        if wanted in {None, row["content"]}
        and vmid in {None, str(row["vmid"])}
        and (
            call.may(f"/storage/{storage.name}", "Datastore.Allocate")
            or call.may(f"/vms/{row['vmid']}", "VM.Audit", "VM.Backup", "VM.Config.Disk")
        )
    ]


def _volume_row(call: Call, volume: Volume) -> Row:
    guest = call.world.guests.get(volume.vmid)
    return {
        "volid": volume.volid,
        "vmid": volume.vmid,
        "content": "rootdir" if guest and guest.kind == "lxc" else "images",
        "format": volume.format,
        "size": volume.size,
        "used": volume.written,
    }


def _backup_row(backup: Backup) -> Row:
    return {
        "volid": backup.volid,
        "vmid": backup.vmid,
        "content": "backup",
        "format": backup.volid.partition(".")[2],
        "subtype": "lxc" if "-lxc-" in backup.volid else "qemu",
        "size": backup.size,
        "ctime": backup.ctime,
        "notes": backup.notes,
        "protected": int(backup.protected),
    }


SEE_ONE = Needs("/storage/{storage}", SEE, any=True)
ONE = "/nodes/{node}/storage/{storage}"

ROUTES = (
    Route("GET", "/storage", storages, STORAGES),
    Route("GET", "/nodes/{node}/storage", node_storages, NODE_STORAGES),
    Route("GET", f"{ONE}/status", storage_status, NOTHING, SEE_ONE),
    Route("GET", f"{ONE}/content", storage_content, STORAGE_CONTENT, SEE_ONE),
)
