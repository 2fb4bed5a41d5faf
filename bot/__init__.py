"""Headroom: run Proxmox VE from Slack, with approvals that tell the truth."""
