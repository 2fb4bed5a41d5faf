"""Who decides on a request: its rule, votes, who is asked now and later, vetoes, its review."""

from bot.model.notice import CardNotice
from bot.model.pause import Pause
from bot.model.people import Person
from bot.model.policy import Decision, still_needed, votes_that_count
from bot.model.request import ChangeRequest, State
from handlers.blocks.kit import SENTENCE, Block, name, quotation, section
from handlers.blocks.words import listed, when, who


def vetoers(request: ChangeRequest) -> str:
    """Return who may stop what waits, by their groups."""
    groups = listed([name(g) for g in request.decision.vetoers], "or")
    return f"one of {groups}"


def _still(request: ChangeRequest) -> str:
    """Return which groups are still missing, where it is not simply anybody."""
    if request.state is not State.PENDING or not request.votes:
        return ""
    left = still_needed(request.decision, request.votes)
    if not left or len(request.decision.groups) == 1:
        return ""
    said = [f"{q.needed} of {listed([name(g) for g in q.groups], 'or')}" for q in left]
    return f"; still needed: {listed(said)}"


def pause_sentence(pause: Pause) -> str:
    """Return who paused what, and which incident holds which node, since when and why."""
    holds = [
        f"incident {name(hold.handle)} holds node {name(hold.node)} since {when(hold.at)}"
        f" ({name(hold.why, SENTENCE)})."
        for hold in pause.holds
    ]
    return " ".join([*([_paused(pause)] if pause.stands else ()), *holds])


def _paused(pause: Pause) -> str:
    what = f"cluster {name(pause.cluster)}" if pause.cluster else "everything"
    by = who(pause.by) if pause.by else "somebody"
    return f"{by} paused {what} at {when(pause.at)}: “{name(pause.why, SENTENCE)}”."


def rule_line(decision: Decision) -> str:
    """Return which rules decided, and by which incident's, if by one's."""
    said = f"Rule {name(decision.rule)}"
    return (
        f"{said} (by the rules of incident {name(decision.incident_handle)})"
        if decision.incident
        else said
    )


def _votes(request: ChangeRequest) -> str:
    """Return who approved, and what is missing."""
    if request.glass:
        return f"approved by {who(request.glass.by)} alone, who broke the glass"
    if not request.decision.needs_approval:
        return "nobody has to approve"
    voters = [who(p) for p in request.voters()]
    count = f"{votes_that_count(request.decision, request.votes)} of {request.decision.needed}"
    votes = f"{count}: {listed(voters)}" if voters else count
    return f"approved by {votes}{_still(request)}"


def votes_line(request: ChangeRequest, approvers: tuple[Person, ...]) -> str:
    """Return rule, votes, expiry, and who is waited for, as lines of markup."""
    decision = request.decision
    lines = [f"{rule_line(decision)} · {_votes(request)}"]
    if request.state is State.PENDING:
        left = still_needed(decision, request.votes) or still_needed(decision, ())
        named = dict.fromkeys(g for quorum in left for g in quorum.groups)
        groups = listed([name(g) for g in named], "or")
        asked = listed([who(p) for p in approvers]) or groups
        if asked:
            lines.append(f"Waiting for {asked} · open until {when(request.expires_at)}")
        lines += [
            f"If it still waits at {when(request.waits_since + tier.after_ms)}: "
            f"{listed([name(g) for g in tier.groups], 'and')} {_is(tier.groups)} asked, too"
            for tier in decision.tiers
        ]
    elif request.state is State.APPROVED and decision.wait_ms:
        people = listed([who(p) for p in approvers], "or") or vetoers(request)
        lines.append(f"May be vetoed by {people} until {when(request.not_before)}; then it begins")
    elif request.state is State.APPROVED:
        lines.append(f"To be started before {when(request.execute_before)}")
    return "\n".join(lines)


def _is(groups: tuple[str, ...]) -> str:
    return "are" if groups[1:] else "is"


def review_line(notice: CardNotice) -> list[Block]:
    """Return who is to look at it afterwards, or who has."""
    review = notice.review
    if review is None:
        return []
    if not review.open and review.by is not None:
        return [section(f"Reviewed by {who(review.by)}, {when(review.at)}.")]
    people = listed([who(p) for p in notice.reviewers], "or")
    groups = listed([name(g) for g in review.groups])
    why = (
        f"{who(review.broke)} approved this alone" if review.broke else "Nobody had to approve this"
    )
    said = f"{why}, so somebody else of {groups} reviews it"
    return [section(f"{said}: {people}." if people else f"{said}.")]


def glass_line(request: ChangeRequest) -> list[Block]:
    """Return who broke the glass, past whom, and why; loud, whatever became of it since."""
    glass = request.glass
    if glass is None:
        return []
    past = listed([name(g) for g in request.decision.stoppers], "or")
    did = f"{who(glass.by)} alone approved this at {when(glass.at)}, without {past}."
    return [section(f"*The glass is broken.* {did}"), quotation("Why", glass.why)]
