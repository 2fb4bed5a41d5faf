"""A store that went back in time, in words: what is missing, what is affected, what would work."""

from bot.model.gate import ForgottenTask, WentBack
from bot.model.notice import WentBackNotice
from handlers.blocks.kit import Block, Message, context, message, name, section
from handlers.blocks.words import plural, when

SHOWN = 20
"""Tasks that are listed; the rest is counted."""


def ends(went: WentBack) -> str:
    """Return where the records end, as the start of a sentence."""
    return f"My records end at {when(went.ends_at)}" if went.ends_at else "My records are gone"


def _known(went: WentBack) -> str:
    if not went.tasks:
        return f"this host has seen one of {when(went.seen_at, seconds=True)}"
    after = "after that" if went.ends_at else "that I made"
    return f"Proxmox shows {plural(len(went.tasks), 'task')} of mine {after}"


def went_back_line(went: WentBack) -> str:
    """Return the whole of it in one line: what tells it, and what has to be done."""
    how = "restored" if went.ends_at else "emptied"
    how += "" if went.seen_at else ", or something else uses my token"
    told = f"{ends(went)}, yet {_known(went)}: the store was {how}."
    return f"{told} Nothing runs until an operator types `headroom release`."


def held_line(went: WentBack) -> str:
    """Return why an approved request does not begin."""
    return f"Held: {went_back_line(went)}"


def _task(task: ForgottenTask) -> str:
    guest = f"{name(task.guest)} ({name(task.vmid)})" if task.guest else name(task.vmid)
    return f"{when(task.started_at * 1000)}: {name(task.type)} on {guest}, {name(task.cluster)}"


def _affected(went: WentBack) -> list[Block]:
    tasks = sorted(went.tasks, key=lambda task: task.started_at)
    if not tasks:
        said = (
            "No task of mine is missing. A change of a container leaves none: look at those, too."
        )
        return [section(said)]
    lines = [_task(task) for task in tasks[:SHOWN]]
    more = [f"and {len(tasks) - SHOWN} more"] if len(tasks) > SHOWN else []
    return [section("\n".join(["Affected:", *lines, *more]))]


def went_back(notice: WentBackNotice) -> Message:
    """Render the message to the approvals channel; after the release it says so."""
    went = notice.went_back
    if went.released_at is not None:
        by = went.released_by.user_id.removeprefix("host:") if went.released_by else "somebody"
        said = f"Released by {name(by)}, {when(went.released_at)}: what is approved runs again."
        return message(said, [section(said), *_affected(went), context(f"{ends(went)}.")])
    said = went_back_line(went)
    noticed = context(f"Noticed {when(went.since)}. What is under way is finished.")
    return message(said, [section(said), *_affected(went), noticed])
