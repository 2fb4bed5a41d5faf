"""Plans and sums in sentences."""

from dataclasses import replace

from bot.model.plan import Effect
from bot.model.refusal import Quantity
from bot.model.unit import Unit
from bot.model.verdict import Sum
from handlers.blocks.admission import sum_line
from handlers.blocks.plan import change_line, how, what
from tests.unit.blocks import asked
from tests.unit.blocks.asked import GIB, MEMORY, PLAN, gib


def test_a_disk_says_that_it_cannot_be_shrunk_again() -> None:
    """A growing disk is final, on its line and in the first sentence."""
    plan = replace(PLAN, changes=(asked.DISK,))
    expected = "*disk scsi0* 32 → 52 GiB (+20 GiB): live, no restart; cannot be shrunk again"
    assert expected == change_line(asked.DISK)
    assert how(plan) == "Live, no restart. Cannot be shrunk again."


def test_a_decrease_says_less() -> None:
    """Lower targets are not shown as a mere arrow."""
    lower = replace(MEMORY, before=6144, after=4096)
    expected = "db1 (CT 104, pve1) memory 6 → 4 GiB (2 GiB less)"
    assert expected == what(replace(PLAN, changes=(lower,)))


def test_a_power_operation_reads_as_its_verb() -> None:
    """What has no amounts is named by its operation."""
    start = replace(MEMORY, field="status", unit=Unit.TEXT, before="stopped", after="running")
    plan = replace(PLAN, operation="start", changes=(start,))
    assert what(plan) == "start db1 (CT 104, pve1), status stopped → running"
    assert not how(plan)


def test_several_changes_name_their_own_effect() -> None:
    """Where effects differ, each field says its own."""
    cores = replace(
        MEMORY, field="cores", unit=Unit.CORES, before=2, after=4, effect=Effect.AT_RESTART
    )
    plan = replace(PLAN, changes=(MEMORY, cores))
    assert what(plan) == "db1 (CT 104, pve1) memory 4 → 6 GiB and cores 2 → 4"
    expected = "Memory: live, no restart; cores: waits for a shutdown and start."
    assert expected == how(plan)


def test_an_amount_that_one_decimal_would_hide_is_said_exactly() -> None:
    """Rounding never hides what is asked for."""
    odd = replace(MEMORY, after=5000)
    expected = "*memory* 4 → 4.9 GiB, exactly 5000 MiB (+0.9 GiB): live, no restart"
    assert expected == change_line(odd)


def test_node_loss_names_what_is_short() -> None:
    """If a node died: need, room of the others, short, and short already today."""
    loss = Sum(
        name="node loss",
        unit=Unit.MIB,
        before=None,
        after=None,
        room=None,
        notes={
            "node": "pve1",
            "need": gib(38),
            "have": gib(33),
            "short": gib(5),
            "short_before": gib(1),
        },
    )
    expected = (
        "If pve1 dies, its HA guests need 38 GiB and the others have 33 GiB: "
        "5 GiB short, 1 GiB short already today."
    )
    assert expected == sum_line(loss, "pve2")


def test_a_thin_pool_says_what_its_disks_may_claim() -> None:
    """Use now, and what all thin disks could still take."""
    pool = Sum(
        name="storage local-lvm",
        unit=Unit.BYTES,
        before=250 * GIB,
        after=250 * GIB,
        room=320 * GIB,
        notes={"provisioned": Quantity(amount=430 * GIB, unit="bytes")},
    )
    expected = (
        "Storage local-lvm: 250 of 320 GiB used (78 %); its disks may then claim 430 GiB. "
        "A full pool stops writes for all its guests."
    )
    assert expected == sum_line(pool, "pve1")
