"""Refusals about incidents in sentences."""

from bot.model.refusal import Reason
from handlers.blocks.problem_asking import NOTHING, Problem
from handlers.blocks.words import COMMAND

INCIDENTS: dict[Reason, Problem] = {
    Reason.NO_INCIDENT: Problem(
        NOTHING,
        "this channel has no incident",
        "[Open ones: {channels}. ]"
        f'Type it in an incident\'s channel, or open one: `{COMMAND} incident open "TITLE" GUEST`.',
    ),
    Reason.UNKNOWN_INCIDENT: Problem(
        "", "I know no incident {handle}", f"`{COMMAND} incident list` shows those that are open."
    ),
    Reason.INCIDENT_OPEN: Problem(
        NOTHING,
        "there is an incident about {what} already: {handle}[, in {channel}]",
        "Join it there. One about something else takes another title and other guests.",
    ),
    Reason.INCIDENT_CLOSED: Problem(
        NOTHING,
        "{handle} is closed[ since {at}]",
        f"`{COMMAND} incident reopen` opens it again.",
    ),
    Reason.INCIDENT_NOT_CLOSED: Problem(NOTHING, "{handle} is open", "It goes on as it is."),
    Reason.INCIDENT_FULL: Problem(
        NOTHING,
        "{handle} is about {most} guests already, which is the most",
        f"`{COMMAND} incident detach GUEST` makes room for another.",
    ),
    Reason.NOT_ATTACHED: Problem(
        NOTHING,
        "{handle} is not about {guest}",
        f"`{COMMAND} incident status` shows which guests it is about.",
    ),
    Reason.MAY_NOT_INCIDENT: Problem(
        NOTHING,
        "you may not run incidents here",
        f"`{COMMAND} whoami` shows your rights; whoever leads an incident can do it.",
    ),
    Reason.NO_CHANNEL: Problem(
        NOTHING,
        "Slack does not let me make a channel[: {why}]",
        f'Type `{COMMAND} incident adopt "TITLE"` in a channel that I am in.',
    ),
    Reason.ALREADY_LED: Problem(
        NOTHING,
        "{by} leads {handle} already",
        f"`{COMMAND} incident lead` in its channel takes the lead over.",
    ),
    Reason.TOO_MANY_GUESTS: Problem(
        NOTHING, "an incident is about {most} guests at most", "Name those that matter most."
    ),
    Reason.NOT_A_CHANNEL: Problem(
        NOTHING,
        "nobody else can come into a direct message",
        f'Type it in a channel, or `{COMMAND} incident open "TITLE"` for one of its own.',
    ),
    Reason.CANNOT_LEAD: Problem(
        NOTHING,
        "{person} cannot lead it[: the account is {why}]",
        "A lead is an active member who may run incidents.",
    ),
    Reason.NO_PICTURE: Problem(
        NOTHING,
        "Slack takes no picture from me in this channel[: {why}]",
        f"`{COMMAND} graph GUEST` sends it as a direct message.",
    ),
    Reason.MESSAGE_GONE: Problem(
        NOTHING,
        "that message is gone, or I am not in its channel",
        "Invite me there, then try again.",
    ),
    Reason.NOBODY_NAMED: Problem(
        NOTHING,
        "nobody is named there",
        "Mention people, as @bob[, or name a group: {groups}].",
    ),
}
"""Why something about an incident does not happen, and what would work."""
