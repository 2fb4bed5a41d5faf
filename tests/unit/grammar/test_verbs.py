"""The fixed verbs, help, and anything else that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.intent import Intent
from bot.model.refusal import Reason, Refusal
from bot.model.view import HelpView
from handlers.grammar import usage
from handlers.grammar.later import LATER
from handlers.grammar.verbs import fixed_verbs
from tests.unit.grammar.table import OPERATIONS, read, refusal


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("", Intent(verb="help")),
        (" \u00a0\n", Intent(verb="help")),
        ("?", Intent(verb="help")),
        ("--help", Intent(verb="help")),
        ("—help", Intent(verb="help")),
        ("help", Intent(verb="help")),
        ("help request", Intent(verb="help", words={"verb": "request"})),
        ("Help /LIST", Intent(verb="help", words={"verb": "list"})),
        ("request --help", Intent(verb="help", words={"verb": "request"})),
        ("show --help", Intent(verb="help", words={"verb": "show"})),
        ("deny R-7K2M -h", Intent(verb="help", words={"verb": "deny"})),
        ("list", Intent(verb="list")),
        ("list CTs", Intent(verb="list", words={"kind": "ct"})),
        ("list vm web shop", Intent(verb="list", words={"kind": "vm", "text": "web shop"})),
        (
            "list --tag=web —pool “prod/db” --page 2 x --public",
            Intent(
                verb="list",
                words={"tag": "web", "pool": "prod/db", "page": "2", "text": "x"},
                public=True,
            ),
        ),
        (
            "list --node pve1 --status running --cluster paris",
            Intent(verb="list", words={"node": "pve1", "status": "running", "cluster": "paris"}),
        ),
        ("show\u00a0web-01", Intent(verb="show", words={"guest": "web-01"})),
        ("SHOW 104 --public", Intent(verb="show", words={"guest": "104"}, public=True)),
        ("show <#C12|web-01>", Intent(verb="show", words={"guest": "web-01"})),
        ("show <http://web.example.org>", Intent(verb="show", words={"guest": "web.example.org"})),
        ("snapshots db1", Intent(verb="snapshots", words={"guest": "db1"})),
        ("nodes", Intent(verb="nodes")),
        ("headroom", Intent(verb="headroom")),
        ("headroom pve1", Intent(verb="headroom", words={"node": "pve1"})),
        ("whoami", Intent(verb="whoami")),
        ("status", Intent(verb="status")),
        ("requests", Intent(verb="requests", words={"which": "mine"})),
        ("requests Waiting", Intent(verb="requests", words={"which": "waiting"})),
        ("approve r7k2m", Intent(verb="approve", words={"handle": "R-7K2M"})),
        ("approve R–7k2m", Intent(verb="approve", words={"handle": "R-7K2M"})),
        ("approve `R-7K2M`,", Intent(verb="approve", words={"handle": "R-7K2M"})),
        ("why 7k2m", Intent(verb="why", words={"handle": "R-7K2M"})),
        ("cancel R-KMPQ", Intent(verb="cancel", words={"handle": "R-KMPQ"})),
        ("withdraw R-7K2M", Intent(verb="withdraw", words={"handle": "R-7K2M"})),
        (
            "deny R-7K2M it’s “too  much”",
            Intent(verb="deny", words={"handle": "R-7K2M", "reason": "it’s “too  much”"}),
        ),
        (
            "resolve R-7K2M not-done I looked",
            Intent(
                verb="resolve",
                words={"handle": "R-7K2M", "outcome": "not-done", "reason": "I looked"},
            ),
        ),
    ],
)
def test_verbs_are_read(text: str, intent: Intent) -> None:
    """Any case, phones' dashes and quotes, options anywhere among the words."""
    assert intent == read(text)


@pytest.mark.parametrize(
    ("text", "reason", "details"),
    [
        ("requst web", Reason.UNKNOWN_COMMAND, {"text": "requst", "suggestion": "request"}),
        ("xyzzy", Reason.UNKNOWN_COMMAND, {"text": "xyzzy", "suggestion": ""}),
        ("help lst", Reason.UNKNOWN_COMMAND, {"suggestion": "list"}),
        ("xyzzy --help", Reason.UNKNOWN_COMMAND, {"text": "xyzzy"}),
        ("show", Reason.BAD_TEXT, {"problem": "GUEST is missing", "example": "show web-01"}),
        ("show web db", Reason.BAD_TEXT, {"problem": "got unexpected extra argument (db)"}),
        ("show 'web", Reason.BAD_TEXT, {"problem": "a quote is not closed"}),
        (
            "list --nod x",
            Reason.BAD_TEXT,
            {"problem": "there is no option --nod, did you mean --node"},
        ),
        ("list --page 0", Reason.BAD_TEXT, {"problem": "0 is not a page: they count from 1"}),
        ("list --node", Reason.BAD_TEXT, {"example": "list"}),
        ("requests yours", Reason.BAD_TEXT, {}),
        ("approve", Reason.BAD_TEXT, {"problem": "the request's number is missing"}),
        ("approve it", Reason.BAD_TEXT, {"problem": "it is not a request number"}),
        ("deny because no", Reason.BAD_TEXT, {"problem": "because is not a request number"}),
        ("deny R-7K2M", Reason.REASON_NEEDED, {"verb": "deny"}),
        ("resolve R-7K2M done", Reason.REASON_NEEDED, {"verb": "resolve"}),
        ("resolve R-7K2M maybe so", Reason.BAD_TEXT, {}),
        ("deny R-7K2M " + "x" * 501, Reason.BAD_TEXT, {}),
        ("help migrate", Reason.NOT_YET, {"feature": "moving a guest"}),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, reason: Reason, details: dict[str, str]) -> None:
    """Never silence: what is wrong, and an example or the nearest word."""
    got = refusal(text)
    assert reason == got.reason
    assert details == {name: got.details[name] for name in details}


@pytest.mark.parametrize("verb", sorted(LATER))
def test_verbs_of_later_versions_answer_with_a_sentence(verb: str) -> None:
    """They say what they will be about, and what works today."""
    got = refusal(f"{verb} something")
    assert got.reason == Reason.NOT_YET
    assert (LATER[verb][0], LATER[verb][1]) == (got.details["feature"], got.details["instead"])


def test_help_lists_every_verb() -> None:
    """The list holds the fixed verbs and the operations."""
    view = usage(OPERATIONS)
    assert isinstance(view, HelpView)
    names = {usage.split()[0] for usage, _ in view.entries}
    verbs = {*fixed_verbs(), *(one.verb for one in OPERATIONS.values() if one.verb)}
    assert {verb.split()[0] for verb in verbs} == names


def test_verbs_of_two_words_have_one_line_and_a_page() -> None:
    """The list stays short; `help incident` shows what each does."""
    view = usage(OPERATIONS)
    assert isinstance(view, HelpView)
    (line,) = [usage for usage, _ in view.entries if usage.startswith("incident")]
    assert line.startswith("incident open|adopt|status|")
    for text in ("help incident", "incident", "incident --help"):
        assert read(text) == Intent(verb="help", words={"verb": "incident"})
    page = usage(OPERATIONS, "incident")
    assert isinstance(page, HelpView)
    assert len(page.entries) == 12


@pytest.mark.parametrize("verb", ["request", "start", "snapshot", "list", "deny"])
def test_help_on_a_verb_shows_examples_that_work(verb: str) -> None:
    """Every example parses to that verb."""
    view = usage(OPERATIONS, verb)
    assert isinstance(view, HelpView)
    read_back = [read(example) for example in view.examples]
    assert [verb] * len(view.examples) == [i.verb for i in read_back if isinstance(i, Intent)]


def test_help_on_operations_names_their_parts() -> None:
    """Fields, arguments and times are explained."""
    request, snapshot = usage(OPERATIONS, "request"), usage(OPERATIONS, "snapshot")
    assert isinstance(request, HelpView)
    assert isinstance(snapshot, HelpView)
    assert ("memory=+2G", "how much memory") in request.entries
    assert ("scsi1=+5G", "how much scsi*") in request.entries
    assert ("NAME", "the snapshot's name") in snapshot.entries


@pytest.mark.parametrize(
    ("verb", "reason"), [("lst", Reason.UNKNOWN_COMMAND), ("loans", Reason.NOT_YET)]
)
def test_help_on_no_verb_is_refused(verb: str, reason: Reason) -> None:
    """An unknown verb gets the nearest, a later one its sentence."""
    got = usage(OPERATIONS, verb)
    assert isinstance(got, Refusal)
    assert reason == got.reason


WORDS = st.sampled_from(
    [*fixed_verbs(), *LATER, "request", "start", "snapshot", "web-01", "R-7K2M", "memory=+2G", "cores=",
     "memory", "=", "+2G", "at", "02:00", "for", "3d", "until", "mon", "now", "with-restart", "--public",
     "—node", "--", "-", "“a b”", "'", '"', "\u00a0", "\n", "<@U1|x>", "&amp;", "\ud800", "\x00", "٣"]
)  # fmt: skip


@given(
    st.text() | st.lists(WORDS, max_size=8).map(" ".join) | st.lists(WORDS, max_size=8).map("".join)
)
def test_any_text_is_an_intent_or_a_refusal(text: str) -> None:
    """Nothing raises, and what comes out can be stored as UTF-8."""
    got = read(text)
    assert isinstance(got, Intent | Refusal)
    if isinstance(got, Intent):
        "".join(got.words.values()).encode()
        (got.ask.reason if got.ask else "").encode()


@given(st.text())
def test_any_text_behind_a_field_is_a_reason_or_refused(text: str) -> None:
    """The ask before it never changes."""
    got = read(f"request web memory=+2G because {text}")
    if isinstance(got, Intent):
        assert got.ask is not None
        assert list(got.ask.amounts) == ["memory"]
        assert got.ask.reason.startswith("because")
