"""Typical notices as a reader sees them, written out."""

from dataclasses import replace

from bot.model.intent import Timing, When
from bot.model.notice import (
    CardNotice,
    Preview,
    ResultNotice,
)
from handlers.blocks import render
from tests.unit.blocks import asked, samples
from tests.unit.blocks.asked import BOB, CYR, MINUTE, PLAN, T
from tests.unit.blocks.flat import flat, words


def test_a_card_that_waits_for_approval() -> None:
    """Who wants what on which guest, how, what the node keeps free; the rest stands below."""
    expected = """\
@U0ANA asks: db1 (CT 104, pve1) memory 4 → 6 GiB. Live, no restart. pve1 keeps 2.1 of 15.5 GiB free if db1 fills up.
*memory* 4 → 6 GiB (+2 GiB): live, no restart
Fits only while others stay below what they were promised (configured).
All guests on pve1 are promised (configured) 18 → 20 of 15.5 GiB: if all took it, about 4.5 GiB would be missing. Over the warning at 15.5 GiB.
db1 may then use 6 GiB (now 3.6 of 4). pve1 keeps 2.1 of 15.5 GiB free if db1 fills up. In use: 11 → 13.4 of 13.9 GiB. Over the warning at 11.8 GiB.
promised  now  ████████████████▶▶▶ 116 %
          then ████████████████▶▶▶▶▶ 129 %
in use    now  █████████████░░░ 79 %
          then ███████████████░ 96 %
• I see no backup of it.
Reason: “checkout is slow”
Rule production · approved by 0 of 1
Waiting for @U0BOB and @U0CYR · open until 2026-11-23 18:30 UTC
[Approve] [Deny] [Offer less] [Details]
R-7K2M · plan 2"""  # noqa: E501 - a sentence of the card is one line
    assert expected == flat(render(CardNotice(request=asked.PENDING, approvers=(BOB, CYR))))


def test_a_card_whose_plan_does_not_fit() -> None:
    """The largest that would fit is said and offered; nobody can approve it."""
    expected = """\
@U0ANA asks: db1 (CT 104, pve1) memory 4 → 8 GiB. Live, no restart. db1 cannot get 8 GiB on pve1: at most 4.4 GiB.
*memory* 4 → 8 GiB (+4 GiB): live, no restart
db1 cannot get 8 GiB on pve1: at most 4.4 GiB.
pve1 would be 3.1 GiB short if db1 fills up. In use: 11 → 17 of 13.9 GiB. Over the hard limit of 13.9 GiB.
in use    now  █████████████░░░ 79 %
          then ████████████████▶▶▶▶ 122 %
• I see no backup of it.
Reason: “checkout is slow”
Rule production · approved by 0 of 1
Waiting for ops · open until 2026-11-23 18:30 UTC
[Ask for 4.4 GiB] [Deny] [Offer less] [Details]
R-7K2M · plan 2"""  # noqa: E501 - a sentence of the card is one line
    assert expected == flat(render(CardNotice(request=asked.NOT_FITTING)))


def test_the_result_of_a_change_that_was_read_back() -> None:
    """What is in force, since when it is known, who asked and approved."""
    expected = """\
Read back 2026-11-23 14:33:00 UTC: db1 has 6 GiB (was 4). Asked by @U0ANA, approved by @U0BOB, R-7K2M.
It took 1 min.
[Give back] [Details]
R-7K2M · plan 2"""
    assert expected == flat(render(ResultNotice(request=asked.SUCCEEDED)))


def test_the_result_of_a_change_that_waits_for_a_restart() -> None:
    """Accepted is not in force, and a reboot inside does not help."""
    expected = """\
Accepted, not in force: app1 still has 4 GiB. With a shutdown and start it gets 8 GiB; a reboot inside is not enough. Asked by @U0ANA, approved by @U0BOB, R-7K2M.
It took 1 min.
[Restart now] [At the next restart] [Take back] [Details]
R-7K2M · plan 2"""  # noqa: E501 - a sentence of the result is one line
    shown = render(ResultNotice(request=asked.WAITS, open_end=asked.OPEN_END))
    assert expected == flat(shown)


def test_the_result_of_a_change_that_was_partly_done() -> None:
    """What is in force, why not all of it, and whether anything waits."""
    expected = (
        "Partly done: app1 has 6.5 GiB, not 8 (was 4): Proxmox refused the step config: "
        "memory hotplug: out of slots. Nothing waits. "
        "Asked by @U0ANA, approved by @U0BOB, R-7K2M."
    )
    assert expected == words(render(ResultNotice(request=asked.PARTIAL)).text)


def test_the_result_of_a_change_that_was_not_done() -> None:
    """What is in force now, why, that nothing waits, and what would work."""
    expected = (
        "Not done: db1 still has 4 GiB (db1 stayed locked by backup for longer than I wait). "
        "Nothing waits. Ask again when that is over; I never unlock."
    )
    assert expected == words(render(ResultNotice(request=asked.FAILED)).text)


def test_a_card_whose_outcome_is_unknown() -> None:
    """What is not known, since when, that nothing is sent again, and how a person can settle it."""
    expected = (
        "I do not know whether db1 has 6 GiB: no answer from pve1 after I sent the change at "
        "2026-11-23 14:32:00 UTC. I will not send it again; I keep looking. "
        "If you know: /pve resolve R-7K2M done|not-done WHY."
    )
    assert expected == words(render(CardNotice(request=asked.UNCERTAIN)).text)


def test_a_card_that_is_carried_out() -> None:
    """Which step of how many runs, and what is waited for."""
    steps = (asked.STEP, asked.SHUTDOWN)
    request = replace(asked.RUNNING, plan=replace(PLAN, steps=steps))
    stuck = replace(asked.ENTRY, step="shutdown", text="guest agent silent")
    expected = (
        "Under way: db1 (CT 104, pve1) memory 4 → 6 GiB. Step 2 of 2 (shutdown). "
        "The guest was asked and has not followed yet. Last word: guest agent silent."
    )
    shown = render(CardNotice(request=replace(request, journal=(asked.ENTRY, stuck))))
    assert expected == words(shown.text)


def test_a_card_that_waits_for_its_hour() -> None:
    """An approved change says when it happens, and that its room is held until then."""
    at = T + 600 * MINUTE
    plan = replace(PLAN, timing=Timing(when=When.AT, at_ms=at))
    shown = render(CardNotice(request=replace(asked.APPROVED, plan=plan, not_before=at)))
    expected = (
        "Approved: db1 (CT 104, pve1) memory 4 → 6 GiB. At 2026-11-24 00:30 UTC. "
        "Live, no restart. Nothing happens before 2026-11-24 00:30 UTC; the room is held."
    )
    assert expected == words(shown.text)
    assert "From approval on I hold 2 GiB on pve1 until it is in force." in flat(shown)


def test_a_preview_says_who_will_be_asked() -> None:
    """Before anything is recorded, the form shows the plan, the verdict and the approvers."""
    shown = flat(render(samples.ASKED))
    assert shown.startswith("This would be: db1 (CT 104, pve1) memory 4 → 6 GiB. Live, no restart.")
    assert shown.endswith(
        "Will be asked: @U0BOB and @U0CYR (ops); 1 must approve (rule production).\n"
        "Nothing is recorded yet."
    )


def test_a_preview_of_what_nobody_has_to_approve() -> None:
    """A change that a rule lets through says so, with the rule's name."""
    shown = flat(render(Preview(plan=PLAN, decision=asked.FREE)))
    assert "Nobody has to approve it (rule small on dev): it starts when you send it." in shown
