"""Who the caller is and what he may."""

from bot.simulation.proxmox.call import Call, Route
from bot.simulation.proxmox.errors import ApiError
from bot.simulation.proxmox.params.methods import PERMISSIONS, TICKET
from bot.simulation.proxmox.picture import Row


def permissions(call: Call) -> dict[str, dict[str, int]]:
    """Answer with the caller's own privileges by path."""
    access = call.world.access
    subject = call.params.get("userid", call.who)
    if subject != call.who and subject.partition("!")[0] != call.who:
        call.need("/access", "Sys.Audit")
    if "path" in call.params:
        paths = {call.params["path"]}
    else:
        base = {"/", "/access", "/nodes", "/pool", "/sdn", "/storage", "/vms"}
        paths = base | {entry.path for entry in access.acl}
        paths |= {f"/vms/{vmid}" for pool in call.world.pools.values() for vmid in pool}
    answer = {}
    for path in sorted(paths):
        mine = access.privileges(subject, path)
        if mine:
            answer[path] = dict.fromkeys(sorted(mine), 1)
    return answer


def ticket(call: Call) -> Row:
    """Log in with a password, or with a ticket that is still good."""
    user = call.params["username"]
    if "realm" in call.params and "@" not in user:
        user = f"{user}@{call.params['realm']}"
    sessions, password = call.world.sessions, call.params["password"]
    known = call.world.access.passwords.get(user)
    if not (known and known == password) and sessions.user_of(password) != user:
        raise ApiError("authentication failure", code=401)
    made = sessions.create(user)
    return {"username": user, "ticket": made, "CSRFPreventionToken": sessions.csrf(made)}


ROUTES = (
    Route("GET", "/access/permissions", permissions, PERMISSIONS),
    Route("POST", "/access/ticket", ticket, TICKET, token=False, world=True),
)
