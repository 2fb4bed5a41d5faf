"""`headroom check` on a cluster: hosts, trust, token, privileges, names, clocks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from bot.proxmox.privileges import names
from bot.simulation.proxmox import SimulatedProxmox, faults
from tests.contract.operators import LateClock, Shell, a_shell

NAMES = names()
NO_PORT = "https://127.0.0.1:1"


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    """Open a shell where all is well."""
    async with a_shell(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
async def test_each_missing_privilege_is_named_with_the_lines_that_grant_it(
    shell: Shell, name: str
) -> None:
    """Role, user and token: with privilege separation both need it."""
    shell.pve.world.access.revoke(name)
    said = await shell.check()
    assert said.status == 1
    assert f"cluster home: {name} on /" in said.problems[0]
    assert name in said.line("pveum role modify Headroom --privs")
    assert "--users headroom@pve --roles Headroom" in said.text
    assert "--tokens 'headroom@pve!bot' --roles Headroom" in said.text


async def test_a_fresh_token_lacks_everything(shell: Shell) -> None:
    """Lists come back empty then, not refused: each privilege is named, in one run."""
    shell.pve.world.access.revoke_all("headroom@pve!bot")
    said = await shell.check()
    assert len(said.problems) == len(NAMES) + 1  # Sys.Audit on / and on /nodes


async def test_rights_on_one_guest_only(shell: Shell) -> None:
    """Deliberate perhaps: a warning that names the others."""
    access = shell.pve.world.access
    access.roles["Snapshots"] = access.roles["Headroom"]
    access.roles["Headroom"] -= {"VM.Snapshot"}
    for subject in ("headroom@pve", "headroom@pve!bot"):
        access.grant("/vms/101", subject, "Snapshots")
    said = await shell.check()
    assert said.status == 0
    assert "VM.Snapshot is missing on 6 of 7" in said.warnings[0]


async def test_guests_out_of_sight_spoil_the_sums(shell: Shell) -> None:
    """A token that sees some guests cannot count what the others are promised."""
    access = shell.pve.world.access
    access.roles["Sight"] = access.roles["Headroom"]
    access.roles["Headroom"] -= {"VM.Audit"}
    for subject in ("headroom@pve", "headroom@pve!bot"):
        access.grant("/vms/101", subject, "Sight")
    assert "verdicts come out too good" in (await shell.check()).warnings[0]


async def test_a_wrong_token(shell: Shell) -> None:
    """The token's name is shown, its secret is not."""
    shell.environment["PROXMOX_TOKEN_HOME"] = "headroom@pve!bot=wrong-secret"
    said = await shell.check()
    assert "the token headroom@pve!bot was not accepted" in said.problems[0]
    assert "pveum user token add headroom@pve bot --privsep 1" in said.text
    assert "wrong-secret" not in said.text


async def test_one_host_of_two_out_of_reach(shell: Shell) -> None:
    """It is named; the other one is looked at all the same."""
    shell.hosts = f'{NO_PORT}", "{shell.pve.url}'
    said = await shell.check()
    assert said.problems == [f"cluster home, {NO_PORT}: cannot be reached: connection refused"]
    assert "privileges it needs" in said.text
    assert "port 8006 open" in said.text


async def test_no_host_in_reach(shell: Shell) -> None:
    """Nothing is said of what could not be seen."""
    shell.hosts = NO_PORT
    said = await shell.check()
    assert len(said.problems) == 1
    assert "privileges" not in said.text


async def test_hosts_of_two_clusters(shell: Shell) -> None:
    """What was planned on one would be carried out on the other."""
    async with SimulatedProxmox(scenario="trio", time_scale=0) as other:
        both = shell.folder / "both.pem"
        both.write_text(shell.pve.ca_file.read_text() + other.ca_file.read_text())
        other.world.access.tokens |= shell.pve.world.access.tokens
        shell.ca_file, shell.hosts = str(both), f'{shell.pve.url}", "{other.url}'
        said = await shell.check()
        where = other.url
    (told,) = said.problems
    assert f"{where} shows other nodes (pve1, pve2, pve3) than {shell.pve.url} (pve1)" in told


async def test_another_authority(shell: Shell) -> None:
    """The certificate is not trusted: which file to take, or the fingerprint."""
    other = shell.folder / "other-ca.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    shell.ca_file = str(other)
    said = await shell.check()
    assert "its certificate is not trusted" in said.problems[0]
    assert "/etc/pve/pve-root-ca.pem" in said.text
    assert "pvenode cert info" in said.text


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), ("no certificate", "")])
async def test_a_ca_file_that_is_none(shell: Shell, content: str | None, why: str) -> None:
    """Missing, or something else: the path is named."""
    path = shell.folder / "ca.pem"
    shell.ca_file = str(path)
    if content is not None:
        path.write_text(content)
    said = await shell.check()
    assert f"ca_file {path} cannot be used: {why}" in said.problems[0]


async def test_a_name_that_the_certificate_does_not_have(shell: Shell) -> None:
    """The address must be one of the certificate's names."""
    shell.hosts = shell.pve.url.replace("127.0.0.1", "127.1")  # resolves to the same address
    said = await shell.check()
    assert "certificate is not valid for" in said.problems[0]
    assert "write a name that the certificate has" in said.text


@pytest.mark.parametrize(
    ("version", "status", "part"),
    [("7.4-16", 1, "too old"), ("8.4.1", 0, "8.4.1"), ("10.0.1", 0, "newer than")],
)
async def test_versions(shell: Shell, version: str, status: int, part: str) -> None:
    """8 and 9 are known, older ones are refused, newer ones are worth a warning."""
    shell.pve.world.nodes["pve1"].version = version
    said = await shell.check()
    assert said.status == status
    assert part in said.line(f"Proxmox VE {version}")


async def test_a_cluster_without_quorum(tmp_path: Path) -> None:
    """Every change would fail."""
    async with a_shell(tmp_path, scenario="trio") as shell:
        shell.pve.world.quorate = False
        said = await shell.check()
    assert said.problems == ["cluster home: it has no quorum: nothing can be changed"]


async def test_a_node_with_another_clock(shell: Shell) -> None:
    """More than five seconds are worth a word."""
    shell.pve.world.nodes["pve1"].ahead = 90
    said = await shell.check()
    assert "the clock of node pve1 is" in said.warnings[0]
    assert "ahead of this host's" in said.warnings[0]
    assert "timedatectl set-ntp true   # on node pve1 and on this host" in said.text


async def test_a_clock_is_told_by_a_cluster_that_tells_little(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Sys.Audit no node tells its time: then the host's answers do."""
    shell.pve.world.access.revoke("Sys.Audit")
    monkeypatch.setattr("bot.preflight.cluster.SystemClock", LateClock)
    said = await shell.check()
    assert f"the clock of the host {shell.pve.url} is" in said.line("ahead of this host's")


async def test_a_host_that_fails_in_the_middle(shell: Shell) -> None:
    """Its words are shown."""
    shell.pve.on_call("GET /cluster/resources", faults.refuse(500, "pvestatd is in trouble"))
    said = await shell.check()
    assert "pvestatd is in trouble" in said.problems[0]


async def test_names_that_are_in_no_cluster(shell: Shell) -> None:
    """Pools, tags, nodes and guests of rules, roles and limits; a parent of a pool is known."""
    shell.config += (
        '[[role]]\nname = "r"\nmembers = ["ops"]\nmay = ["view"]\nguests = { pools = ["prd"] }\n'
        '[[rule]]\nname = "x"\napprovals = 0\n'
        'when = { pools = ["prod"], tags = ["wbe"], nodes = ["pve9"], guests = ["nobody"] }\n'
        '[capacity]\nnode.pve7 = { memory_reserve = "1GiB" }\n'
    )
    said = await shell.check()
    assert said.status == 0
    assert "pools there are: dev, prod, prod/db" in said.line("'prd'")
    assert "no guest has the tag 'wbe'" in said.text
    assert "no node is called 'pve9'" in said.text
    assert "no guest is called 'nobody'" in said.text
    assert "no node is called 'pve7'" in said.text
    assert "'prod'" not in said.text


async def test_a_tag_that_anybody_may_set(shell: Shell) -> None:
    """Unless it is registered, which needs Sys.Modify; the line keeps those there are."""
    shell.pve.world.registered_tags = {"db"}
    shell.config += '[[rule]]\nname = "x"\napprovals = 0\nwhen = { tags = ["web", "db"] }\n'
    said = await shell.check()
    (warned,) = said.warnings
    assert warned.startswith("rule 'x': the tag 'web' is not registered on home")
    assert 'pvesh set /cluster/options --registered-tags "db;web"' in said.text
