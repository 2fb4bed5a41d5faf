"""The text file in which Proxmox keeps a guest: `key: value` lines and bracketed sections."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from bot.simulation.proxmox import property_string

Kind = Literal["qemu", "lxc"]

PENDING_SECTION: dict[Kind, str] = {"qemu": "PENDING", "lxc": "pve:pending"}
DISKS = ("scsi", "virtio", "sata", "ide", "mp")
SECTION = re.compile(r"\[([^\]]+)\]\s*")
LINE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):\s*(.*?)\s*")


@dataclass(slots=True)
class ConfigFile:
    """A guest's configuration: values in force, values waiting, snapshots.

    `pending_delete` maps the options that wait for removal to whether by force. The description
    is an ordinary option here; in the file it stands as `#` lines at the top of its section (a
    CT's is read back with a newline at its end).
    """

    kind: Kind
    values: dict[str, str] = field(default_factory=dict)
    pending: dict[str, str] = field(default_factory=dict)
    pending_delete: dict[str, bool] = field(default_factory=dict)
    snapshots: dict[str, dict[str, str]] = field(default_factory=dict)

    def set_pending(self, option: str, value: str) -> None:
        """Let a value wait; it takes the place of a waiting removal."""
        self.pending[option] = value
        self.pending_delete.pop(option, None)

    def delete_pending(self, option: str, *, force: bool = False) -> None:
        """Let a removal wait; it takes the place of a waiting value."""
        self.pending.pop(option, None)
        self.pending_delete[option] = force

    def revert(self, option: str) -> None:
        """Forget what waits for this option."""
        self.pending.pop(option, None)
        self.pending_delete.pop(option, None)

    def apply(self, option: str, value: str) -> None:
        """Put a value in force."""
        self.values[option] = value
        self.pending.pop(option, None)

    def remove(self, option: str) -> None:
        """Take an option out of force."""
        self.values.pop(option, None)
        self.pending_delete.pop(option, None)

    def detach(self, option: str, *, first: str) -> None:
        """Keep the volume of a disk that is about to be removed as `unusedN`."""
        if not option.startswith(DISKS) or option not in self.values:
            return
        volid = property_string.parse(self.values[option], first=first).get(first, "")
        if ":" in volid and "media=cdrom" not in self.values[option]:
            free = next(n for n in range(256) if f"unused{n}" not in self.values)
            self.values[f"unused{free}"] = volid

    def clean_pending(self) -> bool:
        """Drop waiting changes that change nothing; whether there were any."""
        same = [o for o, value in self.pending.items() if self.values.get(o) == value]
        gone = [o for o in self.pending_delete if o not in self.values]
        for option in same:
            del self.pending[option]
        for option in gone:
            del self.pending_delete[option]
        return bool(same or gone)

    def with_pending(self) -> dict[str, str]:
        """Return the values as GET config without `current` shows them: with what waits.

        An option that waits for removal stays in sight if its value is 0: the real code asks for
        its truth (AbstractConfig.pm, load_current_config).
        """
        removed = {o for o in self.pending_delete if self.values.get(o) not in {"0", ""}}
        kept = {o: v for o, v in self.values.items() if o not in removed}
        return kept | self.pending


def digest(text: str) -> str:
    """Return the digest of a configuration: SHA-1 of the whole file."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def parse(text: str, kind: Kind) -> ConfigFile:
    """Read a configuration file; lines that fit nothing are skipped, as Proxmox does."""
    config = ConfigFile(kind)
    section = config.values
    for line in text.splitlines():
        if head := SECTION.fullmatch(line):
            section = _section(config, head[1])
        elif line.startswith("#"):
            known = section.get("description")
            said = unquote(line[1:])
            section["description"] = said if known is None else f"{known}\n{said}"
        elif match := LINE.fullmatch(line):
            section[match[1]] = match[2]
    for each in (config.values, config.pending, *config.snapshots.values()):
        if "description" in each:
            said = each["description"].rstrip()
            each["description"] = f"{said}\n" if kind == "lxc" else said
    for name in config.pending.pop("delete", "").replace(",", " ").split():
        config.pending_delete[name.removeprefix("!")] = name.startswith("!")
    return config


def _section(config: ConfigFile, name: str) -> dict[str, str]:
    if name.upper() == "PENDING" or name == PENDING_SECTION["lxc"]:
        return config.pending
    return config.snapshots.setdefault(name, {})


def write(config: ConfigFile) -> str:
    """Write a configuration as Proxmox does: keys sorted, then pending, then snapshots by name."""
    text = _lines(config.values)
    waiting = dict(config.pending)
    if config.pending_delete:
        waiting["delete"] = ",".join(
            f"!{name}" if force else name for name, force in sorted(config.pending_delete.items())
        )
    if waiting:
        text += f"\n[{PENDING_SECTION[config.kind]}]\n{_lines(waiting)}"
    for name, values in sorted(config.snapshots.items()):
        text += f"\n[{name}]\n{_lines(values)}"
    return text


def _lines(values: dict[str, str]) -> str:
    described = [f"#{_encoded(line)}\n" for line in values.get("description", "").splitlines()]
    return "".join(described) + "".join(
        f"{key}: {value}\n" for key, value in sorted(values.items()) if key != "description"
    )


def _encoded(line: str) -> str:
    return "".join(
        char if " " <= char <= "~" and char != ":" else "".join(f"%{b:02X}" for b in char.encode())
        for char in line
    )
