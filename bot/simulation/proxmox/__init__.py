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

Faults, each on demand. Per call, by `on_call(PATTERN, FAULT, times=N)` with a pattern of method and path:

    slow, hold                          it takes its time (`hold`: until an event)
    unauthorized, forbidden, broken     401, 403 with path and privilege, 500; `refuse`: any status and text
    no_route, broke_off                 595, 596 (before or after the effect)
    cut_before, cut_after               the connection is cut before or after the effect
    lose_answer                         the effect, then any error
    change_first                        the world changes right before the call

In the world, until undone:

    world.tasks.fail_next, hold_next, vanish_next    a task fails, hangs, or is unknown afterwards
    world.guest(vmid).hotplug_limit                  hotplug stops after so many modules
    world.take_down, bring_up; world.quorate         a node fails; the quorum is lost
    world.access.tokens.pop, world.access.revoke     a token is revoked; a privilege is taken away
    close_host, open_host                            an address refuses connections, and is back
    change_certificate                               hosts show a certificate of another authority

`headroom simulate proxmox` takes most of them at `/faults` (`control`).

`tests/golden` plays recordings of the real code against it.
"""

from bot.simulation.proxmox.simulated import SimulatedProxmox
from bot.simulation.proxmox.world import World

__all__ = ["SimulatedProxmox", "World"]
