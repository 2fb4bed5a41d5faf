"""A simulated Slack: Web API, Socket Mode and signed HTTP dispatch on loopback.

The real client libraries talk to it unmodified, and persons act in it::

    async with SimulatedSlack(mode="socket") as slack:
        ...  # start the app with slack.api_url, slack.bot_token, slack.app_token
        await slack.connected()
        reply = await slack.person("ana").command("/pve help", channel="#web")
        await slack.until(lambda: slack.messages("#approvals"))
        await slack.person("bob").press(slack.messages("#approvals")[-1], "Approve")
        print(slack.transcript())

Faults, each on demand. Per call, by `slack.on_call(METHOD, FAULT, times=N)`; `response_url` is a method:

    too_many_requests                429 with Retry-After
    broken                           5xx, before or after the effect
    refuse("fatal_error")            any word of Slack's with `ok: false`
    cut_before, cut_after            no answer; the message was posted or it was not
    slow, hold                       it takes its time (`hold`: until an event)

In the workspace, until undone:

    directory.change_channel(…, is_archived=True)    a channel is archived
    workspace.delete(message)                        a card is deleted
    revoke_token, restore_token                      the bot's token is refused
    disconnect, drop_sockets                         sockets end, with or without a word
    redeliver                                        the same delivery once more

`headroom simulate slack` takes most of them at `/faults` (`control`).

What Slack's own documentation does not say is not invented; where the simulation had to choose,
a comment says so.
"""

from bot.simulation.slack.calls import (
    broken,
    cut_after,
    cut_before,
    hold,
    refuse,
    slow,
    too_many_requests,
)
from bot.simulation.slack.finding import Impossible
from bot.simulation.slack.messages import Message
from bot.simulation.slack.person import Person
from bot.simulation.slack.replies import Reply
from bot.simulation.slack.simulated import NotSeen, SimulatedSlack
from bot.simulation.slack.views import View

__all__ = [
    "Impossible",
    "Message",
    "NotSeen",
    "Person",
    "Reply",
    "SimulatedSlack",
    "View",
    "broken",
    "cut_after",
    "cut_before",
    "hold",
    "refuse",
    "slow",
    "too_many_requests",
]
