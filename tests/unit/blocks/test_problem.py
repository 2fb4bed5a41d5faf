"""The tables of sentences are complete, use only documented details, and never fall silent."""

import inspect
import re
from enum import Enum

import pytest

from bot.model import notice, refusal, verdict
from bot.model.button import Action, Press
from bot.model.notice import Declined
from bot.model.refusal import Moment, Quantity, Reason, refuse
from bot.model.tell import Tell
from bot.model.verdict import Note, NoteKind
from handlers.blocks import render
from handlers.blocks.declined import cause, problem
from handlers.blocks.notes import NOTES, note_line
from handlers.blocks.problem import PROBLEMS
from handlers.blocks.told import LABELS, TOLD
from handlers.blocks.words import placeholders
from tests.unit.blocks.asked import BOB, CYR, T
from tests.unit.blocks.flat import labels, words


def documented(module: object, members: type[Enum]) -> dict[str, set[str]]:
    """Read which details each member's comment names: `NAME = "…"  # one, two: explanation`."""
    source = inspect.getsource(members)
    found = re.findall(r'^    ([A-Z_]+) = "[^"]*"(?:  # ([^\n]*))?$', source, re.MULTILINE)
    assert len(found) == len(members.__members__), module
    return {name: set(re.findall(r"\w+", text.split(":")[0])) for name, text in found}


def test_every_reason_has_a_sentence() -> None:
    """No refusal is without words."""
    assert set(Reason) == set(PROBLEMS)


def test_every_small_answer_has_a_sentence() -> None:
    """No short answer is without words."""
    assert set(Tell) == set(TOLD)


def test_every_note_has_a_sentence() -> None:
    """No note on a plan is without words."""
    assert set(NoteKind) <= set(NOTES)


def test_every_button_has_words() -> None:
    """No button is without a label."""
    assert set(Action) == set(LABELS)


@pytest.mark.parametrize("reason", Reason)
def test_refusals_use_documented_details_only(reason: Reason) -> None:
    """A sentence asks for no detail that its reason's comment does not list."""
    used = placeholders(PROBLEMS[reason].wrong) | placeholders(PROBLEMS[reason].works)
    assert used <= documented(refusal, Reason)[reason.name]


@pytest.mark.parametrize("tell", Tell)
def test_small_answers_use_documented_details_only(tell: Tell) -> None:
    """A sentence asks for no detail that its comment does not list."""
    assert placeholders(TOLD[tell]) <= documented(notice, Tell)[tell.name]


@pytest.mark.parametrize("kind", NoteKind)
def test_notes_use_documented_details_only(kind: NoteKind) -> None:
    """A sentence asks for no detail that its comment does not list."""
    assert placeholders(NOTES[kind]) <= documented(verdict, NoteKind)[kind.name] | UNDOCUMENTED


UNDOCUMENTED = {"after_seconds"}
"""Details that an operation gives and the comment in the model does not list yet."""


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_without_details_still_reads(reason: Reason) -> None:
    """Missing details leave a whole sentence: no gap, no placeholder, no bare "failed"."""
    said = problem(refuse(reason))
    assert not re.search(r"[{}\[\]]|  | [.,:;)]|\(\)|: *\.|failed", said)
    assert said.endswith((".", "?"))


@pytest.mark.parametrize("kind", NoteKind)
def test_a_note_without_details_still_reads(kind: NoteKind) -> None:
    """Missing details leave a whole sentence."""
    said = note_line(Note(kind=kind))
    assert not re.search(r"[{}\[\]]|  | [.,:;)]|\(\)", said)
    assert said.endswith(".")


def test_no_room_says_the_largest_that_fits_and_offers_it() -> None:
    """The refusal for lack of room names what would fit, in the text and on the button."""
    lacking = refuse(
        Reason.DOES_NOT_FIT,
        guest="build-7",
        node="pve1",
        asked=Quantity(amount=8192, unit="MiB"),
        largest=Quantity(amount=921, unit="MiB"),
        of="memory",
    )
    shown = render(Declined(refusal=lacking, presses=(Press(action=Action.ASK_LESS, pointer="p"),)))
    expected = (
        "Not recorded: build-7 cannot get 8 GiB of memory on pve1: at most 0.9 GiB. "
        "What works: ask for 0.9 GiB, or others give some back."
    )
    assert expected == words(shown.text)
    assert labels(shown) == ["Ask for 0.9 GiB"]


def test_a_refused_press_says_who_decides_and_until_when() -> None:
    """Somebody who may not decide reads who may, that nothing changed, and how long it is open."""
    refused = refuse(
        Reason.NOT_ELIGIBLE, groups=("ops",), people=(BOB, CYR), until=Moment(epoch_ms=T)
    )
    expected = (
        "Not counted: this needs one of ops (@U0BOB and @U0CYR). "
        "Nothing changed; it stays open until 2026-11-23 14:30 UTC."
    )
    assert expected == words(problem(refused))


def test_a_missing_privilege_is_named_with_its_path() -> None:
    """Proxmox's own words for what our token lacks stand in the sentence."""
    lacking = refuse(Reason.MISSING_PRIVILEGE, privilege="VM.Config.Memory", path="/vms/104")
    expected = "I lack the Proxmox privilege VM.Config.Memory on /vms/104"
    assert expected == cause(lacking)


def test_a_guest_one_may_not_see_reads_like_none() -> None:
    """The sentence for an unknown guest says nothing about whether there is one."""
    expected = "Nothing done: you see no guest called db1."
    assert expected == problem(refuse(Reason.UNKNOWN_GUEST, name="db1"))
