"""Whatever Proxmox answers, reading it never fails."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.guest import GuestRef, Kind
from bot.proxmox.reading import estate, guests, tasks
from bot.proxmox.reading.values import mapping, rows

UPID = "UPID:pve1:0000C530:001C9BEC:65F0A1B2:qmconfig:100:bot@pve!slack:"
WORDS = [
    *(
        "type",
        "node",
        "lxc",
        "qemu",
        "storage",
        "cluster",
        "vmid",
        "name",
        "status",
        "mem",
        "maxmem",
    ),
    *("maxcpu", "cpu", "tags", "uptime", "online", "quorate", "key", "value", "pending", "delete"),
    *("memory", "total", "used", "free", "cpuinfo", "cpus", "ha", "managed", "ballooninfo", "size"),
    *("free_mem", "total_mem", "active", "shared", "avail", "content", "ctime", "snaptime", "upid"),
    *("starttime", "endtime", "exitstatus", "id", "scsi0", "rootfs", "net0", "smbios1", "maxdisk"),
    *(
        "available",
        "running",
        "onboot",
        "t",
        "images",
        "backup",
        "uuid=x,base64=1",
        "data:1,size=4G",
    ),
    *("base64=1,uuid=/w==", "", UPID, "plugintype"),
]
words = st.sampled_from(WORDS)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), words, st.text(max_size=9)
)
answers = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=6)),
    max_leaves=24,
)
REFS = [GuestRef(cluster="paris", kind=kind, vmid=100) for kind in Kind]


@settings(max_examples=150, deadline=None)
@given(answer=answers, other=answers, ref=st.sampled_from(REFS))
def test_no_answer_breaks_a_reader(answer: Any, other: Any, ref: GuestRef) -> None:
    """Keys may be missing, values may have any type: what cannot be read is unknown."""
    config, waiting, digest = guests.config_in_force(answer)
    plain, _ = guests.plain_config(answer)
    facts = guests.guest_facts(ref, "pve1", {**plain, **config}, waiting, digest, mapping(other))
    picture = estate.cluster_picture("paris", answer, other, 1)
    task = tasks.with_log(tasks.task_status(UPID, answer), other, 3)
    assert facts.status in {"running", "stopped", "paused", "unknown"}
    assert all(isinstance(value, str) for value in facts.config.values())
    assert len(picture.guests) + len(picture.nodes) + len(picture.storages) <= len(rows(answer))
    assert len(task.log_tail) <= 3
    assert all(t.upid == UPID for t in tasks.task_list(answer, "bot@pve!slack"))
    for read in (guests.snapshots, guests.waiting_memory, estate.newest_backup, estate.sizes):
        read(answer)
    estate.node_status("pve1", answer)
    estate.storage_status("pve1", answer, {})
    estate.backup_storages(answer)
    estate.rights(answer)
