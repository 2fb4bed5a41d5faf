"""Proxmox VE through proxmoxer."""
