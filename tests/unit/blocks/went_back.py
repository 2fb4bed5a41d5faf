"""A store that went back in time, in values."""

from dataclasses import replace

from bot.model.gate import ForgottenTask, WentBack
from bot.model.people import Person
from tests.unit.blocks.asked import T

FORGOTTEN = ForgottenTask(
    cluster="home",
    upid="UPID:pve1:0001:0002:0003:vzreboot:104:headroom@pve!bot:",
    type="vzreboot",
    vmid="104",
    started_at=T // 1000,
    guest="db1",
)
WENT_BACK = WentBack(id="w1", since=T, ends_at=T - 60_000, seen_at=T - 1_000)
GONE_BACK = (
    WENT_BACK,
    replace(WENT_BACK, ends_at=0),
    replace(WENT_BACK, seen_at=0, tasks=(FORGOTTEN,) * 300),
    replace(WENT_BACK, tasks=(replace(FORGOTTEN, guest=""),)),
    replace(WENT_BACK, released_at=T, released_by=Person(team_id="", user_id="host:root")),
)
