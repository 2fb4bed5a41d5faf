"""Help, who I am, and health."""

from bot.model.view import HelpView, StatusView, WhoAmI
from handlers.blocks.decision import pause_sentence
from handlers.blocks.kit import Block, Message, code, context, message, name, ours, section
from handlers.blocks.words import COMMAND, listed, plural, when, who

RIGHTS = {
    "view": "see guests",
    "request": "ask for resources",
    "power": "start, shut down and reboot",
    "force": "stop and reset (this cuts the power)",
    "snapshot": "take and delete snapshots",
    "rollback": "roll back to a snapshot",
    "operate": "pause, resolve and read the whole audit",
}


def _chunks(lines: list[str], size: int = 8, most: int = 45) -> list[Block]:
    parts = [lines[n : n + size] for n in range(0, len(lines), size)]
    return [section("\n".join(part)) for part in parts[:most]]


def help_text(view: HelpView) -> Message:
    """Render help for one verb, or for all."""
    if not view.entries:
        said = (
            f"I have no help on {name(view.verb)}. {code(f'{COMMAND} help')} lists what I can do."
        )
        return message(said, [section(said)])
    said = f"{COMMAND} {name(view.verb)}" if view.verb.strip() else f"What {COMMAND} can do:"
    lines = [f"{code(usage, 200)}\n    {ours(about)}" for usage, about in view.entries]
    blocks = [section(said), *_chunks(lines)]
    if view.examples:
        blocks.append(section("For example:"))
        blocks += _chunks([code(example, 200) for example in view.examples], most=3)
    if view.note.strip():
        blocks.append(context(ours(view.note, 600)))
    return message(said, blocks)


def whoami(view: WhoAmI) -> Message:
    """Render a person's groups, roles and rights in plain words."""
    account = view.account
    if account.refused_because:
        said = (
            f"I do not serve {who(account.person)}: the account is {name(account.refused_because)}."
        )
        return message(said, [section(said)])
    said, lines = _person(view), _rights(view)
    zone = f" · your time zone: {name(account.timezone)}" if account.timezone else ""
    seen = context(f"Slack's word from {when(account.read_at)}{zone}")
    return message(said, [section(said), section(lines), seen])


def _person(view: WhoAmI) -> str:
    groups = listed([name(g) for g in view.groups], limit=30) or "no group"
    roles = listed([name(r) for r in view.roles], limit=30) or "none"
    return f"You are {who(view.account.person)}, in {groups}. Your roles: {roles}."


def _rights(view: WhoAmI) -> str:
    rights = [RIGHTS.get(m, name(m)) for m in view.may[:40]]
    may = f"You may {listed(rights, limit=40)}." if rights else "You may do nothing here yet."
    return f"{may}\nYou see {plural(view.guests, 'guest')}."


def whoami_words(view: WhoAmI) -> str:
    """Return a person's groups, roles and rights as lines of markup."""
    return f"{_person(view)}\n{_rights(view)}"


def status(view: StatusView) -> Message:
    """Render health in lines."""
    bad = [name(what) for what, fine, _ in view.lines if not fine]
    said = f"Not well: {listed(bad)}." if bad else "All is well."
    said += f" {plural(view.open_requests, 'open request')}."
    said = f"Paused. {said}" if view.pauses else said
    version = context(f"Version {name(view.version)}")
    return message(said, [section(said), *status_blocks(view), version])


def status_blocks(view: StatusView) -> list[Block]:
    """Build health in lines."""
    lines = [
        f"{'OK' if fine else 'NOT OK'} {name(what)}" + (f": {name(detail, 200)}" if detail else "")
        for what, fine, detail in view.lines
    ]
    return _chunks([*map(pause_sentence, view.pauses), *lines])
