"""Which short answers there are; the renderer holds their sentences."""

from enum import StrEnum


class Tell(StrEnum):
    """Small private answers; the comment lists the details their sentence uses."""

    LOOKING = "looking"  # what
    WORKING = "working"  # verb
    RECORDED = "recorded"  # handle, guest, change, people, until, channel
    BORN_APPROVED = "born approved"  # handle, guest, change, rule; groups: they review it
    WAITS_FOR_VETO = "waits for veto"  # handle, guest, change, rule, people, at, channel; groups
    VOTE_COUNTED = "vote counted"  # handle, have, needed, missing
    APPROVED = "approved"  # handle, guest
    VOTE_WITHDRAWN = "vote withdrawn"  # handle
    DENIED = "denied"  # handle
    CANCELLED = "cancelled"  # handle
    VETOED = "vetoed"  # handle
    OFFER_MADE = "offer made"  # handle, requester
    OFFER_ACCEPTED = "offer accepted"  # handle, by
    EDITED = "edited"  # handle
    RESOLVED = "resolved"  # handle, state
    WAITS_FOR_SLACK = "waits for slack"  # doing
    WAITS_FOR_LOCK = "waits for lock"  # handle, guest, lock
    PAUSED = "paused"  # cluster, text
    UNPAUSED = "unpaused"  # cluster
    WAITS_FOR_PAUSE = "waits for pause"  # handle, guest, cluster, by, since, text
    WAITS_FOR_INCIDENT = "waits for incident"  # handle, guest, incident, node, text
    END_LEFT = "end left"  # guest
    KEPT = "kept"  # guest, handle
    END_REMINDER = "end reminder"  # guest, handle, since
    VALUE_WENT_BACK = "value went back"  # guest, handle, field, value, was, by
    REVIEWED = "reviewed"  # handle
    REVIEW_REMINDER = "review reminder"  # handle, people, since, why, next
    GLASS_BROKEN = "glass broken"  # handle, guest
    GLASS_TOLD = "glass told"  # handle, guest, change, by, text, channel
    GLASS_THREAD = "glass thread"  # handle, by, groups, people, text
    ASKED_LATER = "asked later"  # handle, guest, people, since, until
    REMINDER = "reminder"  # handle, guest, people, since, until, gone, away, number, times, next
    GRAPH_SENT = "graph sent"  # what, shown, why
    GRAPH_POSTED = "graph posted"  # what, shown
    AUDIT_HEAD = "audit head"  # head
    AUDIT_BROKEN = "audit broken"  # position, head
    NOT_TAKEN = "not taken"  # problems, more
    OBSERVED_WEEK = "observed week"  # count, changes
    INCIDENT_OPENED = "incident opened"  # handle, channel, title, waits, uninvited, failed
    INCIDENT_ADOPT = "incident adopt"  # handle
    INCIDENT_STATUS = "incident status"  # handle, what
    INCIDENT_SEVERITY = "incident severity"  # handle, what
    INCIDENT_LEAD = "incident lead"  # handle, what
    INCIDENT_NOTE = "incident note"  # handle, what
    INCIDENT_ATTACH = "incident attach"  # handle, what
    INCIDENT_DETACH = "incident detach"  # handle, what
    INCIDENT_INVITE = "incident invite"  # handle, what
    INCIDENT_CLOSE = "incident close"  # handle
    INCIDENT_REOPEN = "incident reopen"  # handle
    INCIDENT_SNOOZE = "incident snooze"  # handle
    INCIDENT_KEEP = "incident keep"  # what
    INCIDENT_LOST = "incident lost"  # handle, why
    THREAD_DECISION = "thread decision"  # handle, state, by, text
