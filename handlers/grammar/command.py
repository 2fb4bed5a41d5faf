"""A whole command line → Intent or Refusal; click reads the words of the fixed verbs."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import click
from rapidfuzz import fuzz, process

from bot.model.feature import EVERYTHING, Features
from bot.model.intent import Intent
from bot.model.operation import Operation, offered
from bot.model.refusal import Reason, Refusal, refuse
from handlers.grammar.ask import check_reason, read_ask
from handlers.grammar.incidents import NAMING_PEOPLE, about, people_in
from handlers.grammar.later import LATER
from handlers.grammar.text import Line, Token, open_quote, read_line
from handlers.grammar.timing import Clock
from handlers.grammar.verb import PUBLIC, Verb
from handlers.grammar.verbs import FAMILIES, fixed_verbs, verbs_with

_KINDS = {"vm": "vm", "vms": "vm", "ct": "ct", "cts": "ct"}
_OPTION = re.compile(r"-{1,3}(?P<name>[a-z]{2,}(?:=.*)?)", re.DOTALL)
_HELP = {"--help", "-h", "-?"}
_SHOWN = 80


def by_verb(operations: Mapping[str, Operation]) -> dict[str, Operation]:
    """Return the operations by their verbs; one without a verb has buttons only."""
    return {operation.verb: operation for operation in operations.values() if operation.verb}


def option_text(token: Token) -> str:
    """Return an option in its own spelling: phones turn its two dashes into one long one."""
    match = None if token.quoted else _OPTION.fullmatch(token.text)
    return f"--{match['name']}" if match else token.text


def no_verb(text: str, operations: Mapping[str, Operation], features: Features) -> Refusal:
    """Return the refusal of a verb: switched off, of a later version, or unknown."""
    verb = text.casefold()
    operation, fixed = by_verb(operations).get(verb), fixed_verbs().get(verb)
    if operation is not None or fixed is not None:
        named = operation or fixed
        feature = named.feature if named else None
        what = feature.said if feature else "asking for memory, cores and disks"
        return refuse(Reason.SWITCHED_OFF, what=what)
    return later(verb) if verb in LATER else _unknown_verb(text, operations, features)


def _unknown_verb(text: str, operations: Mapping[str, Operation], features: Features) -> Refusal:
    """Return the refusal of a verb that there is not, with the nearest one that there is."""
    known = [*verbs_with(features), *by_verb(offered(operations, features)), *LATER]
    near = process.extractOne(text.casefold(), known, scorer=fuzz.ratio, score_cutoff=60)
    suggestion = near[0] if near else ""
    return refuse(Reason.UNKNOWN_COMMAND, text=text[:_SHOWN], suggestion=suggestion)


def later(verb: str) -> Refusal:
    """Return the answer for a verb of a later version."""
    feature, instead = LATER[verb]
    return refuse(Reason.NOT_YET, feature=feature, instead=instead)


def _complaint(error: click.ClickException) -> str:
    """Return what click found wrong, as a clause."""
    if isinstance(error, click.MissingParameter):
        name = error.param.name if error.param else ""
        if name == "handle":
            return "the request's number is missing"
        return f"{(name or 'a word').upper()} is missing"
    if isinstance(error, click.NoSuchOption):
        near = error.possibilities or ()
        also = f", did you mean {near[0]}" if near else ""
        return f"there is no option {error.option_name}{also}"
    text = error.message.rstrip(".").replace("\n", " ")
    return text[:1].lower() + text[1:]


class _Reading(click.Command):
    """Reads the words of a verb, again and again: parser and parameters are made just once."""

    @cached_property
    def _parser(self) -> Any:
        return super().make_parser(click.Context(self))

    def make_parser(self, ctx: click.Context) -> Any:  # noqa: ARG002 - click's own
        """Return the parser; it keeps nothing of what it has read."""
        return self._parser

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:  # noqa: ARG002 - click's own
        """Return them as they were given; click would look for doubles with every command."""
        return self.params


@cache
def _reading(name: str) -> _Reading:
    """Return what reads the words of a fixed verb."""
    params = [*fixed_verbs()[name].params, PUBLIC]
    return _Reading(name, params=params, add_help_option=False)


def _words(verb: Verb, args: list[str]) -> Mapping[str, object] | str:
    """Return click's reading of the words, or what it complains about."""
    try:
        return _reading(verb.name).make_context(verb.name, args, color=False).params
    except click.ClickException as error:
        return _complaint(error)
    except click.exceptions.Exit:
        return "it cannot be read"


def _joined(line: Line) -> Line:
    """Return the line with a verb of two words (`incident open`) as one token, also behind `help`."""
    tokens = line.tokens
    first = int(bool(tokens) and tokens[0].text.casefold() == "help")
    pair = tokens[first : first + 2]
    if len(pair) < 2 or pair[0].text.casefold() not in FAMILIES or option_text(pair[1])[:1] == "-":  # noqa: PLR2004 - a pair
        return line
    verb = Token(text=f"{pair[0].text} {pair[1].text}", start=pair[0].start, end=pair[1].end)
    return Line(raw=line.raw, tokens=(*tokens[:first], verb, *tokens[first + 2 :]))


def _listed(words: Mapping[str, object]) -> Mapping[str, object]:
    """Return the words of a list with the kind taken out of its text."""
    text = words["text"]
    parts = list(text) if isinstance(text, tuple) else []
    kind = _KINDS.get(parts[0].casefold(), "") if parts else ""
    return {**words, "kind": kind, "text": " ".join(parts[1:] if kind else parts)}


def _split(verb: Verb, line: Line) -> tuple[list[str], str]:
    """Return the words that click reads, and the raw free text behind them."""
    args: list[str] = []
    positions = verb.positions
    for index, token in enumerate(line.tokens):
        word = option_text(token)
        if verb.rest and not word.startswith("--"):
            if not positions:
                return args, line.since(index)
            positions -= 1
        args.append(word)
    return args, ""


def _fixed(verb: Verb, line: Line) -> Intent | Refusal:
    """Read one of the fixed verbs."""
    quote = next((token for token in line.tokens if open_quote(token)), None)
    if quote is not None and not verb.rest:
        return refuse(Reason.BAD_TEXT, problem="a quote is not closed", example=verb.examples[0])
    args, rest = _split(verb, line)
    words = _words(verb, args)
    if isinstance(words, str):
        return refuse(Reason.BAD_TEXT, problem=words, example=verb.examples[0])
    if verb.needs_rest and not rest:
        return refuse(Reason.REASON_NEEDED, verb=verb.name)
    if verb.name == "list":
        words = _listed(words)
    if isinstance(several := words.get("about"), tuple):
        words = about(several, quoted=bool(line.tokens) and line.tokens[0].quoted)
        if not words:
            return refuse(Reason.BAD_TEXT, problem="TITLE is missing", example=verb.examples[0])
    kept = {name: str(word) for name, word in words.items() if word and name != "public"}
    if rest:
        kept[verb.rest] = rest
    return check_reason(rest) or Intent(
        verb=verb.name, words=kept, public=bool(words.get("public"))
    )


def _operation(operation: Operation, line: Line, clock: Clock) -> Intent | Refusal:
    """Read an operation's command; `--public` may stand first or last."""
    public = False
    for index in (0, -1):
        if line.tokens and option_text(line.tokens[index]) == "--public":
            end = len(line.raw) if index == 0 else line.tokens[-1].start
            left = line.tokens[1:] if index == 0 else line.tokens[:-1]
            line, public = Line(raw=line.raw[:end], tokens=left), True
    intent = read_ask(line, operation, clock)
    return replace(intent, public=public) if isinstance(intent, Intent) else intent


def _help(name: str, operations: Mapping[str, Operation], features: Features) -> Intent | Refusal:
    """Return the intent for help on one verb, or on all."""
    verb = name.casefold().lstrip("/")
    known = {*verbs_with(features), *by_verb(offered(operations, features))}
    known |= {one.partition(" ")[0] for one in known}
    if verb and verb not in known:
        return no_verb(name.lstrip("/"), operations, features)
    return Intent(verb="help", words={"verb": verb} if verb else {})


def _verb(
    line: Line, operations: Mapping[str, Operation], features: Features, clock: Clock
) -> Intent | Refusal:
    """Read a line that begins with a verb and does not ask for help.

    Fields that are switched off are read, too: what is asked of them is refused with its reason.
    """
    first = line.tokens[0].text
    name, rest = first.casefold(), Line(raw=line.raw, tokens=line.tokens[1:])
    if name in FAMILIES and features.has(FAMILIES[name]):
        return Intent(verb="help", words={"verb": name})
    operation = by_verb(operations).get(name)
    if operation is not None and offered({name: operation}, features):
        return _operation(operation, rest, clock)
    verb = fixed_verbs().get(name)
    if verb is not None and features.has(verb.feature) and operation is None:
        return _fixed(verb, rest)
    return no_verb(first, operations, features)


def parse(
    text: str,
    *,
    operations: Mapping[str, Operation],
    now_ms: int,
    timezone: str,
    features: Features = EVERYTHING,
) -> Intent | Refusal:
    """Read the text of a slash command; never raises.

    `operations` declare verbs, fields and arguments; what of `features` is off is refused. Clock times
    are meant in `timezone` (an IANA name), next after `now_ms` (ms since the epoch). Help is an Intent
    with the verb `help`; so are an empty text and `VERB --help`. A verb with fields but without any
    amount gives an Intent without ask: its form opens.
    """
    line = _joined(read_line(text))
    words = [option_text(token).casefold() for token in line.tokens]
    if not words or words[0] in {*_HELP, "?"}:
        return _help("", operations, features)
    if _HELP.intersection((*words[1:4], words[-1])):
        return _help(words[0], operations, features)
    intent = _verb(line, operations, features, Clock(now_ms=now_ms, timezone=timezone))
    if isinstance(intent, Intent) and intent.verb == "help":
        return _help(intent.words.get("verb", ""), operations, features)
    if isinstance(intent, Intent) and intent.verb in NAMING_PEOPLE:
        return replace(intent, words={**intent.words, "people": people_in(text)})
    return intent
