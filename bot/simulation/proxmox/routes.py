"""The table of all methods, and how a path finds its method."""

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.simulation.proxmox.call import Route
from bot.simulation.proxmox.endpoints import (
    access,
    backups,
    cluster,
    guest_config,
    guest_disks,
    guest_lifecycle,
    guest_migration,
    guest_power,
    guest_snapshots,
    guest_status,
    ha,
    monitoring,
    nodes,
    pools,
    storages,
    tasks,
)
from bot.simulation.proxmox.errors import no_such_method

ALL: tuple[Route, ...] = (
    *access.ROUTES,
    *cluster.ROUTES,
    *nodes.ROUTES,
    *storages.ROUTES,
    *tasks.ROUTES,
    *guest_status.ROUTES,
    *guest_config.ROUTES,
    *guest_disks.ROUTES,
    *guest_power.ROUTES,
    *guest_lifecycle.ROUTES,
    *guest_snapshots.ROUTES,
    *guest_migration.ROUTES,
    *backups.ROUTES,
    *monitoring.ROUTES,
    *ha.ROUTES,
    *pools.ROUTES,
)


class RouteTable:
    """Routes by verb and number of path parts."""

    def __init__(self, routes: Iterable[Route] = ALL) -> None:
        self._routes: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = defaultdict(list)
        for route in routes:
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
            self._routes[route.method, route.path.count("/")].append((re.compile(pattern), route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the path's variables; refuses with 501 what is not there."""
        for pattern, route in self._routes.get((method, path.count("/")), ()):
            match = pattern.fullmatch(path)
            if match and match.groupdict().get("vmid", "0").isdigit():
                return route, match.groupdict()
        raise no_such_method(method, path)
