"""The terms that requests live under, from the configuration: durations in ms, budgets."""

from dataclasses import dataclass, field

from bot.model.budget import Budget

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things may take.

    `execute_within` counts from the approval (or from `not_before`). `wait_for_lock` bounds the wait
    for a guest's lock. `send_within` is how long after an intent its call may still leave; `settle`
    is how long after that an old value proves that a call had no effect: 30 s of Proxmox's proxy and
    10 s of its config lock (FACTS §2, §4). `follow_every` is how often an open end is looked at,
    `watch_every` how often a cluster is for alerts. The figures on an incident's card grow `live_every`
    old, and `live_each` more for each open incident: Slack takes about 50 edits a minute in all. `budget`
    is what one person may ask. `redeliver` is how soon another worker gets the tasks of one that died.
    """

    execute_within: int = 24 * HOUR
    wait_for_lock: int = HOUR
    send_within: int = 10_000
    settle: int = 40_000
    give_up_after: int = HOUR
    follow_every: int = MINUTE
    watch_every: int = MINUTE // 2
    live_every: int = MINUTE
    live_each: int = 3_000
    remind_open_end: int = 14 * DAY
    remind_review: int = DAY
    roster_age: int = MINUTE
    reconcile_every: int = 30_000
    attempts: int = 5
    observe: bool = False
    poll_task: int = 1_000
    inventory_lag: int = 30_000
    keep_audit: int = 730 * DAY
    budget: Budget = field(default_factory=Budget)
    redeliver: int = 12_000
