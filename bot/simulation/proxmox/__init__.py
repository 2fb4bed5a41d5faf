"""A simulated Proxmox VE: HTTPS, API tokens, guests, tasks, storages.

It behaves at the wire as the real one does, without copying any of it. How a call travels:

    server        HTTPS, the request's parts, hooks of a test (`passing`, `faults`), the record file
    api           who asks (tokens, tickets), which method (`routes`), may he, are parameters right
    endpoints/    one module per part of the path tree: read the world, or start a task
    params/       what each method accepts; compared with the official schema by a test
    qemu_config, lxc_config, hotplug, resize, power, snapshots, migration, crm
                  the rules, each in the words of the real code
    guest, config_file, storage, node, permissions, tasks
                  what there is; a guest's configuration is the text file Proxmox keeps
    picture       what pvestatd last told, which lags behind the world
    world         all of it, with direct changes for tests; `scenarios/` builds some

`tests/golden` plays recordings of the real code against it.
"""

from bot.simulation.proxmox.simulated import SimulatedProxmox
from bot.simulation.proxmox.world import World

__all__ = ["SimulatedProxmox", "World"]
