"""Modals: a stack of three, input that stays, names that are unique."""

import pytest

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.refusal import Refusal
from bot.simulation.slack.views import Views
from tests.unit.simulation_slack.building import Json, field, modal, option


@pytest.fixture
def views() -> Views:
    """Hold no views yet."""
    return Views(Clock(), Ids(seed=1))


def form(block_id: str = "why", **fields: Json) -> Json:
    """Build a modal with one text input."""
    return modal(field(action_id="text") | {"block_id": block_id}, **fields)


def test_three_views_make_a_full_stack(views: Views) -> None:
    """The third view knows the first as its root; a fourth is refused."""
    first = views.open("U0ANA", form())
    second = views.push("U0ANA", form())
    third = views.push("U0ANA", form())

    assert (third.root_id, third.previous_id) == (first.id, second.id)
    with pytest.raises(Refusal, match="push_limit_reached"):
        views.push("U0ANA", form())


def test_closing_a_view_shows_the_one_below(views: Views) -> None:
    """The stack loses its top, and what is closed cannot be updated."""
    below = views.open("U0ANA", form())
    top = views.push("U0ANA", form())
    views.close(top)

    assert views.top("U0ANA") == below
    assert views.get(top.id) is None


def test_people_have_stacks_of_their_own(views: Views) -> None:
    """One person's modal is not another's."""
    views.open("U0ANA", form())

    assert views.top("U0BOB") is None


def test_input_stays_while_its_ids_stay(views: Views) -> None:
    """An update keeps what was typed under the same block_id and action_id, and only that."""
    view = views.open("U0ANA", form())
    typed = {"type": "plain_text_input", "value": "because"}
    view = views.enter(view, "why", "text", typed)

    same = views.update(view, form(), wanted_hash=None)
    assert same.values == {"why": {"text": typed}}
    other = views.update(same, form("reason"), wanted_hash=None)
    assert other.values == {"reason": {"text": {"type": "plain_text_input", "value": None}}}


def test_initial_values_are_the_first_state(views: Views) -> None:
    """An untouched select has its initial option, an untouched multi-select none."""
    one = field("static_select", action_id="a", options=[option()], initial_option=option())
    many = field("multi_static_select", action_id="b", options=[option()])
    view = views.open("U0ANA", modal(one | {"block_id": "one"}, many | {"block_id": "many"}))

    assert view.values["one"]["a"]["selected_option"] == option()
    assert view.values["many"]["b"]["selected_options"] == []


def test_blocks_without_ids_are_given_some(views: Views) -> None:
    """Slack names what the app did not name."""
    [block] = views.open("U0ANA", modal(field())).blocks

    assert len(block["block_id"]) == 5
    assert len(block["element"]["action_id"]) == 5


def test_an_external_id_names_one_open_view(views: Views) -> None:
    """The app's own name is found, may not be taken twice, and is free after closing."""
    view = views.open("U0ANA", modal(external_id="preview"))

    assert views.by_external_id("preview") == view
    with pytest.raises(Refusal, match="duplicate_external_id"):
        views.open("U0BOB", modal(external_id="preview"))
    views.close(view)
    assert views.open("U0BOB", modal(external_id="preview")).user == "U0BOB"
