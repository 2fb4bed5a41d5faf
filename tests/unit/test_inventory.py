"""The inventory: one shared, dated picture; who is meant by a name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from bot.inventory import Inventory, find
from bot.model.errors import GuestMissing, Unreachable
from bot.model.estate import ClusterPicture, NodeFacts
from bot.model.guest import GuestRef, GuestSummary, Kind
from bot.model.refusal import Reason, Refusal
from bot.ports import Clock, Hypervisor


@dataclass
class Hand:
    """A clock that stands until it is set; nobody waits on it."""

    ms: int = 1_000_000

    def now(self) -> int:
        """Return the time, ms."""
        return self.ms


def guest(vmid: int, name: str, *, cluster: str = "paris", node: str = "pve1") -> GuestSummary:
    """Return a running CT."""
    ref = GuestRef(cluster=cluster, kind=Kind.CT, vmid=vmid)
    return GuestSummary(ref=ref, name=name, node=node, status="running")


@dataclass
class Estate:
    """A hypervisor that shows these guests, and answers only once `open` is set."""

    guests: list[GuestSummary]
    open: asyncio.Event = field(default_factory=asyncio.Event)
    pictures: int = 0
    scans: list[list[int]] = field(default_factory=list)
    broken: bool = False
    nodes: tuple[NodeFacts, ...] = (NodeFacts(name="pve1", online=True),)

    def __post_init__(self) -> None:
        self.open.set()

    def clusters(self) -> tuple[str, ...]:
        """Return the one cluster."""
        return ("paris",)

    async def picture(self, cluster: str) -> ClusterPicture:
        """Show the guests as they are when it answers."""
        self.pictures += 1
        await self.open.wait()
        if self.broken:
            raise Unreachable(f"reading the resources of {cluster}", "connection refused")
        return ClusterPicture(
            cluster=cluster,
            read_at=0,
            quorate=True,
            nodes=self.nodes,
            guests=tuple(self.guests),
            storages=(),
        )

    async def slow_scan(
        self, guests: Sequence[GuestRef], _cluster: str
    ) -> dict[int, tuple[bool, int | None]]:
        """Every guest starts at boot; 102 cannot be read."""
        self.scans.append([ref.vmid for ref in guests])
        return {ref.vmid: (True, 2048) for ref in guests if ref.vmid != 102}


DB = guest(101, "db1")
WIKI = guest(102, "wiki")
WEB = guest(103, "web-01")


@pytest.fixture
def estate() -> Estate:
    """Three guests on a node."""
    return Estate([DB, WIKI, WEB])


@pytest.fixture
def clock() -> Hand:
    """Stand still."""
    return Hand()


@pytest.fixture
async def inventory(estate: Estate, clock: Hand) -> AsyncIterator[Inventory]:
    """Look at the estate."""
    ready = Inventory(cast("Hypervisor", estate), cast("Clock", clock))
    yield ready
    await ready.close()


async def test_callers_share_one_reading(inventory: Inventory, estate: Estate) -> None:
    """Whoever comes while it is being read waits for the same answer."""
    estate.open.clear()
    callers = [asyncio.ensure_future(inventory.picture("paris")) for _ in range(5)]
    estate.open.set()
    found = await asyncio.gather(*callers)
    assert estate.pictures == 1
    assert {len(p.guests) for p in found} == {3}


async def test_a_picture_is_reused_for_ten_seconds(
    inventory: Inventory, estate: Estate, clock: Hand
) -> None:
    """Then it is read anew, and carries the time its reading began."""
    first = await inventory.picture("paris")
    clock.ms += 10_000
    second = await inventory.picture("paris")
    clock.ms += 1
    third = await inventory.picture("paris")
    assert estate.pictures == 2
    assert [p.read_at for p in (first, second, third)] == [1_000_000, 1_000_000, 1_010_001]


async def test_a_fresh_look_is_never_older_than_the_call(
    inventory: Inventory, estate: Estate, clock: Hand
) -> None:
    """A reading that had begun before is not enough for who wants to know the present."""
    estate.open.clear()
    early = asyncio.ensure_future(inventory.picture("paris"))
    await asyncio.wait([early], timeout=0)
    clock.ms += 5
    late = asyncio.ensure_future(inventory.locate(DB.ref))
    await asyncio.wait([late], timeout=0)
    estate.open.set()
    await asyncio.gather(early, late)
    assert estate.pictures == 2


async def test_a_caller_who_gives_up_does_not_disturb_the_others(
    inventory: Inventory, estate: Estate
) -> None:
    """The shared reading goes on."""
    estate.open.clear()
    impatient, patient = (asyncio.ensure_future(inventory.picture("paris")) for _ in range(2))
    await asyncio.wait([impatient], timeout=0)
    impatient.cancel()
    estate.open.set()
    assert len((await patient).guests) == 3
    assert estate.pictures == 1


async def test_a_fault_reaches_every_caller_and_the_next_one_tries_again(
    inventory: Inventory, estate: Estate
) -> None:
    """A cluster that was down is not down for ever."""
    estate.broken = True
    found = await asyncio.gather(
        inventory.picture("paris"), inventory.picture("paris"), return_exceptions=True
    )
    assert [type(f) for f in found] == [Unreachable, Unreachable]
    assert await inventory.pictures() == ()
    estate.broken = False
    assert len((await inventory.picture("paris")).guests) == 3


async def test_the_slow_scan_is_merged_in_and_never_waited_for(
    inventory: Inventory, estate: Estate
) -> None:
    """The first picture knows nothing of it; two guests are read at a time."""
    first = await inventory.picture("paris")
    await inventory.scanned("paris")
    second = await inventory.picture("paris")
    assert {g.starts_at_boot for g in first.guests} == {None}
    assert [(g.starts_at_boot, g.waiting_mib) for g in second.guests] == [
        (True, 2048),
        (None, None),
        (True, 2048),
    ]
    assert estate.scans == [[101, 102], [103]]


async def test_the_slow_scan_looks_every_five_minutes(
    inventory: Inventory, estate: Estate, clock: Hand
) -> None:
    """Also at a guest that could not be read; one that was changed is looked at sooner."""
    for _ in range(2):
        await inventory.picture("paris")
        await inventory.scanned("paris")
    assert len(estate.scans) == 2
    inventory.look_again(DB.ref)
    changed = await inventory.picture("paris")
    await inventory.scanned("paris")
    assert estate.scans[2:] == [[101]]
    assert changed.guests[0].starts_at_boot is True
    clock.ms += 300_001
    await inventory.picture("paris")
    await inventory.scanned("paris")
    assert estate.scans[3:] == [[101, 102], [103]]


async def test_a_silent_node_is_not_scanned(inventory: Inventory, estate: Estate) -> None:
    """Its guests would each cost a time-out."""
    estate.nodes = (NodeFacts(name="pve1", online=False),)
    await inventory.picture("paris")
    await inventory.scanned("paris")
    assert estate.scans == []


async def test_a_moved_or_vanished_guest(inventory: Inventory, estate: Estate, clock: Hand) -> None:
    """A look later than the move finds the new node, or nothing; an older picture still the old one."""
    assert await inventory.locate(DB.ref) == "pve1"
    estate.guests = [guest(101, "db1", node="pve2")]
    clock.ms += 1
    assert await inventory.locate(DB.ref, max_age_ms=1) == "pve1"
    assert await inventory.locate(DB.ref) == "pve2"
    with pytest.raises(GuestMissing, match="locating CT 103 on paris"):
        await inventory.locate(WEB.ref)


LYON = guest(101, "mail", cluster="lyon")
TWIN = guest(109, "db1", cluster="lyon")
ALL = (DB, WIKI, WEB, LYON, TWIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wiki", WIKI),
        (" WIKI ", WIKI),
        ("103", WEB),
        ("paris/db1", DB),
        ("LYON/db1", TWIN),
        ("lyon/101", LYON),
    ],
)
def test_names_vmids_and_clusters(text: str, expected: GuestSummary) -> None:
    """A guest is meant by its name in any case, its vmid, or either inside a cluster."""
    assert find(text, ALL) == expected


def test_the_very_same_case_wins() -> None:
    """Two names that differ in case only are still two names."""
    upper = guest(110, "DB1")
    assert find("DB1", [DB, upper]) == upper
    assert isinstance(find("Db1", [DB, upper]), Refusal)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [("db1", ("lyon/109", "paris/101")), ("101", ("lyon/101", "paris/101"))],
)
def test_what_fits_several_names_them(text: str, candidates: tuple[str, ...]) -> None:
    """Each candidate can be typed as it stands."""
    refusal = find(text, ALL)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.AMBIGUOUS_GUEST
    assert refusal.details == {"name": text, "candidates": candidates}
    assert all(isinstance(find(c, ALL), GuestSummary) for c in candidates)


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [("bd1", ("db1",)), ("web01", ("web-01", "db1")), ("lyon/mial", ("mail",)), ("zzzz", ())],
)
def test_what_fits_nobody_suggests(text: str, suggestions: tuple[str, ...]) -> None:
    """Names that are alike are suggested, best first, of guests one may see and no others."""
    refusal = find(text, ALL)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.UNKNOWN_GUEST
    assert refusal.details == {"name": text, "suggestions": suggestions}


@pytest.mark.parametrize("text", ["", "/", "paris/", "nowhere/", "²"])
def test_odd_texts_are_refused(text: str) -> None:
    """Nothing typed means nobody, and never fails."""
    refusal = find(text, ALL)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.UNKNOWN_GUEST
