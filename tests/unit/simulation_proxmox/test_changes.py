"""Changes of a configuration beyond the recorded cases."""

import pytest

from bot.simulation.proxmox import lxc_config, qemu_config
from bot.simulation.proxmox.errors import ApiError
from bot.simulation.proxmox.guest import Guest

VM = "cores: 2\nmemory: 2048\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n"
CT = "cores: 2\nhostname: ct\nmemory: 512\nostype: debian\nunprivileged: 1\n"


def change_vm(params: dict[str, str], text: str = VM) -> Guest:
    """Change a running VM and return it."""
    guest = Guest(100, "qemu", "pve1", text, running=True)
    change = qemu_config.prepare(guest, qemu_config.read_change(params), None)
    qemu_config.update(guest, change)
    return guest


def change_ct(params: dict[str, str], text: str = CT) -> Guest:
    """Change a running CT and return it."""
    guest = Guest(200, "lxc", "pve1", text, running=True)
    change = lxc_config.read_change(params)
    lxc_config.check_change(change)
    lxc_config.update(guest, change)
    return guest


def test_cpuunits_are_kept_within_cgroup_limits() -> None:
    """The schema takes more than cgroup v2 does; the file holds what is in force."""
    assert change_vm({"cpuunits": "20000"}).config.values["cpuunits"] == "10000"
    assert change_ct({"cpuunits": "0"}).config.values["cpuunits"] == "1"


def test_rate_of_a_network_device_changes_live_without_hotplug() -> None:
    """Only another model or address needs a new device."""
    rate = "virtio=BC:24:11:00:00:01,bridge=vmbr0,rate=10"
    guest = change_vm({"net0": rate}, VM + "hotplug: 0\n")
    assert guest.config.values["net0"] == rate
    other = change_vm({"net0": "e1000=BC:24:11:00:00:01,bridge=vmbr0"}, VM + "hotplug: 0\n")
    assert other.config.pending == {"net0": "e1000=BC:24:11:00:00:01,bridge=vmbr0"}


def test_reverting_and_deleting_one_option_is_refused() -> None:
    """The text is bound to `revert` for a VM, to `delete` for a CT."""
    both = {"delete": "cores", "revert": "cores"}
    with pytest.raises(ApiError) as vm:
        change_vm(both)
    with pytest.raises(ApiError) as ct:
        change_ct(both)
    text = "you can't use '-delete cores' and -revert cores' at the same time"
    assert vm.value.errors == {"revert": text}
    assert ct.value.errors == {"delete": text.replace("and -revert", "and '-revert")}


def test_unprivileged_is_read_only() -> None:
    """A CT stays what it was created as."""
    with pytest.raises(ApiError, match="unable to modify read-only option: 'unprivileged'"):
        change_ct({"unprivileged": "0"})


def test_deleted_disk_of_a_protected_ct_is_refused() -> None:
    """Protection guards disks."""
    text = CT + "mp0: tank:subvol-200-disk-0,mp=/srv,size=1G\nprotection: 1\n"
    with pytest.raises(ApiError, match="protection mode enabled"):
        change_ct({"delete": "mp0"}, text)


def test_tags_are_sorted_and_lower_case() -> None:
    """Each tag stands once."""
    assert change_ct({"tags": "Web,db;web"}).config.values["tags"] == "db;web"


def test_ct_change_leaves_other_waiting_options_alone() -> None:
    """Only what the call names is applied; the rest waits for the next start."""
    text = CT + "\n[pve:pending]\nfeatures: nesting=1\n"
    guest = Guest(200, "lxc", "pve1", text)
    lxc_config.update(guest, lxc_config.read_change({"memory": "1024"}))
    assert guest.config.values["memory"] == "1024"
    assert guest.config.pending == {"features": "nesting=1"}


def test_removed_disk_of_a_stopped_guest_is_kept_as_unused() -> None:
    """The volume is not destroyed."""
    guest = Guest(100, "qemu", "pve1", VM + "scsi1: ceph:vm-100-disk-1,size=4G\n")
    qemu_config.update(guest, qemu_config.read_change({"delete": "scsi1"}))
    assert guest.config.values["unused0"] == "ceph:vm-100-disk-1"
    assert "scsi1" not in guest.config.values
