"""Formats of string parameters: each check returns the error's text, or None."""

import re
from collections.abc import Callable

from bot.simulation.proxmox import property_string

Format = Callable[[str, str], str | None]

CONFIG_ID = re.compile(r"[a-z][a-z0-9_-]+", re.IGNORECASE)
STORAGE_ID = re.compile(r"[a-z][a-z0-9_.-]*[a-z0-9]", re.IGNORECASE)
NODE = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")
DNS_NAME = re.compile(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9-]+)*\.?")
TAG = re.compile(r"[a-z0-9_][a-z0-9_\-+.]*", re.IGNORECASE)
STARTUP = re.compile(r"(?:order=)?\d+|up=\d+|down=\d+")
HOTPLUG = frozenset({"network", "disk", "cpu", "memory", "usb", "cloudinit"})
MEMORY_MINIMUM_MIB = 16


def split_list(text: str) -> list[str]:
    """Split a list as Proxmox does: by comma, semicolon, blank or NUL."""
    return [part for part in re.split(r"[,;\s\0]+", text) if part]


def config_id(_name: str, value: str) -> str | None:
    """Accept an identifier of two characters or more, starting with a letter."""
    return None if CONFIG_ID.fullmatch(value) else f"invalid configuration ID '{value}'\n"


def config_id_list(name: str, value: str) -> str | None:
    """Accept a list of identifiers."""
    found = (config_id(name, part.removeprefix("!")) for part in split_list(value))
    return next((problem for problem in found if problem), None)


def storage_id(_name: str, value: str) -> str | None:
    """Accept a storage's name."""
    if STORAGE_ID.fullmatch(value):
        return None
    return f"storage ID '{value}' contains illegal characters\n"


def node(_name: str, value: str) -> str | None:
    """Accept a node's name."""
    return None if NODE.fullmatch(value) else "value does not look like a valid node name\n"


def vmid(_name: str, value: str) -> str | None:
    """Accept a guest's number."""
    if re.fullmatch(r"[1-9]\d{2,8}", value):
        return None
    return "value does not look like a valid VM ID\n"


def vmid_list(name: str, value: str) -> str | None:
    """Accept a list of guest numbers."""
    return next((problem for part in split_list(value) if (problem := vmid(name, part))), None)


def dns_name(_name: str, value: str) -> str | None:
    """Accept a host name."""
    if DNS_NAME.fullmatch(value):
        return None
    return "value does not look like a valid DNS name\n"


def tag_list(_name: str, value: str) -> str | None:
    """Accept tags."""
    bad = [part for part in split_list(value) if not TAG.fullmatch(part)]
    return "invalid characters in tag\n" if bad else None


def startup(_name: str, value: str) -> str | None:
    """Accept a start order such as `order=3,up=30`."""
    if all(STARTUP.fullmatch(part) for part in value.split(",")):
        return None
    return "unable to parse startup options\n"


def hotplug(_name: str, value: str) -> str | None:
    """Accept 0, 1 or a list of features."""
    if value in {"0", "1"}:
        return None
    bad = next((part for part in split_list(value) if part not in HOTPLUG), None)
    return f"invalid hotplug feature '{bad}'\n" if bad else None


def memory(name: str, value: str) -> str | None:
    """Accept MiB, plain or as `current=4096`."""
    errors: dict[str, str] = {}
    for key, part in property_string.parse(value, first="current").items():
        if key != "current":
            errors[key] = (
                "property is not defined in schema and the schema does not allow "
                "additional properties"
            )
        elif not re.fullmatch(r"-?\d+", part):
            errors[key] = f"type check ('integer') failed - got '{part}'"
        elif int(part) < MEMORY_MINIMUM_MIB:
            errors[key] = f"value must have a minimum value of {MEMORY_MINIMUM_MIB}"
    if not errors:
        return None
    lines = (f"{name}.{key}: {text}\n" for key, text in sorted(errors.items()))
    return "format error\n" + "".join(lines)
