"""Configurations for tests: the smallest that loads, and what the environment must hold."""

from pathlib import Path

from bot.config import ConfigProblems, Settings, load

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "config" / "headroom.example.toml"
ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-1-hidden",
    "SLACK_APP_TOKEN": "xapp-1-hidden",
    "PROXMOX_TOKEN_PARIS": "headroom@pve!bot=very-hidden",
    "HOME": "/home/ana",
}
WORDS = frozenset(
    {"memory", "cores", "swap", "disk", "less", "start", "shutdown", "reboot", "stop"}
    | {"snapshot", "rollback", "delsnapshot"}
)
SMALLEST = """
[slack]
approvals_channel = "C0APPROVALS"

[[cluster]]
name = "paris"
hosts = ["https://pve1.example.org:8006"]
"""


def loaded(folder: Path, more: str = "", **environ: str) -> Settings:
    """Return the settings of the smallest file with something more at its end."""
    file = folder / "headroom.toml"
    file.write_text(SMALLEST + more)
    return load(file, ENVIRON | environ, words=WORDS)


def complaints(folder: Path, text: str, **environ: str) -> tuple[str, ...]:
    """Return the sentences about a file; it must have mistakes."""
    file = folder / "headroom.toml"
    file.write_text(text)
    try:
        load(file, ENVIRON | environ, words=WORDS)
    except ConfigProblems as problems:
        return problems.sentences
    raise AssertionError("the file has no mistakes")
