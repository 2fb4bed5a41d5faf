"""`request` and the other operations: fields, timing and reason."""

import pytest

from bot.model.intent import Amount, How, Intent, Timing, When
from bot.model.refusal import Reason
from tests.unit.grammar.table import NOW, ask, ms, read, refusal

GIB = 1 << 30


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("memory=+2G", {"memory": (How.ADD, 2048)}),
        ("MEMORY=+2g", {"memory": (How.ADD, 2048)}),
        ("memory=−1G", {"memory": (How.SUBTRACT, 1024)}),
        ("memory=+25%", {"memory": (How.PERCENT, 25)}),
        ("memory=4 GiB", {"memory": (How.SET, 4096)}),
        ("memory=“4 GiB”", {"memory": (How.SET, 4096)}),
        ("memory= +2G", {"memory": (How.ADD, 2048)}),
        ("memory = + 2 G", {"memory": (How.ADD, 2048)}),
        ("memory =4096", {"memory": (How.SET, 4096)}),
        ("memory +2G", {"memory": (How.ADD, 2048)}),
        ("memory double", {"memory": (How.FACTOR, 200)}),
        ("cores 4", {"cores": (How.SET, 4)}),
        ("memory=6G, cores=4,", {"memory": (How.SET, 6144), "cores": (How.SET, 4)}),
        ("memory +2G cores +1", {"memory": (How.ADD, 2048), "cores": (How.ADD, 1)}),
        ("scsi1=+5G", {"scsi1": (How.ADD, 5 * GIB)}),
        ("disk=+20G cpulimit=1.5", {"disk": (How.ADD, 20 * GIB), "cpulimit": (How.SET, 150)}),
        ("swap=0", {"swap": (How.SET, 0)}),
    ],
)
def test_fields_follow_the_guest(text: str, amounts: dict[str, tuple[How, int]]) -> None:
    """Pairs are read with or without spaces, in any case, with the dashes and quotes of phones."""
    got = ask(f"request web-01 {text}")
    assert got.guest == "web-01"
    assert amounts == {name: (one.how, one.amount) for name, one in got.amounts.items()}
    assert not got.reason


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("", Timing()),
        ("now", Timing()),
        ("at 02:00", Timing(when=When.AT, at_ms=ms("2026-11-24 02:00:00"))),
        ("at 2:00,", Timing(when=When.AT, at_ms=ms("2026-11-24 02:00:00"))),
        ("at 14:05 tomorrow", Timing(when=When.AT, at_ms=ms("2026-11-24 14:05:00"))),
        ("at mon 18:00", Timing(when=When.AT, at_ms=ms("2026-11-23 18:00:00"))),
        ("at 2026-12-01 02:00", Timing(when=When.AT, at_ms=ms("2026-12-01 02:00:00"))),
        ("at restart", Timing(when=When.AT_RESTART)),
        ("at the next restart", Timing(when=When.AT_RESTART)),
        ("with-restart", Timing(with_restart=True)),
        ("with restart now", Timing(with_restart=True)),
        (
            "with—restart at 02:00",
            Timing(when=When.AT, at_ms=ms("2026-11-24 02:00:00"), with_restart=True),
        ),
    ],
)
def test_timing_stands_directly_after_the_last_field(text: str, timing: Timing) -> None:
    """Now, at a time in the person's zone, at the next restart, with a restart."""
    got = ask(f"request web memory=+2G {text} swaps at night")
    assert timing == got.timing
    assert got.reason == "swaps at night"


@pytest.mark.parametrize(
    "reason",
    [
        "it's  “really”  slow — since the 3rd",
        "for the nightly build",
        "until we find the leak",
        "at once please",
        "at 95% since Monday",
        "'for 3d' is what they said",
        "nightly build, now and at 02:00",
        "cores 4 and 5 are hot",
        "see R-7K2M\nand the ticket",
        "https://wiki.example.org/?a=b&memory=4",
        '"memory=4G is what the vendor says"',
        "--public is not the last word",
    ],
)
def test_the_rest_is_the_reason_as_typed(reason: str) -> None:
    """Quotes, spaces, dashes and line ends of the reason stay; words like `for` do not count in it."""
    assert reason == ask(f"request web memory=+2G {reason}").reason


def test_slack_wrappers_become_what_people_see() -> None:
    """Mentions, channels and links are unwrapped, entities unescaped once, marks removed."""
    text = (
        "request <http://web-01.example.org|web-01.example.org> memory=+2G <@U12|bob> in <#C1|ops> "
        "says a &amp;lt; b &amp; <https://x.org/1|ticket> <!channel> \u202e\x00end"
    )
    got = ask(text)
    assert got.guest == "web-01.example.org"
    expected = "@bob in #ops says a &lt; b & ticket (https://x.org/1) @channel end"
    assert expected == got.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("request", {}),
        ("request web-01", {"guest": "web-01"}),
        ("request `web-01`", {"guest": "web-01"}),
        ("request web-01 it swaps", {"guest": "web-01", "reason": "it swaps"}),
    ],
)
def test_without_an_amount_the_form_opens(text: str, words: dict[str, str]) -> None:
    """What was typed so far is kept for the form."""
    assert Intent(verb="request", words=words) == read(text)


@pytest.mark.parametrize(
    ("text", "reason", "details"),
    [
        ("request web memry=4G", Reason.UNKNOWN_FIELD, {"field": "memry", "suggestion": "memory"}),
        ("request web colour=red", Reason.UNKNOWN_FIELD, {"suggestion": ""}),
        ("request web scsi=4G", Reason.UNKNOWN_FIELD, {"field": "scsi", "suggestion": "scsi*"}),
        ("request web memory=lots", Reason.BAD_AMOUNT, {"field": "memory", "text": "lots"}),
        ("request web memory=", Reason.BAD_AMOUNT, {"problem": "there is no amount"}),
        ("request web memory=0", Reason.BAD_AMOUNT, {"problem": "zero is not possible here"}),
        ("request web disk=20", Reason.BAD_AMOUNT, {"field": "disk"}),
        ("request web cores=2 cores=4", Reason.BAD_TEXT, {"problem": "cores is given twice"}),
        ("request memory=4G", Reason.BAD_TEXT, {}),
        ("request 'web memory=4G", Reason.BAD_TEXT, {}),
        ("request web memory=+2G at 02:00 cores=4", Reason.BAD_TEXT, {}),
        ("request web please memory=+2G", Reason.BAD_TEXT, {}),
        ("request web memory=+2G now at 02:00", Reason.BAD_TEXT, {}),
        ("request web memory=+2G at restart with-restart", Reason.BAD_TEXT, {}),
        ("request web memory=+2G at 25:00 x", Reason.BAD_TIME, {"text": "25:00"}),
        ("request web memory=+2G at 14", Reason.BAD_TIME, {"text": "14"}),
        ("request web memory=+2G at 14h", Reason.BAD_TIME, {"text": "14h"}),
        (
            "request web memory=+2G at 13:00 today",
            Reason.BAD_TIME,
            {"problem": "that is in the past"},
        ),
        (
            "request web memory=+2G at 2031-01-01 02:00",
            Reason.BAD_TIME,
            {"problem": "that is more than a year ahead"},
        ),
        ("request web memory=+2G for 3d", Reason.NOT_YET, {"feature": "lending"}),
        ("request web memory=+2G for 3 days please", Reason.NOT_YET, {"feature": "lending"}),
        ("request web memory=+2G until mon 18:00", Reason.NOT_YET, {"feature": "lending"}),
        ("request web memory=+2G now until friday", Reason.NOT_YET, {"feature": "lending"}),
        ("request web memory=+2G " + "x" * 501, Reason.BAD_TEXT, {}),
        ("request web " + "x" * 501, Reason.BAD_TEXT, {}),
        ("shutdown web at restart", Reason.BAD_TIME, {"text": "at restart"}),
        ("snapshot web", Reason.BAD_TEXT, {"problem": "NAME is missing"}),
        ("start", Reason.BAD_TEXT, {"problem": "GUEST is missing", "example": "start web-01"}),
    ],
)
def test_refusals_say_what_is_wrong(text: str, reason: Reason, details: dict[str, str]) -> None:
    """Each refusal has the details that its sentence needs."""
    got = refusal(text)
    assert reason == got.reason
    assert details == {name: got.details[name] for name in details}


def test_a_reason_of_five_hundred_characters_is_taken() -> None:
    """The limit itself passes."""
    assert ask("request web memory=+2G " + "x" * 500).reason == "x" * 500


def test_amounts_keep_what_was_typed() -> None:
    """The plan can echo the text."""
    assert (
        Amount(how=How.ADD, amount=2048, text="+2g")
        == ask("request web memory=+2g").amounts["memory"]
    )


def test_operations_without_fields_take_arguments_timing_and_reason() -> None:
    """Their arguments follow the guest; their reason keeps words that only fields know."""
    snapshot = ask("snapshot paris/db1 pre-upgrade at 02:00 for 3d we roll back")
    assert (snapshot.operation, snapshot.guest) == ("snapshot", "paris/db1")
    assert snapshot.arguments == {"name": "pre-upgrade"}
    assert Timing(when=When.AT, at_ms=ms("2026-11-24 02:00:00")) == snapshot.timing
    assert snapshot.reason == "for 3d we roll back"
    assert ask("start web with-restart of the app").reason == "with-restart of the app"


@pytest.mark.parametrize(
    ("text", "arguments", "reason"),
    [
        ("mark web", {}, ""),
        ("mark web gold", {"name": "gold"}, ""),
        ("mark web gold before the move", {"name": "gold"}, "before the move"),
        ("mark web gold “1.2 → 1.3” go", {"name": "gold", "description": "1.2 → 1.3"}, "go"),
        ("mark web at 02:00 go", {}, "go"),
        ("mark web now", {}, ""),
        ("mark web “now”", {"name": "now"}, ""),
    ],
)
def test_optional_arguments_leave_timing_and_reason_alone(
    text: str, arguments: dict[str, str], reason: str
) -> None:
    """The first word after the guest is one, later ones only in quotes."""
    got = ask(text)
    assert (arguments, reason) == (got.arguments, got.reason)


@pytest.mark.parametrize(
    "text",
    [
        "request --public web memory=+2G swaps",
        "request web memory=+2G swaps --public",
        "request web memory=+2G swaps —public",
    ],
)
def test_public_stands_first_or_last(text: str) -> None:
    """`--public` is taken off either end, also with a phone's long dash."""
    got = read(text)
    assert isinstance(got, Intent)
    assert got.public
    assert ask(text).reason == "swaps"


def test_the_clock_counts_from_the_given_moment() -> None:
    """The present time comes from outside."""
    at = ask("request web memory=+2G at 14:00").timing.at_ms
    assert at == NOW + 86_400_000
