"""What the unguarded paths show: never a secret, whatever goes wrong."""

from pathlib import Path

import aiohttp

from bot.model.redaction import REMOVED
from bot.simulation.proxmox import faults
from tests.journey.stage import Stage, staged

PATHS = ("/metrics", "/healthz", "/readyz")


async def shown(stage: Stage) -> dict[str, str]:
    """Return what each path answers, headers and all."""
    found = {}
    async with aiohttp.ClientSession() as session:
        for path in PATHS:
            async with session.get(f"http://127.0.0.1:{stage.bot.port}{path}") as response:
                text = await response.text()
                found[path] = f"{response.status} {dict(response.headers)} {text}"
    return found


async def test_no_unguarded_path_shows_a_secret(tmp_path: Path) -> None:
    """After a whole request; and while Proxmox writes our secrets into its errors and Slack is gone."""
    async with staged(tmp_path) as stage:
        secrets = [secret for secret in stage.settings.secrets() if secret]
        assert len(secrets) >= 4
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        well = await shown(stage)
        await stage.stop_bot()
        stage.pve.on_call("GET /cluster/*", faults.refuse(500, f"odd: {' '.join(secrets)}"))
        await stage.start_bot()
        stage.slack.revoke_token()
        ill = await shown(stage)
        assert [text[:3] for text in well.values()] == ["200", "200", "200"]
        assert [text[:3] for text in ill.values()] == ["200", "200", "503"]
        assert "odd: " in ill["/readyz"]
        assert REMOVED in ill["/readyz"]
        everything = "".join([*well.values(), *ill.values()])
        assert [secret[:6] for secret in secrets if secret in everything] == []
