"""Simulated outside world: a Slack and a Proxmox VE that speak their real protocols on loopback."""
