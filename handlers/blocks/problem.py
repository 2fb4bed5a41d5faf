"""Refusals in sentences: one table, what is wrong and what would work."""

from dataclasses import dataclass

from bot.model.refusal import Reason
from handlers.blocks.words import COMMAND

RECORDED = "Not recorded: "
COUNTED = "Not counted: "
DONE = "Not done: "
NOTHING = "Nothing done: "


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal's words: how it begins, what is wrong, and what would work (whole sentences).

    `wrong` starts in lower case and has no full stop, so that it also serves inside a sentence.
    """

    lead: str
    wrong: str
    works: str = ""


PROBLEMS: dict[Reason, Problem] = {
    # asking
    Reason.UNKNOWN_GUEST: Problem(
        NOTHING, "you see no guest called {name}", "[Did you mean {suggestions}?]"
    ),
    Reason.AMBIGUOUS_GUEST: Problem(
        NOTHING, "{name} fits more than one guest", "[Say which one: {candidates}.]"
    ),
    Reason.NOT_A_MEMBER: Problem(
        "Not accepted: ",
        "this is for active members of our own workspace[; your account is {why}]",
        "Nothing was read and nothing changed.",
    ),
    Reason.MAY_NOT: Problem(
        RECORDED,
        "none of your roles lets you {verb}[ {guest}]",
        f"`{COMMAND} whoami` shows what you may do.",
    ),
    Reason.BAD_TEXT: Problem(NOTHING, "{problem}", "[Write it like this: {example}]"),
    Reason.BAD_AMOUNT: Problem(
        RECORDED,
        "I cannot use[ {text}] for {field}[: {problem}]",
        "[Allowed: {allowed}.]",
    ),
    Reason.UNKNOWN_FIELD: Problem(
        RECORDED, "{field} is nothing I can change", "[What I can change: {allowed}.]"
    ),
    Reason.FIELD_NOT_FOR_KIND: Problem(
        RECORDED, "a {kind} has no {field}", "[What it has: {allowed}.]"
    ),
    Reason.NOT_YET: Problem(NOTHING, "{feature} is not built yet", "[Until then: {instead}.]"),
    Reason.BAD_TIME: Problem(
        RECORDED,
        "I cannot read {text} as a time[: {problem}]",
        "These work: at 02:00, at restart, now.",
    ),
    Reason.NOTHING_ASKED: Problem(
        RECORDED, "you named nothing to change", "[Write it like this: {example}]"
    ),
    # planning
    Reason.TEMPLATE: Problem(
        RECORDED, "{guest} is a template and never runs", "Clone it and ask for the clone."
    ),
    Reason.GUEST_STATE_UNKNOWN: Problem(
        RECORDED,
        "{guest} cannot be seen now: {node} does not answer",
        "Ask again when the node is back.",
    ),
    Reason.ALREADY_SO: Problem(
        RECORDED, "{guest} has that already[: {field} is {value}]", "Nothing to do."
    ),
    Reason.BELOW_MINIMUM: Problem(RECORDED, "{field} cannot go below {minimum}"),
    Reason.ABOVE_MAXIMUM: Problem(RECORDED, "{field} cannot go above {maximum}[: {why}]"),
    Reason.SHRINK_DISK: Problem(
        RECORDED,
        "a disk cannot shrink[: {disk} has {size}][, you asked for {asked}]",
        "Only growing works.",
    ),
    Reason.NO_SUCH_DISK: Problem(RECORDED, "there is no disk {disk}", "[It has: {disks}.]"),
    Reason.WHICH_DISK: Problem(
        RECORDED, "more than one disk can grow", "[Say which one: {disks}.]"
    ),
    Reason.DISK_CANNOT_GROW: Problem(RECORDED, "{disk} cannot grow[: {why}]"),
    Reason.BALLOON_OVER_MEMORY: Problem(
        RECORDED,
        "the balloon minimum[ ({balloon})] may not exceed the memory[ ({memory})]",
        "Ask for both together, or for less.",
    ),
    Reason.VCPUS_OVER_CORES: Problem(
        RECORDED,
        "there are only {total} cores[, so {vcpus} vCPUs cannot be plugged]",
        "Ask for more cores as well; they come with a restart.",
    ),
    Reason.PENDING_BY_OTHERS: Problem(
        RECORDED,
        "another value of {field} already waits for a restart"
        "[: {waiting}][, in force is {in_force}]",
        "I never overwrite it. Restart the guest, or revert that value in Proxmox first.",
    ),
    Reason.WRONG_POWER_STATE: Problem(
        RECORDED, "{guest} is {state}[, so there is nothing to {verb}]"
    ),
    Reason.HA_ERROR: Problem(
        RECORDED, "HA holds {guest} in its error state", "Clear that in Proxmox first."
    ),
    Reason.SNAPSHOT_NAME: Problem(
        RECORDED,
        "a snapshot cannot be called {name}[: {problem}]",
        "Letters, digits, `-` and `_` work; a letter comes first.",
    ),
    Reason.NO_SUCH_SNAPSHOT: Problem(
        RECORDED, "there is no snapshot {name}", "[There are: {snapshots}.]"
    ),
    Reason.SNAPSHOT_EXISTS: Problem(
        RECORDED, "there is a snapshot {name} already", "Take another name."
    ),
    Reason.SNAPSHOT_NOT_SUPPORTED: Problem(
        RECORDED, "{storage} cannot take snapshots", "A backup works there."
    ),
    Reason.NOT_NEWEST_SNAPSHOT: Problem(
        RECORDED,
        "this storage goes back to the newest snapshot only, and {name} is older",
        "[The newest is {newest}.]",
    ),
    Reason.MISSING_PRIVILEGE: Problem(
        RECORDED,
        "I lack the Proxmox privilege {privilege} on {path}",
        "Somebody who runs Proxmox grants it to my token; nobody was asked to approve.",
    ),
    Reason.RESTART_NEEDS_RUNNING: Problem(
        RECORDED,
        "{guest} does not run, so there is nothing to restart",
        "Leave the restart out: its next start uses the new value.",
    ),
    Reason.MEMORY_BELOW_USE: Problem(
        RECORDED,
        "{asked} is too low[: {used} is in use], and the kernel would kill processes inside",
        "[The lowest I take now is {floor}.]",
    ),
    # admission and policy
    Reason.DOES_NOT_FIT: Problem(
        RECORDED,
        "{guest} cannot get {asked}[ of {field}] on {node}[: at most {largest}]",
        "[What works: ask for {largest}, or others give some back.]",
    ),
    Reason.POLICY_REFUSES: Problem(RECORDED, "the rule “{rule}” refuses this[: {why}]"),
    Reason.NO_RULE: Problem(RECORDED, "no rule allows {what}", "What no rule names is refused."),
    Reason.NOBODY_REACHABLE: Problem(
        RECORDED,
        "nobody who may approve it is within reach[ ({groups})]",
        "Ask again when somebody of them is active here.",
    ),
    Reason.ONLY_YOURSELF: Problem(
        RECORDED,
        "you are the only approver within reach[ ({groups})] and cannot approve your own request",
        "Ask somebody else of them.",
    ),
    Reason.SAME_ALREADY_OPEN: Problem(
        RECORDED, "the same change is open already[: {handle}]", "Nothing more to do."
    ),
    # requests
    Reason.UNKNOWN_REQUEST: Problem(
        "", "I know no request {handle}", f"`{COMMAND} requests open` lists the open ones."
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
        COUNTED, "the room is gone since this was planned", "[What fits now: at most {largest}.]"
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
        "I decide nothing on old figures; try again in a minute.",
    ),
    Reason.NOT_UNCERTAIN: Problem(
        COUNTED, "the outcome of {handle} is known[: it is {state}]", "Nothing to resolve."
    ),
    Reason.MAY_NOT_RESOLVE: Problem(
        COUNTED, "none of your roles lets you resolve {handle}", "An operator can."
    ),
    Reason.REASON_NEEDED: Problem(
        COUNTED, "I need a reason to {verb}", "One sentence is enough; who asked will read it."
    ),
    Reason.NOTHING_OPEN: Problem("", "nothing waits for a restart on {guest}", "Nothing changed."),
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
    Reason.GUEST_GONE: Problem(DONE, "{guest} is no longer there"),
    Reason.STEP_REFUSED: Problem(DONE, "Proxmox refused the step {step}[: {text}]"),
    Reason.NO_SHUTDOWN: Problem(
        DONE,
        "{guest} did not shut down[ within {seconds} s]",
        "I do not pull the plug. Shut it down from inside, or leave it to the next restart.",
    ),
    Reason.PLAN_MOVED: Problem(
        "", "what was approved is no longer what would happen[: {what}]", "It is decided anew."
    ),
    Reason.VOTE_VOID: Problem(
        "", "the vote of {person} no longer counts[: {why}]", "It is decided anew."
    ),
    Reason.OBSOLETE: Problem("", "{guest} has all of this already, so nothing is left to do"),
    # the place itself
    Reason.STORE_DOWN: Problem(
        RECORDED, "my store does not answer, so I accept nothing", "Try again in a minute."
    ),
    Reason.SLOW: Problem(
        "", "this takes longer than usual", "If you hear no more of it within a minute, ask again."
    ),
    Reason.UNKNOWN_BUTTON: Problem(
        "", "I no longer know this button", f"`{COMMAND} help` shows what works now."
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
