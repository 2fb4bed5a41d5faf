"""Forms: what they ask, and what is read back from them."""

from dataclasses import replace
from typing import Any

from bot.model.intent import Timing, When
from bot.model.notice import DenyForm, OfferForm, RequestForm
from handlers.blocks import read_form, render_view
from tests.unit.blocks import asked, samples


def inputs(view: dict[str, Any]) -> dict[str, Any]:
    """Return the elements of a view's inputs by block id."""
    return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}


def test_a_new_form_asks_for_the_guest_alone() -> None:
    """Nothing else can be asked before the guest is known."""
    view = render_view(RequestForm(metadata="m"))
    assert list(inputs(view)) == ["guest"]
    assert view["callback_id"] == "request.form"
    assert view["private_metadata"] == "m"


def test_the_form_of_a_vm_asks_for_what_a_vm_has() -> None:
    """A VM with two disks that grow: its amounts, which disk, timing, restart, reason."""
    view = render_view(RequestForm(metadata="m", guest=samples.FACTS))
    expected = [
        "guest",
        "memory",
        "cores",
        "vcpus",
        "balloon",
        "cpulimit",
        "disk_slot",
        "disk",
        "timing",
        "at",
        "with_restart",
        "reason",
    ]
    assert expected == list(inputs(view))
    slots = [o["value"] for o in inputs(view)["disk_slot"]["options"]]
    assert slots == ["scsi0", "scsi1"]


def test_the_form_of_a_ct_asks_for_what_a_ct_has() -> None:
    """A CT with one disk: swap, no plugged vCPUs, and no choice of disk."""
    view = render_view(RequestForm(metadata="m", guest=samples.CT_FACTS))
    expected = ["guest", "memory", "swap", "cores", "cpulimit", "disk", "timing", "at", "reason"]
    assert expected == list(inputs(view))


def test_an_edited_request_fills_the_form() -> None:
    """Editing starts from what was asked."""
    view = render_view(RequestForm(metadata="m", guest=samples.CT_FACTS, editing=asked.PENDING))
    assert inputs(view)["memory"]["initial_value"] == "6G"
    assert inputs(view)["reason"]["initial_value"] == "checkout is slow"
    assert view["title"]["text"] == "Edit R-7K2M"


def test_every_input_keeps_its_ids_when_the_form_is_drawn_again() -> None:
    """A preview or another kind of guest changes no ids, so that typed values stay."""
    first = inputs(render_view(RequestForm(metadata="m", guest=samples.CT_FACTS)))
    again = inputs(
        render_view(RequestForm(metadata="m", guest=samples.CT_FACTS, preview=samples.ASKED))
    )
    assert {k: e["action_id"] for k, e in first.items()} == {
        k: e["action_id"] for k, e in again.items()
    }


def test_an_offer_starts_from_what_was_asked() -> None:
    """The offer form holds each asked amount by field name, and the timing."""
    at = asked.T + 600 * asked.MINUTE
    plan = replace(asked.PLAN, timing=Timing(when=When.AT, at_ms=at))
    view = render_view(OfferForm(request=replace(asked.PENDING, plan=plan)))
    assert list(inputs(view)) == ["memory", "timing", "at"]
    assert inputs(view)["memory"]["initial_value"] == "6G"
    assert inputs(view)["at"]["initial_date_time"] == at // 1000
    assert (view["callback_id"], view["private_metadata"]) == ("offer.form", "a1b2:2")


def test_a_denial_needs_a_reason() -> None:
    """The reason cannot be left out."""
    view = render_view(DenyForm(request=asked.PENDING))
    reason = next(b for b in view["blocks"] if b["type"] == "input")
    assert (reason["block_id"], reason["optional"]) == ("reason", False)
    assert (view["callback_id"], view["private_metadata"]) == ("deny.form", "a1b2:2")


def test_a_form_is_read_as_plain_texts() -> None:
    """Typed text, choices, ticks and times come back by block id; empty inputs do not."""
    state: dict[str, dict[str, dict[str, Any]]] = {
        "guest": {"form.guest": {"selected_option": {"value": "home/104"}}},
        "memory": {"value": {"type": "plain_text_input", "value": " +2G "}},
        "cores": {"value": {"type": "plain_text_input", "value": None}},
        "timing": {"value": {"selected_option": {"value": "at"}}},
        "at": {"value": {"selected_date_time": 1_795_444_200}},
        "with_restart": {"value": {"selected_options": [{"value": "yes"}]}},
        "reason": {"value": {"value": "checkout is slow"}},
    }
    expected = {
        "guest": "home/104",
        "memory": "+2G",
        "timing": "at",
        "at": "1795444200",
        "with_restart": "yes",
        "reason": "checkout is slow",
    }
    assert expected == read_form(state)


def test_a_disk_comes_back_under_its_slot() -> None:
    """Where a slot was chosen, the size is that slot's; a slot without a size is nothing."""
    slot = {"value": {"selected_option": {"value": "scsi1"}}}
    assert read_form({"disk_slot": slot, "disk": {"value": {"value": "+20G"}}}) == {"scsi1": "+20G"}
    assert read_form({"disk_slot": slot, "disk": {"value": {"value": None}}}) == {}
