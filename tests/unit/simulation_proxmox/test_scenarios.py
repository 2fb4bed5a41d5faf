"""The ready worlds hold what the stories need."""

import pytest

from bot.simulation.clock import Clock
from bot.simulation.proxmox import hotplug
from bot.simulation.proxmox.scenarios import BOT_TOKEN, ROOT_TOKEN, SCENARIOS, build
from bot.simulation.proxmox.world import World


def world(name: str) -> World:
    """Build a scenario."""
    return build(name, Clock(scale=0))


def test_founding_host_has_six_cts_and_one_vm() -> None:
    """Seven guests by name; the VM has 4 GiB, no hotplug, and no balloon set."""
    made = world("ilinux")
    names = {guest.name for guest in made.guests.values() if guest.kind == "lxc"}
    assert names == {"web-01", "db-01", "mail", "build-7", "old-wiki", "headroom"}
    app = made.named("app1").config.values
    assert made.guest(101).name == "web-01"
    assert (app["memory"], app["cores"]) == ("4096", "2")
    assert not {"balloon", "hotplug"} & app.keys()


def test_founding_host_has_a_stopped_guest_that_starts_at_boot() -> None:
    """It counts in what is promised."""
    stopped = [guest for guest in world("ilinux").guests.values() if not guest.running]
    assert [guest.config.values["onboot"] for guest in stopped] == ["1"]


def test_founding_host_promises_more_than_its_thin_pool_has() -> None:
    """Thin disks could claim more than there is."""
    storage = world("ilinux").storages["local-lvm"]
    promised = sum(volume.size for volume in storage.volumes("pve1"))
    assert promised > storage.pools["pve1"].total


def test_every_guest_has_a_mark_of_its_own() -> None:
    """A reused vmid can be told by uuid (VM) or network address and root volume (CT)."""
    for guest in world("ilinux").guests.values():
        values = guest.config.values
        if guest.kind == "qemu":
            assert values["smbios1"].startswith("uuid=")
        else:
            assert "hwaddr=BC:24:11" in values["net0"]


def test_cluster_has_guests_of_every_sort() -> None:
    """40 guests: templates, protected, locked, prepared for hotplug, with agent, under HA."""
    made = world("trio")
    guests = list(made.guests.values())
    assert len(guests) == 40
    assert sum(guest.template for guest in guests) == 2
    assert [g.name for g in guests if g.config.values.get("protection")] == ["vault"]
    assert [g.name for g in guests if g.lock] == ["reporting"]
    assert sum(guest.usage.agent for guest in guests) > 5
    assert made.ha.keys() == {100, 101, 102, 103, 108, 204}
    assert made.storages["ceph"].shared
    prepared = made.named("elastic-1").config.values
    assert {"memory", "cpu"} <= hotplug.features(prepared["hotplug"])


def test_cluster_replicates_to_another_node() -> None:
    """No guest is replicated to the node it is on."""
    made = world("trio")
    assert made.replicated
    assert not [v for v, target in made.replicated.items() if made.guest(v).node == target]


def test_fleet_is_the_same_every_time() -> None:
    """Nothing in it is random."""
    one, other = world("fleet"), world("fleet")
    assert len(one.guests) == 10_000
    assert [one.guest(v).text for v in (1000, 5432, 10_999)] == [
        other.guest(v).text for v in (1000, 5432, 10_999)
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_bot_and_superuser_have_tokens(name: str) -> None:
    """The bot's is privilege separated and can change guests; the superuser's can do all."""
    access = world(name).access
    assert access.tokens[BOT_TOKEN].privsep
    assert access.may(BOT_TOKEN, "/vms/101", "VM.Config.Memory")
    assert not access.may(BOT_TOKEN, "/vms/101", "VM.Allocate")
    assert access.may(ROOT_TOKEN, "/vms/101", "VM.Allocate")


def test_unknown_scenario_is_named() -> None:
    """The error lists those there are."""
    with pytest.raises(ValueError, match="ilinux, trio, fleet"):
        world("nowhere")
