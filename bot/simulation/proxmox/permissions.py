"""Users, tokens, roles and access lists, and what follows from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.simulation.proxmox.errors import not_permitted

SUPERUSER = "root@pam"
PRIVILEGES = frozenset(
    [
        "Datastore.Allocate",
        "Datastore.AllocateSpace",
        "Datastore.AllocateTemplate",
        "Datastore.Audit",
        "Group.Allocate",
        "Mapping.Audit",
        "Mapping.Modify",
        "Mapping.Use",
        "Permissions.Modify",
        "Pool.Allocate",
        "Pool.Audit",
        "Realm.Allocate",
        "Realm.AllocateUser",
        "SDN.Allocate",
        "SDN.Audit",
        "SDN.Use",
        "Sys.AccessNetwork",
        "Sys.Audit",
        "Sys.Console",
        "Sys.Incoming",
        "Sys.Modify",
        "Sys.PowerMgmt",
        "Sys.Syslog",
        "User.Modify",
        "VM.Allocate",
        "VM.Audit",
        "VM.Backup",
        "VM.Clone",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Cloudinit",
        "VM.Config.Disk",
        "VM.Config.HWType",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Console",
        "VM.GuestAgent.Audit",
        "VM.GuestAgent.FileRead",
        "VM.GuestAgent.FileSystemMgmt",
        "VM.GuestAgent.FileWrite",
        "VM.GuestAgent.Unrestricted",
        "VM.Migrate",
        "VM.PowerMgmt",
        "VM.Replicate",
        "VM.Snapshot",
        "VM.Snapshot.Rollback",
    ]
)


@dataclass(slots=True)
class Token:
    """An API token; `privsep` limits it to what both it and its user may."""

    secret: str
    privsep: bool = True


@dataclass(frozen=True, slots=True)
class AclEntry:
    """A role for a user or token on a path."""

    path: str
    subject: str
    role: str
    propagate: bool = True


@dataclass(slots=True)
class Access:
    """Who may do what.

    `pool_of` tells the pool of a path such as `/vms/100`, whose rights its members get.
    `passwords` has every user; an empty password cannot log in.
    """

    pool_of: Callable[[str], str | None]
    passwords: dict[str, str] = field(default_factory=lambda: {SUPERUSER: ""})
    tokens: dict[str, Token] = field(default_factory=dict)
    roles: dict[str, frozenset[str]] = field(
        default_factory=lambda: {"Administrator": PRIVILEGES, "NoAccess": frozenset()}
    )
    acl: list[AclEntry] = field(default_factory=list)

    def grant(self, path: str, subject: str, role: str) -> None:
        """Give a user or token a role on a path and below."""
        self.acl.append(AclEntry(path, subject, role))

    def revoke(self, privilege: str) -> None:
        """Take a privilege out of every role."""
        self.roles = {name: privs - {privilege} for name, privs in self.roles.items()}

    def revoke_all(self, subject: str) -> None:
        """Drop every access list entry of a user or token."""
        self.acl = [entry for entry in self.acl if entry.subject != subject]

    def privileges(self, subject: str, path: str) -> frozenset[str]:
        """Return what a user or token may do on a path."""
        user, _, token = subject.partition("!")
        if not token:
            return self._of(user, path)
        if not self.tokens[subject].privsep:
            return self._of(user, path)
        return self._of(user, path) & self._of(subject, path)

    def _of(self, subject: str, path: str) -> frozenset[str]:
        if subject == SUPERUSER:
            return PRIVILEGES
        roles = self._roles(subject, path)
        pool = self.pool_of(path)
        if pool is not None:
            roles |= self._roles(subject, f"/pool/{pool}")
        if "NoAccess" in roles:
            return frozenset()
        return frozenset().union(*(self.roles.get(role, frozenset()) for role in roles))

    def _roles(self, subject: str, path: str) -> set[str]:
        roles: set[str] = set()
        mine = [entry for entry in self.acl if entry.subject == subject]
        steps = [part for part in path.split("/") if part]
        for depth in range(len(steps) + 1):
            here = "/" + "/".join(steps[:depth])
            last = depth == len(steps)
            found = {e.role for e in mine if e.path == here and (last or e.propagate)}
            roles = found or roles
        return roles

    def may(self, subject: str, path: str, *privileges: str) -> bool:
        """Whether any one of the privileges is there."""
        return not self.privileges(subject, path).isdisjoint(privileges)

    def check(self, subject: str, path: str, privileges: Iterable[str]) -> None:
        """Refuse unless every one of the privileges is there; names the first that is missing."""
        mine = self.privileges(subject, path)
        for privilege in privileges:
            if privilege not in mine:
                raise not_permitted(path, [privilege])

    def check_any(self, subject: str, path: str, privileges: Iterable[str]) -> None:
        """Refuse unless at least one of the privileges is there."""
        wanted = list(privileges)
        if not self.may(subject, path, *wanted):
            raise not_permitted(path, wanted)
