"""The job behind every alert: look at the picture, judge, keep, then tell.

What is decided is stored before it is told. A message is posted once: after a crash it is looked for
by its metadata before it is posted again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from bot.inventory import PICTURE_MS, Inventory
from bot.model.alert import Alert, Standing, judge, readings
from bot.model.errors import HypervisorFault, SlackFault
from bot.model.notice import AlertNotice
from bot.ports import Clock, Messenger, RequestStore

ROLE = "alert"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Watches clusters; `alerts` gives those that are configured now.

    `opens` opens an incident for one, and returns its id.
    """

    store: RequestStore
    inventory: Inventory
    messenger: Messenger
    clock: Clock
    alerts: Callable[[], tuple[Alert, ...]]
    every_ms: int
    opens: Callable[[Alert, Standing], Awaitable[str]]

    async def look(self, cluster: str) -> None:
        """Look at one cluster, tell what has changed, and file the next look."""
        member = f"alerts:{cluster}"
        due = await self.store.due_at(member)
        try:
            await self._judge(cluster)
        except HypervisorFault as fault:
            log.info("alerts wait for the cluster", cluster=cluster, fault=str(fault))
        await self._tell_all(cluster)
        now = await self.store.now()
        await self.store.move_due(member, due, now + self.every_ms if self.alerts() else None)

    async def _judge(self, cluster: str) -> None:
        picture = await self.inventory.picture(cluster, min(PICTURE_MS, self.every_ms))
        known = {(s.alert, s.reading.key): s for s in await self.store.standing()}
        now = await self.store.now()
        for alert in self.alerts():
            for reading in readings(alert, picture):
                before = known.get((alert.name, reading.key))
                after = judge(alert, before, reading, now, self.clock.token(64))
                await self._keep(before, after)

    async def _keep(self, before: Standing | None, after: Standing | None) -> None:
        if after is not None and after != before:
            await self.store.put_standing(after)
        elif after is None and before is not None:
            await self.store.drop_standing(before)

    async def _tell_all(self, cluster: str) -> None:
        """Tell what was raised and what has ended; an alert that is no longer configured ends, too."""
        configured = {alert.name: alert for alert in self.alerts()}
        for standing in await self.store.standing():
            if standing.reading.key.partition("/")[0] != cluster:
                continue
            if standing.alert not in configured:
                await self.store.drop_standing(standing)
                continue
            try:
                await self._tell(configured[standing.alert], standing)
            except SlackFault as fault:
                log.warning("an alert is told later", alert=standing.alert, fault=str(fault))

    async def _tell(self, alert: Alert, standing: Standing) -> None:
        if not standing.told:
            return
        if alert.opens is not None and not standing.incident and standing.ended is None:
            standing = replace(standing, incident=await self.opens(alert, standing))
            await self.store.put_standing(standing)
        if not standing.ts:
            standing = replace(standing, ts=await self._post(alert, standing))
            await self.store.put_standing(standing)
        if standing.ended is not None:
            notice = AlertNotice(alert=alert, standing=standing)
            await self.messenger.update(standing.channel, standing.ts, notice)
            await self.store.drop_standing(standing)

    async def _post(self, alert: Alert, standing: Standing) -> str:
        found = await self.messenger.find(standing.channel, standing.id, ROLE, standing.raised or 0)
        if found:
            return found[-1]
        notice = AlertNotice(alert=alert, standing=standing)
        return await self.messenger.post(
            standing.channel, notice, request_id=standing.id, role=ROLE
        )
