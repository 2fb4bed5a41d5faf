"""The options of a guest's configuration and what each accepts."""

from bot.simulation.proxmox.params import formats
from bot.simulation.proxmox.params.check import BOOLEAN, COUNT, STRING, Param, Params

CPULIMIT_MAX = {"qemu": 128, "lxc": 8192}
LIST = Param(format=formats.config_id_list)
DESCRIPTION = Param(max_length=8192)
TAGS = Param(format=formats.tag_list)
STARTUP = Param(format=formats.startup)

UPDATE: Params = {
    "delete": LIST,
    "revert": LIST,
    "digest": Param(max_length=40),
}

QEMU: Params = {
    "acpi": BOOLEAN,
    "affinity": STRING,
    "agent": STRING,
    "args": STRING,
    "balloon": COUNT,
    "bios": Param(enum=("seabios", "ovmf")),
    "boot": STRING,
    "bootdisk": STRING,
    "cdrom": STRING,
    "cicustom": STRING,
    "cipassword": STRING,
    "ciuser": STRING,
    "cores": Param(type="integer", minimum=1),
    "cpu": STRING,
    "cpulimit": Param(type="number", minimum=0, maximum=128),
    "cpuunits": Param(type="integer", minimum=1, maximum=262144),
    "description": DESCRIPTION,
    "efidisk0": STRING,
    "hookscript": STRING,
    "hostpci[n]": STRING,
    "hotplug": Param(format=formats.hotplug),
    "hugepages": Param(enum=("any", "2", "1024")),
    "ide[n]": STRING,
    "ipconfig[n]": STRING,
    "kvm": BOOLEAN,
    "lock": Param(
        enum=(
            "backup",
            "clone",
            "create",
            "migrate",
            "rollback",
            "snapshot",
            "snapshot-delete",
            "suspending",
            "suspended",
        )
    ),
    "machine": STRING,
    "memory": Param(format=formats.memory),
    "migrate_downtime": Param(type="number", minimum=0),
    "migrate_speed": COUNT,
    "name": Param(format=formats.dns_name),
    "nameserver": STRING,
    "net[n]": STRING,
    "numa": BOOLEAN,
    "numa[n]": STRING,
    "onboot": BOOLEAN,
    "ostype": STRING,
    "protection": BOOLEAN,
    "rng0": STRING,
    "sata[n]": STRING,
    "scsi[n]": STRING,
    "scsihw": STRING,
    "searchdomain": STRING,
    "serial[n]": STRING,
    "shares": Param(type="integer", minimum=0, maximum=50000),
    "smbios1": Param(max_length=512),
    "sockets": Param(type="integer", minimum=1),
    "sshkeys": STRING,
    "startup": STARTUP,
    "tablet": BOOLEAN,
    "tags": TAGS,
    "template": BOOLEAN,
    "tpmstate0": STRING,
    "unused[n]": STRING,
    "usb[n]": STRING,
    "vcpus": Param(type="integer", minimum=1),
    "vga": STRING,
    "virtio[n]": STRING,
    "virtiofs[n]": STRING,
    "vmgenid": STRING,
    "vmstatestorage": Param(format=formats.storage_id),
}
QEMU_UPDATE: Params = {**QEMU, **UPDATE, "force": BOOLEAN, "skiplock": BOOLEAN}
QEMU_UPDATE_TASK: Params = {
    **QEMU_UPDATE,
    "background_delay": Param(type="integer", minimum=1, maximum=30),
}

LXC: Params = {
    "arch": Param(enum=("amd64", "i386", "arm64", "armhf", "riscv32", "riscv64")),
    "cmode": Param(enum=("shell", "console", "tty")),
    "console": BOOLEAN,
    "cores": Param(type="integer", minimum=1, maximum=8192),
    "cpulimit": Param(type="number", minimum=0, maximum=8192),
    "cpuunits": Param(type="integer", minimum=0, maximum=500000),
    "debug": BOOLEAN,
    "description": DESCRIPTION,
    "features": STRING,
    "hookscript": STRING,
    "hostname": Param(format=formats.dns_name, max_length=255),
    "lock": Param(
        enum=(
            "backup",
            "create",
            "destroyed",
            "disk",
            "fstrim",
            "migrate",
            "mounted",
            "rollback",
            "snapshot",
            "snapshot-delete",
        )
    ),
    "memory": Param(type="integer", minimum=16),
    "mp[n]": STRING,
    "nameserver": STRING,
    "net[n]": STRING,
    "onboot": BOOLEAN,
    "ostype": STRING,
    "protection": BOOLEAN,
    "rootfs": STRING,
    "searchdomain": STRING,
    "startup": STARTUP,
    "swap": COUNT,
    "tags": TAGS,
    "template": BOOLEAN,
    "timezone": STRING,
    "tty": Param(type="integer", minimum=0, maximum=6),
    "unprivileged": BOOLEAN,
    "unused[n]": STRING,
}
LXC_UPDATE: Params = {**LXC, **UPDATE}

INTERNAL = frozenset({"parent", "snaptime", "vmstate", "snapstate", "runningmachine", "digest"})
OPTIONS: dict[str, Params] = {"qemu": QEMU, "lxc": LXC}
