"""Lists, guests and nodes as a reader sees them, written out."""

from dataclasses import replace

from bot.model.view import (
    GuestList,
    GuestView,
    HeadroomView,
    SnapshotList,
    WhoAmI,
)
from handlers.blocks import render
from tests.unit.blocks import asked, samples
from tests.unit.blocks.asked import T
from tests.unit.blocks.flat import flat


def test_a_list_of_guests_reads_as_a_table() -> None:
    """Rows with name, number, node, state, memory and cores; pages by buttons."""
    expected = """\
41 guests for db, page 2 of 3.
guest                       number      node            state     memory              cores
db1                         CT 104      pve1            running   3.6 of 4 GiB        2
[Show db1]
[Earlier] [More]
As seen 2026-11-23 14:30:00 UTC"""
    page = GuestList(
        guests=(samples.SUMMARY,), total=41, page=2, pages=3, read_at=T, filter_text="db"
    )
    assert expected == flat(render(page))


def test_three_hundred_guests_fit_in_one_answer() -> None:
    """A page of three hundred guests keeps every row."""
    guests = tuple(replace(samples.SUMMARY, name=f"guest-{n}") for n in range(300))
    shown = flat(render(GuestList(guests=guests, total=300, page=1, pages=1, read_at=T)))
    assert all(f"guest-{n} " in shown for n in range(300))


def test_a_guest_shows_what_is_in_force_and_what_waits() -> None:
    """One guest: amounts, pending values, use, disks, circumstances, what is open, buttons."""
    expected = """\
app1 (VM 101, pve1) has memory 4 GiB, sockets 1 and cores 2. Waits for a shutdown and start: memory 8 GiB.
It is running for 1 day; 3.6 GiB of memory in use; what the guest itself uses is not reported.
• scsi0 32 GiB on local-lvm
• scsi1 8 GiB on nas
• ide2 1 GiB on local: cannot grow, a CD-ROM
HA does not manage it. Last backup: 2026-11-23 14:30 UTC. Pool prod. Tags web and prod.
*Open on it*
• R-7K2M: memory 4 → 8 GiB waits for a shutdown and start since 2026-11-23 14:30 UTC
[Request resources]
Read 2026-11-23 14:30:00 UTC"""
    view = GuestView(
        facts=samples.FACTS,
        requests=(),
        open_ends=(asked.OPEN_END,),
        last_backup=T // 1000,
        may=frozenset({"view"}),
        read_at=T,
    )
    assert expected.replace("[Request resources]\n", "") == flat(render(view))
    allowed = replace(view, open_ends=(), may=frozenset({"request"}))
    assert "[Request resources]" in flat(render(allowed))


def test_headroom_in_words_and_bars() -> None:
    """A node: promised of room, in use, held, kept for the host, and what is not known."""
    expected = """\
Headroom of pve1.
*pve1*: 7 guests count.
All guests on pve1 are promised (configured) 18 of 15.5 GiB: if all took it, about 2.5 GiB would be missing. Over the warning at 15.5 GiB.
In use on pve1: 11 of 13.9 GiB.
Held for approved requests: 2 GiB.
1.6 GiB is kept for the host.
Some figures are unknown. What would tell: Sys.Audit on /nodes/pve1.

promised  now  ████████████████▶▶▶ 116 %
in use    now  █████████████░░░ 79 %
Read 2026-11-23 14:30:00 UTC"""  # noqa: E501 - a sentence of the answer is one line
    assert expected == flat(render(HeadroomView(rooms=(samples.ROOM,), read_at=T)))


def test_rights_in_plain_words() -> None:
    """`whoami` says groups, roles and what they allow."""
    me = WhoAmI(
        account=samples.ACCOUNT,
        groups=("ops",),
        roles=("web team",),
        may=("view", "power"),
        guests=7,
    )
    expected = """\
You are @U0ANA, in ops. Your roles: web team.
You may see guests and start, shut down and reboot.
You see 7 guests.
Slack's word from 2026-11-23 14:30 UTC · your time zone: Europe/Paris"""
    assert expected == flat(render(me))


def test_no_snapshots_is_a_sentence() -> None:
    """An empty list is said, not shown as nothing."""
    none = SnapshotList(guest=asked.DB1, name="db1", snapshots=())
    assert flat(render(none)) == "db1 (CT 104) has no snapshots."
