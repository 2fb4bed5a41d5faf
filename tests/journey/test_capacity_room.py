"""Room: one sum for all, whoever asks first; what waits counts; what does not fit says what would."""

import asyncio
from pathlib import Path

from tests.journey.replicas import replicated
from tests.journey.stage import RULES, Stage, staged

TIGHT = f"""
[capacity]
memory_reserve = "1.6GiB"
memory_promised_max = 1.45
{RULES}
"""
"""The host is promised 18 of 14.4 GiB and may promise 20.9: there is room for one +2 GiB."""


async def _two_requests(stage: Stage) -> None:
    """Let Ana and Dora ask for 2 GiB more, each for another guest; both cards can be approved."""
    assert "18 → 20" in await stage.new_card("ana", "request web-01 memory=+2G")
    assert "18 → 20" in await stage.new_card("dora", "request mail memory=+2G")


async def _left_behind(stage: Stage, told: str) -> None:
    """Check what the second person is told, and that the lesser amount can be had by a button."""
    assert "Not counted: the room is gone" in told
    assert "the hard limit is 20.9 GiB" in told
    assert "at most 2.8 GiB" in told
    await stage.until(lambda: any("cannot get" in stage.says(card) for card in stage.cards()))
    late = next(n for n, card in enumerate(stage.cards()) if "cannot get" in stage.says(card))
    asker = ("ana", "dora")[late]

    def shown() -> str:
        return stage.says(stage.cards()[late])

    assert "cannot get 4 GiB on pve1: at most 2.8 GiB" in shown()
    assert "20 → 22 of 14.4 GiB" in shown()
    assert "[ Approve ]" not in shown()
    await stage.press(asker, "Ask for 2.8 GiB", stage.cards()[late])
    await stage.until(lambda: "2 → 2.8 GiB" in shown() and "[ Approve ]" in shown())
    await stage.press("bob", "Approve", stage.cards()[late])
    await stage.result(asker, "has 2.8 GiB (was 2)")
    assert sorted((4096, 2867)) == sorted((stage.memory(101), stage.memory(103)))


async def test_of_two_requests_with_room_for_one_the_later_approval_is_not_counted(
    tmp_path: Path,
) -> None:
    """The second approver is told why with the new numbers; the card offers what still fits."""
    async with staged(tmp_path, rules=TIGHT) as stage:
        await _two_requests(stage)
        first, second = stage.cards()
        await stage.press("bob", "Approve", first)
        await stage.result("ana", "web-01 has 4 GiB (was 2)")
        told = await stage.answer_to_press("cyr", "Approve", second)
        await _left_behind(stage, told)


async def test_two_approvals_at_once_cannot_spend_the_same_room(tmp_path: Path) -> None:
    """Two people approve different requests in the same moment: one runs, the other is told."""
    async with staged(tmp_path, rules=TIGHT) as stage:
        await _two_requests(stage)
        first, second = stage.cards()
        told = await asyncio.gather(
            stage.answer_to_press("bob", "Approve", first),
            stage.answer_to_press("cyr", "Approve", second),
        )
        await stage.until(lambda: 4096 in {stage.memory(101), stage.memory(103)})
        await _left_behind(stage, next(t for t in told if "Not counted" in t))


async def test_two_approvals_at_once_on_two_replicas_cannot_spend_the_same_room(
    tmp_path: Path,
) -> None:
    """Each approval goes to another bot and another worker: one runs, the other is told (9)."""
    async with replicated(tmp_path, workers=2, rules=TIGHT) as (stage, _):
        await _two_requests(stage)
        first, second = stage.cards()
        told = await asyncio.gather(
            stage.answer_to_press("bob", "Approve", first),
            stage.answer_to_press("cyr", "Approve", second),
        )
        assert [c.delivered for c in stage.slack.sockets.connections] == [2, 2]
        await stage.until(lambda: 4096 in {stage.memory(101), stage.memory(103)})
        await _left_behind(stage, next(t for t in told if "Not counted" in t))


async def test_an_amount_that_waits_for_a_restart_counts_as_taken(tmp_path: Path) -> None:
    """The next card and `headroom` count it, until it is in force; then it counts as promised."""
    async with staged(tmp_path, rules=RULES) as stage:
        card = await stage.new_card("ana", "request app1 memory=+2G")
        assert "18 → 20" in card
        await stage.press("bob", "Approve")
        assert "still has 4 GiB" in await stage.result("ana", "Accepted, not in force")
        assert stage.memory(106) == 4096
        headroom = await stage.told("ana", "headroom")
        assert "20 of 14.4 GiB" in headroom
        assert "Held for approved requests: 2 GiB" in headroom
        assert "20 → 20.5" in await stage.new_card("dora", "request mail memory=+512M")
        await stage.press("ana", "Restart now", stage.slack.direct_messages("ana")[-1])
        await stage.result("ana", "In force now: app1 has 6 GiB")
        assert stage.memory(106) == 6144
        headroom = await stage.told("ana", "headroom")
        assert "20 of 14.4 GiB" in headroom


OVERFULL = RULES + '[capacity]\nmemory_promised_max = 1.2\nmemory_reserve = "1.6GiB"\n'
"""18 GiB are promised where 17.3 may be: the host is past its hard limit already."""


async def test_past_a_hard_limit_only_what_makes_things_worse_is_refused(tmp_path: Path) -> None:
    """More memory is refused without a card; less memory and more of something else are not."""
    async with staged(tmp_path, rules=OVERFULL) as stage:
        told = await stage.told("ana", "request mail memory=+512M")
        assert "Not recorded: mail cannot get 2.5 GiB of memory on pve1" in told
        assert "hard limit" in told
        assert "17.3" in told
        assert stage.cards() == []
        assert "(512 MiB less)" in await stage.new_card("ana", "request mail memory=1.5G")
        assert "cores" in await stage.new_card("ana", "request mail cores=2")
        await stage.press("bob", "Approve", stage.cards()[0])
        await stage.result("ana", "mail has 1.5 GiB (was 2)")


async def test_what_does_not_fit_is_answered_with_what_would(tmp_path: Path) -> None:
    """The largest amount that fits stands in the answer, and its button asks for it."""
    async with staged(tmp_path) as stage:
        told = await stage.told("ana", "request build-7 memory=8G bigger builds")
        assert "cannot get 8 GiB of memory on pve1: at most 4.1 GiB" in told
        answer = stage.slack.ephemerals_for("ana")[-1]
        await stage.press("ana", "Ask for 4.1 GiB", answer)
        await stage.until(stage.cards)
        assert "4 → 4.1 GiB" in stage.shown()
        assert "bigger builds" in stage.shown()
