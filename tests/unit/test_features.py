"""Features that are off drop their verbs, fields, buttons, Slack scopes and Proxmox privileges."""

import json
from typing import Any

import jsonschema
import pytest

from bot.config.shape import FeaturesShape
from bot.model.button import NEEDS, Action, Press, hidden
from bot.model.feature import EVERYTHING, Feature, Features
from bot.model.intent import Amount, Ask, How, Intent, Timing
from bot.model.notice import RequestForm, Told
from bot.model.operation import features_of, offered
from bot.model.refusal import Reason, Refusal
from bot.model.tell import Tell
from bot.model.view import HelpView
from bot.operations import OPERATIONS
from bot.proxmox.privileges import PRIVILEGES, names, privileges, role_commands
from handlers.blocks import render, render_home, render_view
from handlers.grammar import parse, usage
from handlers.manifest import SCOPES, manifest, scopes
from tests.unit.blocks import samples
from tests.unit.test_manifest import SCHEMA

NONE = Features(off=frozenset(Feature))
WITHOUT = {feature: Features(off=frozenset({feature})) for feature in Feature}
DOMAINS = ("pve.example.org",)
HTTP = {"mode": "http", "url": "https://headroom.example.org"}


def verbs(features: Features) -> set[str]:
    """Return the verbs that help lists."""
    view = usage(OPERATIONS, features=features)
    assert isinstance(view, HelpView)
    return {entry.split()[0] for entry, _ in view.entries}


def read(text: str, features: Features) -> Intent | Refusal:
    """Parse a command."""
    return parse(
        text, operations=OPERATIONS, features=features, now_ms=1_800_000_000_000, timezone="UTC"
    )


def test_the_settings_are_the_features_and_all_are_on() -> None:
    """One key each; who says nothing has everything."""
    assert list(Feature) == list(FeaturesShape.model_fields)
    assert all(FeaturesShape().model_dump().values())
    assert all(feature.said for feature in Feature)


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_that_is_off_drops_a_right(feature: Feature) -> None:
    """A privilege, a scope or an event: a switch without any would be for show."""
    less = WITHOUT[feature]
    assert (names(), manifest(domains=DOMAINS)) != (
        names(less),
        manifest(features=less, domains=DOMAINS),
    )


def test_without_everything_what_only_looks_is_left() -> None:
    """Every privilege that changes a guest and every scope that reads others' messages has a switch."""
    assert {p.name for p in privileges(NONE)} == {"VM.Audit", "Sys.Audit", "Datastore.Audit"}
    assert {s.name for s in scopes(NONE)} == {
        *("commands", "chat:write", "im:write", "users:read", "channels:read", "groups:read")
    }
    assert (len(privileges()), len(scopes())) == (len(PRIVILEGES), len(SCOPES))


def test_each_privilege_goes_with_the_operations_that_need_it() -> None:
    """No operation that is left needs a dropped privilege, but for what the same ask names besides."""
    for feature, less in WITHOUT.items():
        gone = {p for p in PRIVILEGES if p.feature is feature}
        needing = {name for p in gone for name in p.operations}
        fields = {f.feature for name in needing for f in OPERATIONS[name].fields}
        left = needing & offered(OPERATIONS, less).keys()
        assert all(feature in {*fields, Feature.POWER} or name == "revert" for name in left)


def test_the_line_for_proxmox_grants_only_what_is_left() -> None:
    """Without power, snapshots and disks: reading, memory and cores."""
    less = Features(off=frozenset({Feature.POWER, Feature.SNAPSHOTS, Feature.DISKS}))
    (line,) = role_commands(less)
    wanted = "Datastore.Audit Sys.Audit VM.Audit VM.Config.CPU VM.Config.Memory"
    assert f'pveum role add Headroom --privs "{wanted}"' == line


@pytest.mark.parametrize("mode", [{}, HTTP], ids=["socket", "http"])
@pytest.mark.parametrize(
    "features", [*WITHOUT.values(), NONE], ids=lambda f: "+".join(sorted(f.off))
)
def test_every_manifest_is_valid_against_slacks_schema(
    features: Features, mode: dict[str, str]
) -> None:
    """With the official JSON schema, where it is there."""
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not there: set HEADROOM_SHARED")
    made = manifest(features=features, domains=DOMAINS, **mode)
    jsonschema.validate(made, json.loads(SCHEMA.read_text()))


def test_without_home_there_is_no_tab_and_no_event() -> None:
    """Slack shows no tab that nobody would fill."""
    made = manifest(features=WITHOUT[Feature.HOME])
    assert made["features"]["app_home"]["home_tab_enabled"] is False
    assert "app_home_opened" not in made["settings"]["event_subscriptions"]["bot_events"]
    assert "app_home_opened" in manifest()["settings"]["event_subscriptions"]["bot_events"]
    neither = Features(off=frozenset({Feature.HOME, Feature.INCIDENTS}))
    assert "event_subscriptions" not in manifest(features=neither)["settings"]


@pytest.mark.parametrize(
    ("feature", "gone"),
    [
        (Feature.POWER, {"start", "shutdown", "reboot", "stop"}),
        (Feature.SNAPSHOTS, {"snapshot", "snapshots", "rollback", "delsnapshot"}),
        (Feature.PICTURES, {"graph"}),
        (Feature.MEMORY, set()),
    ],
)
def test_help_does_not_know_verbs_that_are_off(feature: Feature, gone: set[str]) -> None:
    """All others stay."""
    assert verbs(EVERYTHING) - gone == verbs(WITHOUT[feature])


@pytest.mark.parametrize("text", ["start web-01", "help start", "start --help", "START"])
def test_a_verb_that_is_off_answers_so(text: str) -> None:
    """Typed, or asked about: the same sentence."""
    got = read(text, WITHOUT[Feature.POWER])
    assert isinstance(got, Refusal)
    assert got.reason is Reason.SWITCHED_OFF
    assert got.details["what"] == Feature.POWER.said


def test_a_mistyped_verb_is_not_led_to_one_that_is_off() -> None:
    """`grap` would be `graph`, were it there."""
    there, gone = read("grap web-01", EVERYTHING), read("grap web-01", WITHOUT[Feature.PICTURES])
    assert isinstance(there, Refusal)
    assert isinstance(gone, Refusal)
    assert there.details["suggestion"] == "graph"
    assert gone.details["suggestion"] != "graph"


def test_request_is_off_once_all_its_fields_are() -> None:
    """Until then its help names the fields that are left, and a restart only where there is one."""
    config = frozenset({Feature.MEMORY, Feature.CPU})
    disks = Features(off=config | {Feature.POWER})
    view = usage(OPERATIONS, "request", features=disks)
    assert isinstance(view, HelpView)
    text = repr(view)
    assert "disk=+20G" in text
    assert "memory=" not in text
    assert "with-restart" not in text
    assert "with-restart" in repr(usage(OPERATIONS, "request"))
    got = read("request web-01 disk=+20G", Features(off=config | {Feature.DISKS}))
    assert isinstance(got, Refusal)
    assert got.reason is Reason.SWITCHED_OFF


ONE = Amount(how=How.ADD, amount=1)
NEEDED = (
    (Ask(operation="start", guest="g"), (Feature.POWER,)),
    (Ask(operation="rollback", guest="g", arguments={"name": "memory"}), (Feature.SNAPSHOTS,)),
    (
        Ask(operation="resources", guest="g", amounts={"memory": ONE, "vcpus": ONE, "scsi1": ONE}),
        (Feature.MEMORY, Feature.CPU, Feature.DISKS),
    ),
    (Ask(operation="resources", guest="g", amounts={"rootfs": ONE}), (Feature.DISKS,)),
    (
        Ask(
            operation="resources",
            guest="g",
            amounts={"cores": ONE},
            timing=Timing(with_restart=True),
        ),
        (Feature.CPU, Feature.POWER),
    ),
    (
        Ask(operation="revert", guest="g", arguments={"keys": "balloon, cores"}),
        (Feature.MEMORY, Feature.CPU),
    ),
)


@pytest.mark.parametrize(("ask", "features"), NEEDED, ids=lambda value: str(value)[:40])
def test_an_ask_needs_the_features_of_all_that_it_names(
    ask: Ask, features: tuple[Feature, ...]
) -> None:
    """Operation, fields by name or slot, a restart, and the keys of values that are taken back."""
    assert features == features_of(ask, OPERATIONS)


def action_ids(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the ids of all buttons."""
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]


@pytest.mark.parametrize("action", NEEDS)
def test_a_button_of_what_is_off_is_not_shown(action: Action) -> None:
    """In messages, views and the Home tab; a row without buttons goes, and the others stay."""
    off = hidden(Features(off=NEEDS[action]))
    alone = Told(
        what=Tell.KEPT,
        details={"guest": "web-01", "handle": "R-7K2M"},
        presses=(Press(action=action, pointer="x"),),
    )
    shown = (render(alone).blocks, render_view(alone)["blocks"], render_home(alone)["blocks"])
    assert [[action.value]] * 3 == [action_ids(blocks) for blocks in shown]
    less = (
        render(alone, off).blocks,
        render_view(alone, off)["blocks"],
        render_home(alone, off)["blocks"],
    )
    assert all(block["type"] != "actions" for blocks in less for block in blocks)
    assert hidden(EVERYTHING) == frozenset()


def test_the_form_has_no_field_of_what_is_off() -> None:
    """Neither disks nor memory, nor the box that restarts the guest."""
    off = Features(off=frozenset({Feature.MEMORY, Feature.DISKS, Feature.POWER}))
    whole = render_view(RequestForm(metadata="m", guest=samples.FACTS))
    less = render_view(RequestForm(metadata="m", guest=samples.FACTS, features=off))
    ids = [{b["block_id"] for b in v["blocks"] if b["type"] == "input"} for v in (whole, less)]
    assert {"memory", "balloon", "with_restart"} <= ids[0] - ids[1]
    assert {"guest", "cores", "timing", "reason"} <= ids[1]
    assert not {"disk", "disk_slot"} & ids[1]


def shortcuts(features: Features = EVERYTHING) -> set[str]:
    """Return the kinds of shortcuts in the manifest."""
    there = manifest(features=features)["features"].get("shortcuts", [])
    return {shortcut["type"] for shortcut in there}


def test_each_shortcut_is_there_while_it_is_good_for_something() -> None:
    """One opens the request form, which is gone once all its fields are; one is for incidents."""
    assert shortcuts() == {"global", "message"}
    fields = frozenset({Feature.MEMORY, Feature.CPU, Feature.DISKS})
    for less in (WITHOUT[Feature.SHORTCUTS], Features(off=fields)):
        assert shortcuts(less) == {"message"}
    assert shortcuts(WITHOUT[Feature.INCIDENTS]) == {"global"}
    both = Features(off=frozenset({Feature.SHORTCUTS, Feature.INCIDENTS}))
    assert "shortcuts" not in manifest(features=both)["features"]
