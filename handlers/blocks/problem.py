"""Refusals in sentences: one table, what is wrong and what would work."""

from bot.model.refusal import Reason
from handlers.blocks.problem_asking import ASKING, COUNTED, DONE, NOTHING, RECORDED, Problem
from handlers.blocks.problem_incidents import INCIDENTS
from handlers.blocks.words import COMMAND

WENT_BACK = (
    "[: my records end at {ends}, and what came until {noticed} is lost]"
    "[: my store was emptied before {emptied}, and my records begin there]"
)
"""What explains a request that is not there after the store went back."""

PROBLEMS: dict[Reason, Problem] = {
    **ASKING,
    # requests
    Reason.UNKNOWN_REQUEST: Problem(
        "",
        f"I know no request {{handle}}{WENT_BACK}",
        f"`{COMMAND} requests open` lists the open ones.",
    ),
    Reason.OWN_REQUEST: Problem(
        COUNTED,
        "you asked for {handle} yourself, so somebody else decides",
        "Nothing changed; it stays open.",
    ),
    Reason.NOT_ELIGIBLE: Problem(
        COUNTED,
        "this needs one of {groups}[ ({people})]",
        "Nothing changed[; it stays open until {until}].",
    ),
    Reason.ELIGIBILITY_UNKNOWN: Problem(
        COUNTED,
        "I cannot find out now who is in {groups}",
        "Nothing changed; press again in a minute.",
    ),
    Reason.ALREADY_DECIDED: Problem(
        COUNTED, "{handle} is {state} already[, by {by}][, {at}]", "Nothing changed."
    ),
    Reason.OLD_CARD: Problem(
        COUNTED,
        "this card is old[: it shows plan {shown}, current is plan {current}]",
        "Details shows the newest; look at it, and press on the card as it is now.",
    ),
    Reason.EXPIRED: Problem(
        COUNTED, "{handle} has expired[, {at}]", "Nothing changed. Ask again for fresh numbers."
    ),
    Reason.NOT_YOURS: Problem(
        COUNTED, "only {requester} can do that to {handle}", "Nothing changed."
    ),
    Reason.ALREADY_RUNNING: Problem(
        COUNTED,
        "{handle} is being carried out, so it is too late for that",
        "What waits for a restart can be taken back afterwards.",
    ),
    Reason.GUEST_CHANGED: Problem(
        COUNTED,
        "{guest} has changed since this was planned[: {what}]",
        "The card shows the new plan; everybody decides anew.",
    ),
    Reason.ROOM_GONE: Problem(
        COUNTED,
        "the room is gone since this was planned[: {guest} cannot get {asked} on {node}]"
        "[, at most {largest}]",
        "[It would take {sum} on {node} to {sum_after}; the hard limit is {sum_limit}. ]"
        "The card shows the new numbers.",
    ),
    Reason.ALREADY_VOTED: Problem(
        COUNTED, "you approved {handle} already", "Your vote stands; Details can take it back."
    ),
    Reason.NO_VOTE: Problem("", "no vote of yours stands on {handle}", "Nothing changed."),
    Reason.NO_OFFER: Problem(COUNTED, "there is no offer on {handle} any more[: {at} has passed]"),
    Reason.OFFER_NOT_SMALLER: Problem(
        COUNTED,
        "an offer is for less than was asked, or for another time"
        "[: {field} {offered} is more than {asked}][; nobody asked for {other}]",
        "Give a smaller amount, or choose another time.",
    ),
    Reason.HYPERVISOR_SILENT: Problem(
        "Nothing changed: ",
        "{cluster} does not answer[ ({doing})]",
        "[Your {uncounted} is not counted. ]I decide nothing on old figures; try again in a minute.",
    ),
    Reason.NOT_LET_IN: Problem(
        "Nothing changed: ",
        "Proxmox does not accept my token[ ({doing})]",
        "[Your {uncounted} is not counted. ]What is recorded waits, and goes on by itself once an "
        "operator has mended the token (`headroom check` says how).",
    ),
    Reason.NOT_UNCERTAIN: Problem(
        COUNTED, "the outcome of {handle} is known[: it is {state}]", "Nothing to resolve."
    ),
    Reason.MAY_NOT_RESOLVE: Problem(
        COUNTED, "none of your roles lets you resolve {handle}", "An operator can."
    ),
    Reason.MAY_NOT_OPERATE: Problem(
        "Nothing changed: ", "none of your roles lets you {verb}", "An operator can."
    ),
    Reason.UNKNOWN_CLUSTER: Problem(
        "Nothing changed: ", "I know no cluster {cluster}", "[There is {known}.]"
    ),
    Reason.NOT_PAUSED: Problem(
        "Nothing changed: ",
        "there is no pause of {cluster}",
        f"[There is one of {{paused}}: `{COMMAND} unpause CLUSTER` ends a cluster's, "
        f"`{COMMAND} unpause` that of everything.]",
    ),
    Reason.PAUSED_SINCE: Problem(
        "Nothing changed: ",
        "{by} paused it again[ at {since}][: “{text}”], after you asked",
        "Unpause once more if it is to go on all the same.",
    ),
    Reason.REASON_NEEDED: Problem(
        COUNTED, "I need a reason to {verb}", "One sentence is enough; who asked will read it."
    ),
    Reason.NOTHING_OPEN: Problem("", "nothing waits for a restart on {guest}", "Nothing changed."),
    Reason.NO_REVIEW: Problem("", "nobody was asked to review {handle}", "Nothing changed."),
    Reason.ALREADY_REVIEWED: Problem(
        "", "{handle} is reviewed already[, by {by}][, {at}]", "Nothing is left to do."
    ),
    Reason.MAY_NOT_BREAK: Problem(
        COUNTED,
        "to approve {handle} alone takes somebody who may break the glass[: one of {groups}]",
        "Ask one of them, or those who may approve it.",
    ),
    Reason.BROKEN_TOO_OFTEN: Problem(
        COUNTED,
        "you broke the glass {most} times within 24 hours, which is the most",
        "Somebody else who may do so has to, or those who may approve it.",
    ),
    Reason.GLASS_LAPSED: Problem(
        COUNTED,
        "this button belongs to a reason that I no longer keep: it was somebody else's, or is older "
        "than a quarter of an hour",
        f"Type `{COMMAND} break-glass R-… REASON` again.",
    ),
    Reason.OWN_GLASS: Problem(
        COUNTED,
        "you broke the glass for {handle} yourself, so somebody else reviews it",
        "The review stays open.",
    ),
    # execution
    Reason.IDENTITY_CHANGED: Problem(
        DONE,
        "{guest} is not the guest this was planned for: its number was used again",
        "Ask again for the guest that is there now.",
    ),
    Reason.LOCKED_TOO_LONG: Problem(
        DONE,
        "{guest} stayed locked by {lock} for longer than I wait",
        "Ask again when that is over; I never unlock.",
    ),
    Reason.GUEST_GONE: Problem(DONE, "{guest} is no longer there, or no longer shown to me"),
    Reason.STEP_REFUSED: Problem(DONE, "Proxmox refused the step {step}[: {text}]"),
    Reason.HOTPLUG_STOPPED: Problem(
        DONE,
        "the running VM took no more of it[ than that ({field} hotplug: {text})]",
        "It also starts with what it has now.",
    ),
    Reason.NO_SHUTDOWN: Problem(
        DONE,
        "{guest} did not shut down[ within {seconds} s]",
        "I do not pull the plug. Shut it down from inside, or leave it to the next restart.",
    ),
    Reason.PLAN_MOVED: Problem(
        "",
        "[{handle}: ]what was planned is no longer what would happen[: {what}]",
        "It is decided anew.",
    ),
    Reason.RULES_OVER: Problem(
        "",
        "[{handle}: ]the rules of incident {incident} no longer cover this",
        "It is decided anew, by the others.",
    ),
    Reason.VOTE_VOID: Problem(
        "",
        "[{handle}: ]the vote of {person} no longer counts[: {why}]",
        "It is decided anew.",
    ),
    Reason.ONLY_OBSERVED: Problem(
        DONE,
        "I only observe: this would have been carried out on {guest} now",
        'Nothing changed. With `mode = "act"` I carry it out.',
    ),
    Reason.OBSOLETE: Problem("", "{guest} has all of this already, so nothing is left to do"),
    **INCIDENTS,
    # the place itself
    Reason.TOO_MANY_ASKS: Problem(
        NOTHING,
        "that is more than I take from one person[: {asks} asks within {within}]",
        f"[I take more from {{until}} on. ]Lists work meanwhile: `{COMMAND} list`,"
        f" `{COMMAND} nodes`, `{COMMAND} requests`.",
    ),
    Reason.STILL_TOO_MANY: Problem(
        NOTHING, "that is still too much at once", "[I take more from {until} on.]"
    ),
    Reason.STORE_DOWN: Problem(
        RECORDED, "my store does not answer, so I accept nothing", "Try again in a minute."
    ),
    Reason.CONTENDED: Problem(
        NOTHING,
        "others changed the same again and again while I tried[ for {seconds} s]",
        "Try again in a minute.",
    ),
    Reason.SLOW: Problem(
        "", "this takes longer than usual", "If you hear no more of it within a minute, ask again."
    ),
    Reason.UNKNOWN_BUTTON: Problem(
        "", f"I no longer know this button{WENT_BACK}", f"`{COMMAND} help` shows what works now."
    ),
    Reason.UNKNOWN_COMMAND: Problem(
        "",
        "I do not know the command[ {text}]",
        f"[Did you mean {{suggestion}}? ]`{COMMAND} help` lists them all.",
    ),
    Reason.INTERNAL: Problem(
        "",
        "something went wrong on my side[ while {doing}]",
        f"It is in my log. `{COMMAND} requests` shows what is recorded.",
    ),
    Reason.STORE_UNSAFE: Problem(
        RECORDED,
        "my store does not keep records safely[: {problem}]",
        "An operator sets it right; until then I accept nothing.",
    ),
}
