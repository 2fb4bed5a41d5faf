"""The role that the docs grant is enough, also where each privilege is granted only on its own path."""

from pathlib import Path

from bot.proxmox.privileges import PRIVILEGES
from tests.journey.stage import RULES, Stage, staged


def granted_by_path(stage: Stage) -> None:
    """Give user and token each privilege on the path of the table, and nothing else anywhere."""
    access = stage.pve.world.access
    token_id = stage.pve.token.partition("=")[0]
    for subject in (token_id, token_id.partition("!")[0]):
        access.revoke_all(subject)
        for path in {privilege.path for privilege in PRIVILEGES}:
            role = f"Headroom{path.replace('/', '-')}"
            access.roles[role] = frozenset(p.name for p in PRIVILEGES if p.path == path)
            access.grant(path, subject, role)


async def test_every_feature_works_with_each_privilege_on_its_path_alone(tmp_path: Path) -> None:
    """Memory, cores and a disk; a snapshot and its end; a shutdown and a start; what one may see."""
    async with staged(tmp_path, rules=RULES) as stage:
        granted_by_path(stage)
        await stage.new_card("ana", "request web-01 memory=+1G cores=+1 disk=+1G more of all")
        await stage.press("bob", "Approve")
        said = await stage.result("ana", "Read back")
        assert "memory 3 GiB" in said
        for text, done in (
            ("snapshot web-01 before", "web-01 has the snapshot before"),
            ("shutdown web-01", "is stopped"),
            ("start web-01", "is running"),
        ):
            await stage.ask("ana", text)
            await stage.result("ana", done)
        await stage.new_card("ana", "rollback web-01 before")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Done: rollback web-01")
        assert "All is well" in await stage.told("ana", "status")
