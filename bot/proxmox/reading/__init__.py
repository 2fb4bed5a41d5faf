"""Answers of the Proxmox VE API as values of `bot.model`. Pure; a missing key is never an error.

A figure that is missing stays None: unknown is not zero. Numbers may come as numbers or as text
(FACTS: `memory` of a VM is text, of a CT a number), so everything is converted.
"""
