"""Refusals of what is asked, in sentences: by grammar, planning, admission and policy."""

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


ASKING: dict[Reason, Problem] = {
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
    Reason.SWITCHED_OFF: Problem(
        NOTHING,
        "{what} is switched off here",
        "An operator can switch it on, in the configuration.",
    ),
    Reason.BAD_TIME: Problem(
        RECORDED,
        "I cannot read {text} as a time[: {problem}]",
        "These work: at 02:00, at restart, now.",
    ),
    Reason.NOTHING_ASKED: Problem(
        RECORDED, "you named nothing to change", "[Write it like this: {example}]"
    ),
    Reason.NOTHING_TO_DRAW: Problem(
        NOTHING, "you see no guest called {name}, and no node is", "[Did you mean {suggestions}?]"
    ),
    Reason.NO_SAMPLES: Problem(
        NOTHING,
        "Proxmox has no samples for this: {what}",
        "A new or stopped guest has none; a shorter time may have some.",
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
        "Ask for more memory, or for a lower `balloon` together with it.",
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
        "Somebody who runs Proxmox has to grant it to my token.",
    ),
    Reason.RESTART_NEEDS_RUNNING: Problem(
        RECORDED,
        "{guest} does not run, so there is nothing to restart",
        "Leave the restart out: its next start uses the new value.",
    ),
    Reason.OWN_GUEST: Problem(
        RECORDED,
        "{guest} carries me or my store[, and I cannot {verb}]: nobody would see it through",
        "Do that in Proxmox itself.",
    ),
    Reason.MEMORY_BELOW_USE: Problem(
        RECORDED,
        "{asked} is too low[: {used} is in use], and the kernel would kill processes inside",
        "[The lowest I take now is {floor}.]",
    ),
    # admission and policy
    Reason.DOES_NOT_FIT: Problem(
        RECORDED,
        "{guest} cannot get {asked}[ of {of}] on {node}[: at most {largest}]",
        "[It would take {sum} on {node} to {sum_after}; the hard limit is {sum_limit}. ]"
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
}
