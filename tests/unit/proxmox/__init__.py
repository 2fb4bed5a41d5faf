"""Unit tests of the Proxmox driver's pure parts."""
