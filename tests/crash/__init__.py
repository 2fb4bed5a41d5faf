"""The bot killed with SIGKILL, in a process of its own, at every write and every call."""
