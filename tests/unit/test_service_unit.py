"""The systemd unit: hardened, valid, and it starts a command that there is."""

import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.contract.operators import host_commands
from tests.official import ROOT

UNIT = ROOT / "config" / "headroom.service"
MOST_EXPOSED = "20"
"""Of 100, as systemd-analyze counts: ten times its figure."""

HARDENED = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "StateDirectoryMode": "0700",
    "UMask": "0077",
}


def service() -> dict[str, str]:
    """Return the settings of `[Service]`; of repeated ones the last."""
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # the documented way to keep case
    parser.read_string(UNIT.read_text())
    return dict(parser["Service"])


def test_it_has_few_rights_and_a_state_folder_of_its_own() -> None:
    """What it keeps is in /var/lib/headroom, and nothing else can be written."""
    found = service()
    assert {name: found.get(name) for name in HARDENED} == HARDENED
    assert found["StateDirectory"] == "headroom"


def test_secrets_come_from_a_file_and_stand_in_no_line() -> None:
    """`Environment=` would show them to everybody on the host."""
    assert service()["EnvironmentFile"] == "/etc/headroom/headroom.env"
    assert "\nEnvironment=" not in UNIT.read_text()


def test_it_starts_a_command_that_there_is() -> None:
    """`headroom run` with an option it takes; the bot ends before its store."""
    program, command, option, _ = service()["ExecStart"].split()
    assert program.endswith("/bin/headroom")
    assert option in {o for p in host_commands()[command].params for o in p.opts}
    assert service()["KillMode"] == "mixed"


@pytest.mark.parametrize(
    "words", [["verify"], ["security", "--offline=true", f"--threshold={MOST_EXPOSED}"]]
)
def test_systemd_itself_has_nothing_to_say(tmp_path: Path, words: list[str]) -> None:
    """Its own check of the file, and its measure of exposure."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed here")
    copy = tmp_path / "headroom.service"
    copy.write_text(UNIT.read_text().replace("/opt/headroom/bin/headroom", sys.executable))
    done = subprocess.run([tool, *words, str(copy)], capture_output=True, text=True, check=False)  # noqa: S603 - the tool found above
    assert done.returncode == 0, done.stdout + done.stderr
    assert "headroom.service:" not in done.stderr
