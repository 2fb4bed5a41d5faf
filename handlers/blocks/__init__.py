"""Domain values to Block Kit, pure: one table by type, one file per kind of thing.

`render` gives messages, `render_view` modal views; nothing here reads, writes or knows the time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.model.button import Action
from bot.model.incident_view import (
    GuestForm,
    IncidentAnnounced,
    IncidentCard,
    IncidentChoice,
    IncidentDebts,
    IncidentList,
    NewsDue,
)
from bot.model.notice import (
    AlertNotice,
    CardNotice,
    Declined,
    DenyForm,
    DetailsView,
    GlassForm,
    GlassPrompt,
    Loading,
    Notice,
    NotificationNotice,
    OfferForm,
    OfferNotice,
    Preview,
    RequestForm,
    ResultNotice,
    Told,
    VotePrompt,
    WentBackNotice,
)
from bot.model.view import (
    AuditList,
    GuestGlance,
    GuestList,
    GuestView,
    HeadroomView,
    HelpView,
    HomeView,
    NodeGlance,
    NodesView,
    RequestList,
    SnapshotList,
    StatusView,
    WhoAmI,
    WhyView,
)
from handlers.blocks.alert import alert
from handlers.blocks.declined import declined
from handlers.blocks.details import details_blocks
from handlers.blocks.export import exported
from handlers.blocks.forms import deny_form, offer_form, read_form, request_form
from handlers.blocks.gate import went_back
from handlers.blocks.glance import guest_glance, node_glance
from handlers.blocks.glass import glass_form, glass_prompt
from handlers.blocks.guest import guest, snapshots
from handlers.blocks.help import help_text, status, whoami
from handlers.blocks.home import home, home_message
from handlers.blocks.incident import (
    announced,
    choice_form,
    debts,
    guest_form,
    incidents,
    news_due,
)
from handlers.blocks.incident import card as incident_card
from handlers.blocks.inputs import view
from handlers.blocks.kit import Block, Message, message, section, without
from handlers.blocks.lists import audit, guests, requests, why
from handlers.blocks.node import headroom, nodes
from handlers.blocks.notification import notification
from handlers.blocks.preview import preview, vote_prompt
from handlers.blocks.request import card, headline, offer_notice
from handlers.blocks.result import pointer, result
from handlers.blocks.told import told

__all__ = ["Message", "exported", "read_form", "render", "render_home", "render_view"]


VIEW_BLOCKS = 100
"""Blocks that Slack takes in a view."""


def _details(notice: DetailsView) -> Message:
    request = notice.request
    mark = f"details.{request.handle}.{request.version}"
    return message(
        headline(request, notice.closed, notice.pauses), details_blocks(notice)[:50], mark=mark
    )


def _details_view(notice: DetailsView) -> Block:
    blocks = details_blocks(notice)
    return view(notice.request.handle, blocks, metadata=pointer(notice.request))


def _loading(_notice: Loading) -> Message:
    said = "One moment …"
    return message(said, [section(said)])


def _loading_view(notice: Loading) -> Block:
    return view(notice.title, _loading(notice).blocks, metadata=notice.metadata)


def _only_a_form(_notice: Notice) -> Message:
    said = "This is a form: open it with its button or with the command."
    return message(said, [section(said)])


MESSAGES: dict[type, Callable[[Any], Message]] = {
    Told: told,
    Declined: declined,
    CardNotice: card,
    ResultNotice: result,
    OfferNotice: offer_notice,
    VotePrompt: vote_prompt,
    GlassPrompt: glass_prompt,
    Preview: preview,
    RequestForm: _only_a_form,
    DenyForm: _only_a_form,
    GlassForm: _only_a_form,
    OfferForm: _only_a_form,
    Loading: _loading,
    DetailsView: _details,
    AlertNotice: alert,
    NotificationNotice: notification,
    WentBackNotice: went_back,
    IncidentCard: incident_card,
    IncidentAnnounced: announced,
    IncidentDebts: debts,
    IncidentList: incidents,
    NewsDue: news_due,
    GuestForm: _only_a_form,
    IncidentChoice: _only_a_form,
    GuestList: guests,
    GuestView: guest,
    GuestGlance: guest_glance,
    NodeGlance: node_glance,
    NodesView: nodes,
    HeadroomView: headroom,
    RequestList: requests,
    WhyView: why,
    AuditList: audit,
    WhoAmI: whoami,
    StatusView: status,
    HelpView: help_text,
    HomeView: home_message,
    SnapshotList: snapshots,
}
"""How each notice becomes a message."""

VIEWS: dict[type, Callable[[Any], Block]] = {
    RequestForm: request_form,
    DenyForm: deny_form,
    GlassForm: glass_form,
    OfferForm: offer_form,
    Loading: _loading_view,
    DetailsView: _details_view,
    GuestForm: guest_form,
    IncidentChoice: choice_form,
}
"""Notices with a view of their own; any other is shown in a plain dialog with its message's blocks."""


NOTHING: frozenset[Action] = frozenset()


def render(notice: Notice, hidden: frozenset[Action] = NOTHING) -> Message:
    """Return the notice as a message, without the `hidden` buttons: the notification and blocks."""
    made = MESSAGES[type(notice)](notice)
    return replace(made, blocks=without(made.blocks, hidden)) if hidden else made


def render_view(notice: Notice, hidden: frozenset[Action] = NOTHING) -> dict[str, Any]:
    """Return the notice as a modal view, without the `hidden` buttons."""
    own = VIEWS.get(type(notice))
    made = own(notice) if own else view("Headroom", MESSAGES[type(notice)](notice).blocks)
    return {**made, "blocks": without(made["blocks"], hidden)}


def render_home(notice: Notice, hidden: frozenset[Action] = NOTHING) -> dict[str, Any]:
    """Return the notice as the App Home's view, without the `hidden` buttons."""
    blocks = home(notice) if isinstance(notice, HomeView) else render(notice).blocks
    return {"type": "home", "blocks": without(blocks, hidden)[:VIEW_BLOCKS]}
