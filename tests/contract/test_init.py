"""`headroom init`: names to ids, the file it writes, and what it never does."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import load
from bot.preflight.examine import WORDS
from bot.preflight.setup.certificate import address, fingerprint
from bot.simulation.slack.calls import refuse
from tests.contract.operators import Said, Shell, a_shell


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """Open a shell where all is well."""
    async with a_shell(tmp_path) as opened:
        yield opened


async def init(shell: Shell, *more: str, typed: str = "", **answers: str) -> Said:
    """Run `headroom init` with an answer for everything, as far as none is replaced."""
    given = {
        "channel": "#approvals",
        "people": "@ana",
        "cluster": "home",
        "host": shell.pve.url,
        "ca-file": str(shell.pve.ca_file),
    } | {name.replace("_", "-"): value for name, value in answers.items()}
    words = [word for name, value in given.items() if value for word in (f"--{name}", value)]
    file = str(shell.folder / "new.toml")
    return await shell.run("init", "--config", file, *words, *more, typed=typed)


def text(shell: Shell) -> str:
    """Return the file that was written."""
    return (shell.folder / "new.toml").read_text()


async def test_the_file_loads_and_passes_the_check(shell: Shell) -> None:
    """With ids, and the names beside them; a second person so that anybody's request has one."""
    said = await init(shell, "--people", "@ops", "--own-guest", "headroom")
    assert said.status == 0
    settings = load(shell.folder / "new.toml", shell.variables(), words=WORDS)
    assert settings.slack.approvals_channel == "C0APPROVALS"
    assert settings.policy.groups[0].members == ("U0ANA", "S0OPSGROUP")
    assert "# @ana, @ops" in text(shell)
    assert "# Pools here: dev, prod, prod/db" in text(shell)
    shell.environment["STATE_DIRECTORY"] = str(shell.state)
    checked = await shell.run("check", "--config", str(shell.folder / "new.toml"))
    assert checked.status == 0, checked.text


async def test_it_says_what_remains(shell: Shell) -> None:
    """The commands for Proxmox, the manifest, the variables; no secret in file or output."""
    said = await init(shell)
    assert "pveum role add Headroom --privs" in said.text
    manifest = (await shell.run("manifest", "--config", str(shell.folder / "new.toml"))).text
    assert manifest in said.text
    assert "headroom manifest --config" in said.text
    assert "SLACK_BOT_TOKEN, SLACK_APP_TOKEN, PROXMOX_TOKEN_HOME" in said.text
    assert [secret for secret in shell.secrets if secret in text(shell)] == []


async def test_missing_privileges_are_named_and_the_file_is_written(shell: Shell) -> None:
    """They can be granted later."""
    shell.pve.world.access.revoke("VM.PowerMgmt")
    said = await init(shell)
    assert "VM.PowerMgmt on /vms is missing" in said.problems[0]
    assert (shell.folder / "new.toml").exists()


async def test_a_file_that_is_there_is_not_overwritten_unasked(shell: Shell) -> None:
    """Answering no keeps it; --overwrite replaces it."""
    file = shell.folder / "new.toml"
    file.write_text("mine")
    said = await init(shell, typed="n\n")
    assert said.status == 1
    assert file.read_text() == "mine"
    assert (await init(shell, "--overwrite")).status == 0
    assert "[[cluster]]" in file.read_text()


async def test_the_fingerprint_is_shown_and_must_be_confirmed(shell: Shell) -> None:
    """No: nothing is written. Yes: it stands in the file and is what the driver trusts."""
    said = await init(shell, ca_file="", typed="\nn\n")
    assert said.status == 1
    assert "nothing was written" in said.text
    assert not (shell.folder / "new.toml").exists()
    said = await init(shell, ca_file="", typed="\ny\n")
    assert said.status == 0
    shown = await fingerprint(shell.pve.url)
    assert shown in said.text
    assert f'fingerprint = "{shown}"' in text(shell)
    assert "the token is accepted" in said.text


async def test_a_fingerprint_of_another_certificate(shell: Shell) -> None:
    """Nothing is sent to a host that shows another one, and nothing is written."""
    said = await init(shell, ca_file="", fingerprint=":".join(["AB"] * 32))
    assert said.status == 1
    assert "does not have the configured fingerprint" in said.text
    assert not (shell.folder / "new.toml").exists()
    assert shell.pve.calls == []


async def test_the_fingerprint_is_that_of_the_certificate(shell: Shell) -> None:
    """SHA-256 over the DER form, in pairs."""
    host, port = shell.pve.url.removeprefix("https://").split(":")
    shown = await _certificate(host, int(port))
    plain = (await fingerprint(shell.pve.url)).replace(":", "").lower()
    assert hashlib.sha256(shown).hexdigest() == plain


async def _certificate(host: str, port: int) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    assert isinstance(found, bytes)
    return found


@pytest.mark.parametrize(
    ("answers", "part"),
    [
        ({"channel": "#aprovals"}, "did you mean #approvals?"),
        ({"channel": "#random"}, "type /invite @headroom there"),
        ({"channel": "#board"}, "in a private one type /invite @headroom first"),
        ({"people": "@anna"}, "did you mean @ana?"),
        ({"people": "@dan"}, "nobody who may use the bot"),
        ({"people": "@gus"}, "nobody who may use the bot"),
        ({"people": "@former"}, "nobody who may use the bot"),
        ({"people": " , "}, "name at least one person"),
        ({"host": "https://127.0.0.1:1"}, "connection refused"),
        ({"cluster": "9 lives"}, "letters, digits, - and _"),
        ({"command": "pve"}, "a slash and a word, as /pve"),
    ],
)
async def test_an_answer_that_cannot_be_right(
    shell: Shell, answers: dict[str, str], part: str
) -> None:
    """The sentence says what would work; nothing is written."""
    shell.environment["PROXMOX_TOKEN_9 LIVES"] = shell.pve.token
    said = await init(shell, **answers)
    assert said.status == 1
    assert part in said.text
    assert list(shell.folder.iterdir()) == []


async def test_a_missing_scope_is_named_before_anything_is_asked(tmp_path: Path) -> None:
    """Names could not be looked up without it."""
    async with a_shell(tmp_path, scopes=("commands", "chat:write")) as shell:
        said = await init(shell)
    assert said.status == 1
    assert "the scope channels:read is missing" in said.text
    assert "headroom manifest" in said.text


async def test_a_workspace_without_user_groups(shell: Shell) -> None:
    """Some plans have none: people are found all the same."""
    shell.slack.on_call("usergroups.list", refuse("paid_teams_only"))
    assert (await init(shell)).status == 0
    assert 'members = ["U0ANA"]' in text(shell)


async def test_the_ca_file_is_written_with_its_whole_path(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service runs in another folder."""
    monkeypatch.chdir(shell.pve.ca_file.parent)
    assert (await init(shell, ca_file=shell.pve.ca_file.name)).status == 0
    assert f'ca_file = "{shell.pve.ca_file}"' in text(shell)


async def test_two_people_of_one_name_are_told_apart_by_id(shell: Shell) -> None:
    """Both ids are shown; an id is an answer too."""
    shell.slack.add_person("ana2", real_name="Ana")
    shell.slack.directory.change_person("bob", real_name="Ana")
    said = await init(shell, people="@Ana")
    assert "several are called so" in said.text
    assert "U0BOB" in said.text
    assert (await init(shell, people="U0BOB")).status == 0


async def test_questions_are_asked_for_what_is_not_given(shell: Shell) -> None:
    """A wrong answer may be corrected; the token is typed unseen and used for this run only."""
    shell.environment["PROXMOX_TOKEN_HOME"] = ""
    typed = ["#nowhere", "#approvals", "@ana, @ops", "home", shell.pve.url, str(shell.pve.ca_file)]
    lines = "\n".join([*typed, shell.pve.token]) + "\n"
    said = await shell.run("init", "--config", str(shell.folder / "new.toml"), typed=lines)
    assert said.status == 0, said.text
    assert "no such channel" in said.text
    assert "pveum user token add headroom@pve bot" in said.text
    assert 'approvals_channel = "C0APPROVALS"' in text(shell)


async def test_without_slacks_token_it_says_how_to_get_one(shell: Shell) -> None:
    """The app comes first."""
    shell.environment["SLACK_BOT_TOKEN"] = ""
    said = await init(shell)
    assert said.status == 1
    assert "SLACK_BOT_TOKEN is not set" in said.text
    assert "headroom manifest" in said.text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pve1.example.org", "https://pve1.example.org:8006"),
        ("https://pve1.example.org:443/", "https://pve1.example.org:443"),
        ("[::1]", "https://[::1]:8006"),
    ],
)
def test_addresses_are_completed(typed: str, meant: str) -> None:
    """Scheme and port may be left out."""
    assert meant == address(typed)
