"""A simulated Proxmox VE: HTTPS, API tokens, guests, tasks, storages."""
