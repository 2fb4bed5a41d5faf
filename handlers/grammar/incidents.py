"""The verbs of incidents, as data, and reading what their words mean."""

import re
from collections.abc import Mapping, Sequence

import click

from bot.model.feature import Feature
from bot.model.incident import Severity, Status
from handlers.grammar.verb import Verb, choice, guest_word, word

SEVERITIES = tuple(severity.value for severity in Severity)
STATUSES = tuple(status.value for status in Status if status is not Status.CLOSED)

NAMING_PEOPLE = frozenset({"incident lead", "incident invite"})
"""Verbs whose words may mention people."""

_PERSON = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
_ID = re.compile(r"I-[0-9A-Z]{2,12}", re.IGNORECASE)

_ABOUT = (
    (
        '"TITLE"',
        "what is wrong, in a few words; in quotes if guests follow without a severity between",
    ),
    (f"[{'|'.join(SEVERITIES)}]", "how bad it is, sev1 the worst; sev3 unless you say so"),
    ("[GUEST…]", "the guests it is about; more can be attached later"),
)


def _verb(name: str, usage: str, sentence: str, *examples: str, **more: object) -> Verb:
    return Verb(
        name=f"incident {name}",
        usage=f"incident {usage}",
        sentence=sentence,
        examples=tuple(f"incident {example}" for example in examples),
        feature=Feature.INCIDENTS,
        **more,  # type: ignore[arg-type] # the other fields of a verb
    )


def _several(name: str) -> click.Argument:
    return click.Argument([name], nargs=-1)


def incident_verbs() -> tuple[Verb, ...]:  # long: a table, one entry for each verb
    """Return the verbs of incidents."""
    return (
        _verb(
            "open",
            f'open "TITLE" [{"|".join(SEVERITIES)}] [GUEST…]',
            "Opens an incident with a channel of its own, and invites who is on call.",
            'open "checkout is slow" sev2 web-01 db-01',
            params=(_several("about"),),
            details=_ABOUT,
        ),
        _verb(
            "adopt",
            f'adopt ["TITLE" [{"|".join(SEVERITIES)}] [GUEST…] | I-…]',
            "Makes this channel an incident's: a new one's, or that of one that lost its own.",
            'adopt "checkout is slow" web-01',
            "adopt I-7K2M",
            params=(_several("about"),),
            details=_ABOUT,
        ),
        _verb(
            "status",
            f"status [{'|'.join(STATUSES)} [WORDS]]",
            "Shows the incident of this channel, or says how far it has come.",
            "status",
            "status identified the cache is full",
            params=(choice("status", ("", *STATUSES), ""),),
            rest="text",
        ),
        _verb(
            "severity",
            f"severity {'|'.join(SEVERITIES)}",
            "Says how bad it is.",
            "severity sev1",
            params=(choice("severity", SEVERITIES),),
        ),
        _verb(
            "lead",
            "lead [@PERSON]",
            "Takes the lead of this channel's incident, or hands it over.",
            "lead",
            "lead @bob",
            rest="text",
        ),
        _verb(
            "note",
            "note TEXT",
            "Puts a note on the timeline; a message gets there by 📌 or by its own menu.",
            "note failover began by hand",
            rest="text",
            needs_rest=True,
        ),
        _verb(
            "attach",
            "attach GUEST",
            "Says that the incident is about this guest, too.",
            "attach db-01",
            params=(guest_word(),),
        ),
        _verb(
            "detach",
            "detach GUEST",
            "Says that the incident is not about this guest.",
            "detach db-01",
            params=(guest_word(),),
        ),
        _verb(
            "invite",
            "invite @PERSON…|GROUP",
            "Invites people, or everybody of a group of the configuration.",
            "invite @bob @cyr",
            "invite oncall",
            rest="text",
            needs_rest=True,
        ),
        _verb("list", "list", "The incidents that are open.", "list"),
        _verb(
            "close",
            "close WORDS",
            "Ends the incident: what to give back is listed, the timeline is shared as a file.",
            "close the cache has its own node now",
            rest="text",
            needs_rest=True,
        ),
        _verb(
            "reopen",
            "reopen",
            "Opens this channel's incident again.",
            "reopen",
            params=(word("number", needed=False),),
        ),
    )


def about(words: Sequence[str], *, quoted: bool = False) -> Mapping[str, str]:
    """Return title, severity and guests of `"TITLE" sev2 GUEST…`; a lone number names an incident.

    Without quotes (`quoted`: the first word had some) the title goes on until the severity, or to the end.
    """
    if len(words) == 1 and _ID.fullmatch(words[0]):
        return {"number": words[0].upper()}
    severe = [n for n, text in enumerate(words) if text.casefold() in SEVERITIES]
    first = severe[0] if severe else len(words)
    severity = words[first].casefold() if severe else ""
    if words and (quoted or " " in words[0].strip()):
        title, guests = words[0].strip(), [w for n, w in enumerate(words) if n not in {0, first}]
    else:
        title, guests = " ".join(words[:first]), list(words[first + 1 :])
    told = {"title": title, "severity": severity, "guests": " ".join(guests)}
    return {key: text for key, text in told.items() if text}


def people_in(text: str) -> str:
    """Return the ids of the people mentioned in Slack's own text, with a space between."""
    return " ".join(dict.fromkeys(_PERSON.findall(text)))
