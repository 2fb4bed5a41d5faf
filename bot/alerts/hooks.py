"""Notifications of Proxmox on their way into a channel: kept at once, told by a job.

The same one sent by several nodes, or again within ten minutes, is told once. A flood becomes one
message with the titles: a channel gets at most one message of a hook in some seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.inventory import Inventory
from bot.model.hook import Hook
from bot.model.notice import NotificationNotice
from bot.model.notification import Notification, about, fingerprint, notification, read
from bot.model.redaction import Redaction
from bot.ports import Clock, Messenger, RequestStore

SAME_SECONDS = 600
EACH = 3
"""So many at once are told one by one; more become one message."""
MOST_WAITING = 500
BETWEEN_MS = 5_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Takes notifications in, and tells them; `hooks` gives those that are configured now.

    What Proxmox says goes through `redaction` before it is kept.
    """

    store: RequestStore
    inventory: Inventory
    messenger: Messenger
    clock: Clock
    hooks: Callable[[], tuple[Hook, ...]]
    redaction: Redaction = field(default_factory=Redaction)

    def hook(self, name: str) -> Hook | None:
        """Return the hook of that name."""
        return next((hook for hook in self.hooks() if hook.name == name), None)

    async def take(self, name: str, body: bytes) -> str:
        """Keep what a body tells; return why not in words, empty if it was kept or is known."""
        hook, told = self.hook(name), read(body)
        if hook is None:
            return f"no hook {name} is configured"
        if told is None:
            return "the body is no JSON object with a title: use the template of docs/running.md"
        told = self.redaction.inside(told)
        now = await self.store.now()
        found = notification(hook.name, told, now, self.clock.token(64))
        if found.severity.rank < hook.least.rank:
            return ""
        same = f"hook:{fingerprint(hook.name, told)}"
        if not await self.store.lease(same, found.id, SAME_SECONDS):
            return ""
        if not await self.store.keep_notification(found, MOST_WAITING):
            log.error("a notification is dropped", hook=hook.name, title=found.title)
            return "too many wait to be told: this one is only in the log"
        await self.store.call(f"hook:{hook.name}", now)
        return ""

    async def tell(self, name: str) -> None:
        """Tell what waits, not more often than every few seconds."""
        member = f"hook:{name}"
        due = await self.store.due_at(member)
        hook, waiting = self.hook(name), await self.store.notifications(name)
        if waiting and hook and await self._free(name):
            await self._tell(hook, waiting)
            waiting = await self.store.notifications(name)
        later = await self.store.now() + BETWEEN_MS
        await self.store.move_due(member, due, later if waiting and hook else None)

    async def _free(self, name: str) -> bool:
        """Return whether a hook may speak now."""
        owner = self.clock.token(64)
        return await self.store.lease(f"told:{name}", owner, BETWEEN_MS // 1000)

    async def _tell(self, hook: Hook, waiting: tuple[Notification, ...]) -> None:
        if len(waiting) > EACH:
            await self._post(hook, waiting)
            return
        for told in waiting:
            await self._post(hook, (told,))

    async def _post(self, hook: Hook, told: tuple[Notification, ...]) -> None:
        first = told[0]
        if not await self.messenger.find(hook.channel, first.id, "notification", first.at):
            guest = about(first, await self.inventory.pictures()) if len(told) == 1 else None
            notice = NotificationNotice(told=told, guest=guest)
            await self.messenger.post(
                hook.channel, notice, request_id=first.id, role="notification"
            )
        await self.store.drop_notifications(hook.name, tuple(each.id for each in told))
