"""The parameters of the methods that are not a guest's configuration."""

from bot.simulation.proxmox.params import formats
from bot.simulation.proxmox.params.check import BOOLEAN, COUNT, STRING, Param, Params

SIZE = Param(pattern=r"\+?\d+(\.\d+)?[KMGT]?", optional=False)
DIGEST = Param(max_length=40)
SNAPNAME = Param(format=formats.config_id, max_length=40, optional=False)
NODE = Param(format=formats.node)
TARGET = Param(format=formats.node, optional=False)
VMID = Param(type="integer", format=formats.vmid, minimum=100, maximum=999999999)
STORAGE = Param(format=formats.storage_id)

QEMU_DISKS = (
    *(f"ide{n}" for n in range(4)),
    *(f"scsi{n}" for n in range(31)),
    *(f"virtio{n}" for n in range(16)),
    *(f"sata{n}" for n in range(6)),
    "efidisk0",
    "tpmstate0",
)
LXC_DISKS = ("rootfs", *(f"mp{n}" for n in range(256)))

QEMU_RESIZE: Params = {
    "disk": Param(enum=QEMU_DISKS, optional=False),
    "size": SIZE,
    "digest": DIGEST,
    "skiplock": BOOLEAN,
}
LXC_RESIZE: Params = {
    "disk": Param(enum=LXC_DISKS, optional=False),
    "size": SIZE,
    "digest": DIGEST,
}

CONFIG: Params = {"current": BOOLEAN, "snapshot": Param(format=formats.config_id, max_length=40)}

QEMU_START: Params = {"timeout": COUNT, "skiplock": BOOLEAN, "targetstorage": STRING}
LXC_START: Params = {"debug": BOOLEAN, "skiplock": BOOLEAN}
QEMU_STOP: Params = {
    "timeout": COUNT,
    "skiplock": BOOLEAN,
    "keepActive": BOOLEAN,
    "overrule-shutdown": BOOLEAN,
}
LXC_STOP: Params = {"skiplock": BOOLEAN, "overrule-shutdown": BOOLEAN}
QEMU_SHUTDOWN: Params = {
    "timeout": COUNT,
    "forceStop": BOOLEAN,
    "skiplock": BOOLEAN,
    "keepActive": BOOLEAN,
}
LXC_SHUTDOWN: Params = {"timeout": COUNT, "forceStop": BOOLEAN}
REBOOT: Params = {"timeout": COUNT}
RESET: Params = {"skiplock": BOOLEAN}
SUSPEND: Params = {"skiplock": BOOLEAN}
DESTROY: Params = {"purge": BOOLEAN, "destroy-unreferenced-disks": BOOLEAN}

QEMU_SNAPSHOT: Params = {"snapname": SNAPNAME, "description": STRING, "vmstate": BOOLEAN}
LXC_SNAPSHOT: Params = {"snapname": SNAPNAME, "description": STRING}
SNAPSHOT_DELETE: Params = {"snapname": SNAPNAME, "force": BOOLEAN}
SNAPSHOT_CONFIG: Params = {"snapname": SNAPNAME}
SNAPSHOT_UPDATE: Params = {"snapname": SNAPNAME, "description": STRING}
ROLLBACK: Params = {"snapname": SNAPNAME, "start": BOOLEAN}

QEMU_MIGRATE: Params = {
    "target": TARGET,
    "online": BOOLEAN,
    "force": BOOLEAN,
    "with-local-disks": BOOLEAN,
    "targetstorage": STRING,
    "bwlimit": COUNT,
}
LXC_MIGRATE: Params = {
    "target": TARGET,
    "online": BOOLEAN,
    "restart": BOOLEAN,
    "timeout": Param(type="integer"),
    "target-storage": STRING,
    "bwlimit": Param(type="number", minimum=0),
}
MIGRATE_CHECK: Params = {"target": NODE}

RESOURCES: Params = {"type": Param(enum=("vm", "storage", "node", "sdn"))}
NEXTID: Params = {"vmid": VMID}
GUEST_LIST_QEMU: Params = {"full": BOOLEAN}
NODE_STORAGES: Params = {
    "storage": STORAGE,
    "content": STRING,
    "enabled": BOOLEAN,
    "target": NODE,
    "format": BOOLEAN,
}
STORAGE_TYPES = (
    "btrfs",
    "cephfs",
    "cifs",
    "dir",
    "esxi",
    "iscsi",
    "iscsidirect",
    "lvm",
    "lvmthin",
    "nfs",
    "pbs",
    "rbd",
    "zfs",
    "zfspool",
)
STORAGES: Params = {"type": Param(enum=STORAGE_TYPES)}
STORAGE_CONTENT: Params = {
    "content": STRING,
    "vmid": VMID,
}
TASK_LIST: Params = {
    "start": COUNT,
    "limit": COUNT,
    "source": Param(enum=("archive", "active", "all")),
    "vmid": VMID,
    "typefilter": STRING,
    "userfilter": STRING,
    "since": Param(type="integer"),
    "until": Param(type="integer"),
    "errors": BOOLEAN,
}
TASK_LOG: Params = {"start": COUNT, "limit": COUNT, "download": BOOLEAN}
PERMISSIONS: Params = {"path": STRING, "userid": STRING}
POOLS: Params = {
    "poolid": STRING,
    "type": Param(enum=("qemu", "lxc", "storage"), requires="poolid"),
}
TICKET: Params = {
    "username": Param(max_length=64, optional=False),
    "password": Param(optional=False),
    "realm": Param(max_length=32),
    "otp": STRING,
    "new-format": BOOLEAN,
}
TIMEFRAMES = ("hour", "day", "week", "month", "year")
AVERAGE = Param(enum=("AVERAGE", "MAX"))
RRD: Params = {"timeframe": Param(enum=TIMEFRAMES, optional=False), "cf": AVERAGE}
NODE_RRD: Params = {"timeframe": Param(enum=(*TIMEFRAMES, "decade"), optional=False), "cf": AVERAGE}
VZDUMP: Params = {
    "vmid": Param(format=formats.vmid_list),
    "storage": STORAGE,
    "mode": Param(enum=("snapshot", "suspend", "stop")),
    "compress": Param(enum=("0", "1", "gzip", "lzo", "zstd")),
    "remove": BOOLEAN,
    "notes-template": Param(max_length=1024, requires="storage"),
    "protected": Param(type="boolean", requires="storage"),
}
HA_STATE: Params = {
    "state": Param(enum=("started", "stopped", "enabled", "disabled", "ignored")),
    "comment": Param(max_length=4096),
    "digest": Param(max_length=64),
}
HA_LIST: Params = {"type": Param(enum=("ct", "vm"))}
NOTHING: Params = {}
