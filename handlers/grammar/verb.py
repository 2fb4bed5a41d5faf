"""One verb that is no operation: how it is written, what it does, and what click reads of it."""

from dataclasses import dataclass

import click

from bot.model.feature import Feature
from handlers.grammar.text import guest, handle

_DIGITS = 7  # of a page number


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One verb: how it is written, what it does, and what click reads of it.

    `rest` names the free text that follows the last parameter; empty if none may follow.
    `needs_rest` refuses without it. `details` are (words, sentence) pairs for its own help.
    `feature` takes it away when it is off.
    """

    name: str
    usage: str
    sentence: str
    examples: tuple[str, ...]
    params: tuple[click.Parameter, ...] = ()
    rest: str = ""
    needs_rest: bool = False
    details: tuple[tuple[str, str], ...] = ()
    about_requests: bool = False
    feature: Feature | None = None

    @property
    def positions(self) -> int:
        """Return how many words come before the free text."""
        return sum(isinstance(param, click.Argument) for param in self.params)


class HandleType(click.ParamType[str]):
    """A request number, in its one spelling."""

    name = "R-…"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Normalise the number, or refuse."""
        return handle(value) or self.fail(f"{value} is not a request number", param, ctx)


class GuestType(click.ParamType[str]):
    """A guest as typed: name, vmid or `cluster/name`."""

    name = "GUEST"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Strip what Slack puts around names."""
        return guest(value) or self.fail("there is no guest", param, ctx)


class PageType(click.ParamType[int]):
    """The number of a page, from 1."""

    name = "N"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number, or refuse."""
        if value.isdecimal() and value.isascii() and len(value) < _DIGITS and int(value):
            return int(value)
        return self.fail(f"{value} is not a page: they count from 1", param, ctx)


def word(
    name: str, kind: click.ParamType[str] | None = None, *, needed: bool = True
) -> click.Argument:
    """Return a positional word."""
    return click.Argument([name], type=kind, required=needed)


def choice(name: str, words: tuple[str, ...], default: str | None = None) -> click.Argument:
    """Return a positional word out of a few."""
    return click.Argument(
        [name],
        type=click.Choice(words, case_sensitive=False),
        required=default is None,
        default=default,
    )


PUBLIC = click.Option(["--public"], is_flag=True)
_GUEST = GuestType()


def guest_word(*, needed: bool = True) -> click.Argument:
    """Return the positional word for a guest."""
    return word("guest", _GUEST, needed=needed)
