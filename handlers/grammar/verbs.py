"""The verbs that are not operations, as data; help, parsing and the commands page read this table."""

from collections.abc import Mapping
from functools import cache

import click

from bot.model.feature import Feature, Features
from bot.model.samples import Metric, Window
from handlers.grammar.incidents import incident_verbs
from handlers.grammar.verb import GuestType, HandleType, PageType, Verb, choice, guest_word, word

FAMILIES: Mapping[str, Feature] = {"incident": Feature.INCIDENTS}
"""First words of verbs of two words; `help FAMILY` shows them."""

_GUEST = GuestType()
_HANDLE = HandleType()
_DRAWN = (*Metric, *Window)


def _reads() -> tuple[Verb, ...]:  # long: a table, one entry for each verb
    """Return the verbs that only look."""
    return (
        Verb(
            name="help",
            usage="help [VERB]",
            sentence="What can be asked, and how; every verb also answers to --help.",
            examples=("help", "help list"),
            params=(word("verb", needed=False),),
        ),
        Verb(
            name="list",
            usage="list [vm|ct] [--node NODE] [--tag TAG] [--pool POOL] [--status STATUS] "
            "[--cluster CLUSTER] [TEXT] [--page N]",
            sentence="The guests you may see; TEXT is looked for in their names.",
            examples=("list", "list ct --node pve1", "list web --status running", "list --page 2"),
            params=(
                click.Argument(["text"], nargs=-1),
                *(click.Option([f"--{o}"]) for o in ("node", "tag", "pool", "status", "cluster")),
                click.Option(["--page"], type=PageType()),
            ),
        ),
        Verb(
            name="show",
            usage="show GUEST",
            sentence="One guest: values in force and waiting, usage, disks, open requests.",
            examples=("show web-01", "show 104", "show paris/db1 --public"),
            params=(guest_word(),),
        ),
        Verb(
            name="snapshots",
            feature=Feature.SNAPSHOTS,
            usage="snapshots GUEST",
            sentence="The guest's snapshots.",
            examples=("snapshots web-01",),
            params=(guest_word(),),
        ),
        Verb(
            name="graph",
            feature=Feature.PICTURES,
            usage="graph GUEST|NODE [cpu|memory|disk|net] [hour|day|week|month|year]",
            sentence="A picture of usage over time: memory over a day, unless you say otherwise.",
            examples=("graph web-01", "graph pve1 cpu week", "graph 104 net hour --public"),
            params=(
                word("guest", _GUEST),
                choice("one", _DRAWN, Metric.MEMORY),
                choice("other", _DRAWN, Window.DAY),
            ),
        ),
        Verb(
            name="nodes",
            usage="nodes",
            sentence="The nodes of every cluster, and how they are.",
            examples=("nodes",),
        ),
        Verb(
            name="headroom",
            usage="headroom [NODE]",
            sentence="What each node has promised, uses, holds and keeps free.",
            examples=("headroom", "headroom pve1"),
            params=(word("node", needed=False),),
        ),
        Verb(
            name="whoami",
            usage="whoami",
            sentence="Your groups, roles and rights.",
            examples=("whoami",),
        ),
        Verb(
            name="status",
            usage="status",
            sentence="Whether everything works: store, Slack, clusters.",
            examples=("status",),
        ),
    )


def _workflow() -> tuple[Verb, ...]:  # long: a table, one entry for each verb
    """Return the verbs on requests."""
    number = word("handle", _HANDLE)
    return (
        Verb(
            name="requests",
            about_requests=True,
            usage="requests [mine|open|all|waiting|reviews]",
            sentence="Requests: your own, all that are open, all, those that wait for you, "
            "or those to be reviewed.",
            examples=("requests", "requests waiting"),
            params=(choice("which", ("mine", "open", "all", "waiting", "reviews"), "mine"),),
        ),
        Verb(
            name="approve",
            about_requests=True,
            usage="approve R-…",
            sentence="Shows the plan as it is now, with the button that counts your vote.",
            examples=("approve R-7K2M",),
            params=(number,),
            rest="reason",
        ),
        Verb(
            name="deny",
            about_requests=True,
            usage="deny R-… REASON",
            sentence="Ends a request that you may approve, with a reason.",
            examples=("deny R-7K2M the node is being replaced tomorrow",),
            params=(number,),
            rest="reason",
            needs_rest=True,
        ),
        Verb(
            name="cancel",
            about_requests=True,
            usage="cancel R-… [REASON]",
            sentence="Ends your own request before it runs, or stops one that you may veto.",
            examples=("cancel R-7K2M",),
            params=(number,),
            rest="reason",
        ),
        Verb(
            name="withdraw",
            about_requests=True,
            usage="withdraw R-…",
            sentence="Takes your own vote back while the request still waits.",
            examples=("withdraw R-7K2M",),
            params=(number,),
            rest="reason",
        ),
        Verb(
            name="reviewed",
            about_requests=True,
            usage="reviewed R-…",
            sentence="Closes the review of a request that nobody had to approve, or one alone did.",
            examples=("reviewed R-7K2M",),
            params=(number,),
        ),
        Verb(
            name="break-glass",
            about_requests=True,
            usage="break-glass R-… REASON",
            sentence="In an emergency: approves it alone, if you may; others are told, and review it.",
            examples=("break-glass R-7K2M checkout is down and nobody of ops answers",),
            params=(number,),
            rest="reason",
            needs_rest=True,
        ),
        Verb(
            name="audit",
            about_requests=True,
            usage="audit [GUEST|R-…|I-…]",
            sentence="What happened, newest first: to a request, an incident, a guest, or all you may see.",
            examples=("audit", "audit web-01", "audit R-7K2M"),
            params=(word("of", _GUEST, needed=False),),
        ),
        Verb(
            name="why",
            about_requests=True,
            usage="why R-…",
            sentence="Which rule decided, who voted, and what happened.",
            examples=("why R-7K2M",),
            params=(number,),
        ),
        Verb(
            name="resolve",
            about_requests=True,
            usage="resolve R-… done|not-done WHY",
            sentence="Settles a request whose outcome is unknown, by what you have seen yourself.",
            examples=("resolve R-7K2M done memory is 6 GiB in the web UI",),
            params=(number, choice("outcome", ("done", "not-done"))),
            rest="reason",
            needs_rest=True,
        ),
        Verb(
            name="pause",
            usage="pause [CLUSTER] WHY",
            sentence="Lets nothing new begin, in one cluster or at all; what runs finishes.",
            examples=("pause the switch is being replaced", "pause paris storage is full"),
            rest="reason",
            needs_rest=True,
        ),
        Verb(
            name="unpause",
            usage="unpause [CLUSTER]",
            sentence="Ends a pause; what is approved and waited goes on by itself.",
            examples=("unpause", "unpause paris"),
            params=(word("cluster", needed=False),),
        ),
    )


@cache
def fixed_verbs() -> Mapping[str, Verb]:
    """Return the verbs that are there whatever the operations are, by name."""
    return {verb.name: verb for verb in (*_reads(), *_workflow(), *incident_verbs())}


def verbs_with(features: Features) -> dict[str, Verb]:
    """Return those of them that are not switched off."""
    return {name: verb for name, verb in fixed_verbs().items() if features.has(verb.feature)}
