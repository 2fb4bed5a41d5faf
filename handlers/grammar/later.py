"""Verbs that are not there yet, as data; help, parsing and the commands page read this table."""

from collections.abc import Mapping

LATER: Mapping[str, tuple[str, str]] = {
    "node": ("a view of one node", "headroom NODE says what it keeps free"),
    "storage": ("a view of storages", "headroom shows each node's storages"),
    "ha": ("a view of HA", "show GUEST says what HA does with it"),
    "ceph": ("a view of Ceph", "headroom shows the pools"),
    "tasks": ("the list of tasks", "why R-… shows the tasks of a request"),
    "reset": ("resetting a VM", "ask for stop, then start"),
    "suspend": ("suspending a VM", "ask for shutdown"),
    "resume": ("resuming a VM", "ask for start"),
    "backup": ("backup on demand", "a snapshot can be asked for"),
    "backups": ("the list of backups", "show GUEST names the last one"),
    "migrate": ("moving a guest", "the Proxmox web UI does it"),
    "clone": ("cloning a template", "the Proxmox web UI does it"),
    "firewall": ("changing firewall rules", "the Proxmox web UI does it"),
    "loans": (
        "lending",
        "ask for the change without an end, and give it back with another request",
    ),
    "return": ("lending", "ask for less with a request"),
    "extend": ("lending", "a change without an end stays until somebody asks for less"),
    "rightsize": ("advice on what to give back", "headroom names the guests that use least"),
}
"""Verbs of later versions: what they will be about, and what works today instead."""
