"""One call of the API, and the table entry that answers it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulation.proxmox.config_file import Kind
from bot.simulation.proxmox.guest import Guest
from bot.simulation.proxmox.params.check import Params
from bot.simulation.proxmox.params.methods import NOTHING
from bot.simulation.proxmox.picture import Picture
from bot.simulation.proxmox.tasks import Work
from bot.simulation.proxmox.world import World


@dataclass(slots=True)
class Call:
    """A call being answered by the node `here`.

    `who` is the user or token; `place` holds the path's variables; `envelope` goes beside
    `data` in the answer (such as `total`).
    """

    world: World
    picture: Picture
    here: str
    who: str
    method: str
    path: str
    place: Mapping[str, str]
    params: dict[str, str] = field(default_factory=dict)
    envelope: dict[str, Any] = field(default_factory=dict)

    @property
    def node(self) -> str:
        """The node the path names."""
        return self.place["node"]

    @property
    def vmid(self) -> int:
        """The guest the path names."""
        return int(self.place["vmid"])

    @property
    def kind(self) -> Kind:
        """The kind of guest the path names."""
        return "lxc" if f"/lxc/{self.place['vmid']}" in self.path else "qemu"

    @property
    def guest(self) -> Guest:
        """The guest the path names; dies if it is not there."""
        return self.world.find(self.node, self.kind, self.vmid)

    @property
    def guest_path(self) -> str:
        """The guest's path in access lists."""
        return f"/vms/{self.vmid}"

    def place_params(self, given: Mapping[str, str], params: Params) -> dict[str, str]:
        """Return the given parameters with those of the path that have rules of their own."""
        return {**given, **{k: v for k, v in self.place.items() if k in params}}

    def flag(self, name: str) -> bool:
        """Whether a boolean parameter is set."""
        return self.params.get(name) == "1"

    def number(self, name: str, default: int) -> int:
        """Return an integer parameter."""
        return int(self.params.get(name, default))

    def may(self, path: str, *privileges: str) -> bool:
        """Whether the caller has any of the privileges."""
        return self.world.access.may(self.who, path, *privileges)

    def need(self, path: str, *privileges: str) -> None:
        """Refuse unless the caller has all the privileges."""
        self.world.access.check(self.who, path, privileges)

    def start_task(self, type_: str, work: Work, *, id_: str | None = None) -> str:
        """Start a task in the caller's name on the path's node; returns its UPID."""
        return self.world.tasks.start(
            node=self.node,
            type_=type_,
            id_=str(self.vmid) if id_ is None else id_,
            user=self.who,
            work=work,
        )


@dataclass(frozen=True, slots=True)
class Needs:
    """Privileges on a path: all of them, or any one."""

    path: str
    privileges: tuple[str, ...]
    any: bool = False


Handler = Callable[[Call], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method of the API. Without `needs` the handler itself looks who asks.

    `token` is False where the real one turns tokens away, `world` True where nobody need log in.
    """

    method: str
    path: str
    handler: Handler
    params: Params = field(default_factory=lambda: NOTHING)
    needs: Needs | None = None
    token: bool = True
    world: bool = False


def vm(*privileges: str, any_: bool = False) -> Needs:
    """Need privileges on the guest of the path."""
    return Needs("/vms/{vmid}", privileges, any_)


def for_both(
    kinds: Mapping[Kind, Params], method: str, path: str, **rest: Any
) -> tuple[Route, ...]:
    """Build the route of a method that VMs and CTs both have; path begins after the vmid."""
    return tuple(
        Route(method, f"/nodes/{{node}}/{kind}/{{vmid}}{path}", params=params, **rest)
        for kind, params in kinds.items()
    )
