"""Answering a call: who asks, which method, may he, are the parameters right, do it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulation.proxmox.call import Call, Route
from bot.simulation.proxmox.errors import ApiError, died
from bot.simulation.proxmox.params.check import check
from bot.simulation.proxmox.passing import Answer, answer_of
from bot.simulation.proxmox.picture import Picture
from bot.simulation.proxmox.routes import RouteTable
from bot.simulation.proxmox.world import World

UNAUTHORIZED_DELAY = 3
TOKEN_PREFIX = "PVEAPIToken="  # noqa: S105 - the scheme's name in the Authorization header
TICKET_COOKIE = "PVEAuthCookie"
NO_ROUTE = 595


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brings to show who it is."""

    authorization: str = ""
    ticket: str = ""
    csrf: str = ""


@dataclass(slots=True)
class Api:
    """The API as the node `here` answers it."""

    world: World
    picture: Picture
    here: str
    table: RouteTable = field(default_factory=RouteTable)

    async def answer(
        self, method: str, path: str, params: Mapping[str, str], credentials: Credentials
    ) -> Answer:
        """Answer a call; never raises ApiError."""
        try:
            route, place = self._route(method, path, credentials)
            who = "" if route.world else self._identify(method, credentials)
        except ApiError as error:
            if error.status != 401:  # noqa: PLR2004 - unauthorized
                return answer_of(error)
            await self.world.clock.wait(UNAUTHORIZED_DELAY)
            return Answer(401, error.message, None)
        try:
            call = Call(self.world, self.picture, self.here, who, method, path, place)
            data = await self._perform(route, call, params)
        except ApiError as error:
            return answer_of(error)
        return Answer(200, None, {"data": data, **call.envelope})

    def _route(
        self, method: str, path: str, credentials: Credentials
    ) -> tuple[Route, dict[str, str]]:
        try:
            return self.table.find(method, path)
        except ApiError:
            self._identify(method, credentials)
            raise

    def _identify(self, method: str, credentials: Credentials) -> str:
        access = self.world.access
        if credentials.authorization.startswith(TOKEN_PREFIX):
            name, _, secret = credentials.authorization.removeprefix(TOKEN_PREFIX).partition("=")
            token = access.tokens.get(name)
            if token is None:
                user, _, short = name.partition("!")
                raise ApiError(f"no such token '{short}' for user '{user}'", code=401)
            if token.secret != secret:
                raise ApiError("invalid token value!", code=401)
            return name
        if not credentials.ticket:
            raise ApiError("No ticket", code=401)
        user = self.world.sessions.user_of(credentials.ticket) or ""
        if not user:
            raise ApiError("permission denied - invalid PVE ticket", code=401)
        writes = method != "GET"
        if writes and credentials.csrf != self.world.sessions.csrf(credentials.ticket):
            raise ApiError("Permission denied - invalid csrf token", code=401)
        return user

    async def _perform(self, route: Route, call: Call, params: Mapping[str, str]) -> Any:
        if "!" in call.who and not route.token:
            raise ApiError(
                f"Permission check failed (URI '{call.path}' not available with API token, "
                "need proper ticket.",
                code=403,
            )
        self._check_rights(route, call)
        self._check_node(call)
        call.params = check(route.params, call.place_params(params, route.params))
        self._check_quorum(call)
        answer = route.handler(call)
        return await answer if inspect.isawaitable(answer) else answer

    def _check_rights(self, route: Route, call: Call) -> None:
        if route.needs is None:
            return
        path = route.needs.path.format(**call.place)
        if route.needs.any:
            self.world.access.check_any(call.who, path, route.needs.privileges)
        else:
            self.world.access.check(call.who, path, route.needs.privileges)

    def _check_node(self, call: Call) -> None:
        name = call.place.get("node")
        if name is None:
            return
        node = self.world.nodes.get(name)
        if node is None:
            raise died(
                f"hostname lookup '{name}' failed - failed to get address info for: {name}: "
                "Name or service not known"
            )
        if not node.online and name != self.here:
            raise ApiError("No route to host", code=NO_ROUTE)

    def _check_quorum(self, call: Call) -> None:
        if call.method != "GET" and not self.world.quorate:
            raise died("cluster not ready - no quorum?")
