"""Unit tests of the simulated Proxmox VE's rules."""
