"""`headroom check` and `headroom manifest` with features off: they ask for less."""

import json
from pathlib import Path

from bot.model.feature import Feature, Features
from bot.proxmox.privileges import names
from bot.simulation.proxmox.permissions import PRIVILEGES
from handlers.manifest import manifest, scopes
from tests.contract.operators import CONFIG, a_shell, run

OFF = "[features]\n" + "".join(f"{name.value} = false\n" for name in Feature if name != "memory")
LEFT = Features(off=frozenset(Feature) - {Feature.MEMORY})
PEOPLE = CONFIG.replace('"S0OPSGROUP"', '"U0BOB", "U0CYR"')


async def test_all_is_well_with_what_is_left(tmp_path: Path) -> None:
    """A bot token and a role that hold nothing more: no problem, no warning."""
    held = tuple(scope.name for scope in scopes(LEFT))
    async with a_shell(tmp_path, scopes=held) as shell:
        for privilege in PRIVILEGES - set(names(LEFT)):
            shell.pve.world.access.revoke(privilege)
        shell.config = PEOPLE + OFF
        said = await shell.check()
    assert (said.status, said.problems, said.warnings) == (0, [], [])
    assert "all 6 scopes are there" in said.text
    assert "has all 5 privileges it needs" in said.text


async def test_the_line_that_mends_the_role_grants_only_what_is_left(tmp_path: Path) -> None:
    """Nothing of what is off is named."""
    async with a_shell(tmp_path) as shell:
        shell.pve.world.access.revoke("VM.Config.Memory")
        shell.config = PEOPLE + OFF
        said = await shell.check()
    line = said.line("no such role yet: role add")
    assert '--privs "Datastore.Audit Sys.Audit VM.Audit VM.Config.Memory"' in line


async def test_what_is_held_for_what_is_off_is_warned_of(tmp_path: Path) -> None:
    """Scopes and privileges, each with its feature and with what takes it away; it would run."""
    async with a_shell(tmp_path) as shell:
        shell.config = PEOPLE + "[features]\nsnapshots = false\npictures = false\n"
        said = await shell.check()
    assert said.status == 0
    assert said.line("files:write (features.pictures)").startswith("warning")
    assert said.line("VM.Snapshot (features.snapshots)").startswith("warning")
    assert "VM.Snapshot" not in said.line("pveum role modify Headroom --privs")


async def test_rules_and_roles_that_name_what_is_off_are_warned_of(tmp_path: Path) -> None:
    """Words, bounds and rights: what nobody can ask for; the service would run."""
    more = """
[[rule]]
name = "small"
when = { operations = ["memory", "stop"], disk_up_to = "+4GiB" }
approvals = 0

[[role]]
name = "everybody"
members = ["ops"]
may = ["request", "force", "snapshot"]
"""
    async with a_shell(tmp_path) as shell:
        shell.config = PEOPLE + more + "[features]\npower = false\ndisks = false\n"
        said = await shell.check()
    assert said.status == 0
    stopping, growing = Feature.POWER.said, Feature.DISKS.said
    told = [w for w in said.warnings if w.startswith(("rule", "role"))]
    assert told == [
        f"rule 'small': names stop, and {stopping} is switched off",
        f"rule 'small': names disk, and {growing} is switched off",
        f"role 'everybody': gives the right force, and {stopping} is switched off",
    ]
    assert "-> remove it, or set features.disks = true" in said.text


async def test_a_user_group_that_may_not_be_asked_for_is_a_mistake(tmp_path: Path) -> None:
    """Nobody could ever approve."""
    async with a_shell(tmp_path) as shell:
        shell.config = CONFIG + "[features]\ngroups = false\n"
        said = await shell.check()
    assert said.status == 1
    assert "'S0OPSGROUP' is a Slack user group, and features.groups is off" in said.text


def test_the_manifest_takes_the_features_of_the_file(tmp_path: Path) -> None:
    """Of one that is not whole yet; mistakes in the section are named with what is allowed."""
    file = tmp_path / "headroom.toml"
    file.write_text(OFF)
    said = run(("manifest", "--config", str(file)), {})
    assert manifest(features=LEFT) == json.loads(said.text)
    file.write_text('[features]\npowr = false\nhome = "no"\n')
    said = run(("manifest", "--config", str(file)), {})
    assert said.status == 1
    assert "features.powr: unknown key; did you mean power?" in said.text
    assert "features.home: write true or false" in said.text
