"""Modals and Home tabs: stacks of at most three, versions told apart by a hash."""

from dataclasses import dataclass, replace
from typing import Any

from bot.simulation.clock import Clock, Ids
from bot.simulation.slack.identity import APP_ID, BOT_ID, TEAM_ID
from bot.simulation.slack.inputs import state_of, with_ids
from bot.simulation.slack.refusal import Json, Refusal

STACK = 3
CARRIED = ("private_metadata", "callback_id", "external_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One version of a view as one person has it before them."""

    id: str
    user: str
    body: Json
    hash: str
    values: Json
    root_id: str
    previous_id: str | None = None
    closed: bool = False

    @property
    def type(self) -> str:
        """Tell `modal` or `home`."""
        return str(self.body["type"])

    @property
    def blocks(self) -> list[Json]:
        """Give the blocks, every id filled in."""
        return list(self.body["blocks"])

    @property
    def title(self) -> str:
        """Give the title's text; a Home tab has none."""
        return str(self.body.get("title", {}).get("text", ""))

    def to_json(self) -> Json:
        """Describe the view as payloads and views.* answers do."""
        return {
            **self.body,
            **{name: self.body.get(name, "") for name in CARRIED},
            "id": self.id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "state": {"values": self.values},
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "clear_on_close": self.body.get("clear_on_close", False),
            "notify_on_close": self.body.get("notify_on_close", False),
            "title": self.body.get("title"),
            "submit": self.body.get("submit"),
            "close": self.body.get("close"),
        }


class Views:
    """All views: the modal stack and the Home tab of each person."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def stack(self, user: str) -> list[View]:
        """List the modals a person has open, the top one last."""
        return [self._views[view_id] for view_id in self._stacks.get(user, [])]

    def top(self, user: str) -> View | None:
        """Give the modal a person sees."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        """Give a person's Home tab as last published."""
        return self._views[self._homes[user]] if user in self._homes else None

    def get(self, view_id: str) -> View | None:
        """Find the present version of a view that is still open."""
        view = self._views.get(view_id)
        return view if view is not None and not view.closed else None

    def by_external_id(self, external_id: str) -> View | None:
        """Find an open view by the app's own name for it."""
        return next(
            (
                view
                for view in self._views.values()
                if not view.closed and view.body.get("external_id") == external_id
            ),
            None,
        )

    def open(self, user: str, body: Json) -> View:
        """Show a modal; it takes the place of a stack that is already there."""
        self.clear(user)
        return self._place(user, body, previous=None)

    def push(self, user: str, body: Json) -> View:
        """Show a modal above the one that is open; at most three."""
        top = self.top(user)
        if top is None:
            raise Refusal("not_found")
        if len(self._stacks[user]) >= STACK:
            raise Refusal("push_limit_reached")  # from practice, not from documentation
        return self._place(user, body, previous=top)

    def _place(self, user: str, body: Json, previous: View | None) -> View:
        self._refuse_known(body.get("external_id"), besides=None)
        view = self._new(user, body, previous)
        self._stacks.setdefault(user, []).append(view.id)
        return view

    def publish(self, user: str, body: Json, wanted_hash: str | None) -> View:
        """Set a person's Home tab."""
        home = self.home(user)
        if home is not None:
            return self.update(home, body, wanted_hash)
        view = self._new(user, body, None)
        self._homes[user] = view.id
        return view

    def update(self, view: View, body: Json, wanted_hash: str | None) -> View:
        """Replace a view's body; input under the same block_id and action_id stays."""
        if wanted_hash and wanted_hash != view.hash:
            raise Refusal("hash_conflict")
        self._refuse_known(body.get("external_id"), besides=view.id)
        body = self._completed(body)
        values = state_of(body["blocks"], view.values)
        return self._keep(replace(view, body=body, hash=self._hash(), values=values))

    def enter(self, view: View, block_id: str, action_id: str, state: Json) -> View:
        """Keep what a person entered; the hash stays, for the app changed nothing."""
        block = {**view.values.get(block_id, {}), action_id: state}
        return self._keep(replace(view, values={**view.values, block_id: block}))

    def close(self, view: View) -> View:
        """Take a modal off its stack, with those above it."""
        stack = self._stacks[view.user]
        for view_id in stack[stack.index(view.id) :]:
            self._keep(replace(self._views[view_id], closed=True))
        del stack[stack.index(view.id) :]
        return self._views[view.id]

    def clear(self, user: str) -> None:
        """Close every modal of a person."""
        stack = self.stack(user)
        if stack:
            self.close(stack[0])

    def _refuse_known(self, external_id: str | None, besides: str | None) -> None:
        known = self.by_external_id(external_id) if external_id else None
        if known is not None and known.id != besides:
            raise Refusal("duplicate_external_id")  # from practice, not from documentation

    def _new(self, user: str, body: Json, previous: View | None) -> View:
        view_id = self._ids.opaque("V")
        body = self._completed(body)
        return self._keep(
            View(
                id=view_id,
                user=user,
                body=body,
                hash=self._hash(),
                values=state_of(body["blocks"]),
                root_id=previous.root_id if previous else view_id,
                previous_id=previous.id if previous else None,
            )
        )

    def _completed(self, body: Json) -> Json:
        def new_id() -> str:
            return self._ids.opaque(length=5)

        blocks: list[Any] = body.get("blocks", [])
        return {**body, "blocks": with_ids(blocks, new_id)}

    def _hash(self) -> str:
        return f"{int(self._clock.now())}.{self._ids.opaque(length=8)}"

    def _keep(self, view: View) -> View:
        self._views[view.id] = view
        return view
