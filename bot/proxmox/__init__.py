"""Proxmox VE through proxmoxer: the driver behind the port Hypervisor.

`reading` turns answers into values (pure), `calls` lists every call that can be made (pure), `faults`
turns errors into ours, `client` sends, `hypervisor` implements the port.
"""
