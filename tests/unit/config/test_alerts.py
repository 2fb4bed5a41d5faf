"""`[[alert]]`: thresholds that make sense, and the sentences for those that do not."""

from pathlib import Path

import pytest

from bot.config import load
from bot.model.alert import Alert, Watch
from tests.unit.config.files import SMALLEST, complaints

ONE = '[[alert]]\nname = "a"\nchannel = "C0OPS"\n'


@pytest.mark.parametrize(
    ("alert", "expected"),
    [
        ('watch = "nodes"', "'nodes' is not allowed: 'node memory'"),
        ('watch = "node memory"', 'watch = "node memory" needs over, as over = 0.9 (90 %)'),
        ('watch = "quorum"\nover = 0.9', 'watch = "quorum" is a yes or no: remove over and clear'),
        ('watch = "storage"\nover = 90', "over: input should be less than or equal to 1"),
        ('watch = "storage"\nover = 0.8\nclear = 0.9', "clear (0.9) must not pass over (0.8)"),
        ('watch = "quorum"\nclusters = ["lyon"]', "no cluster 'lyon'; allowed: paris"),
        ('watch = "quorum"\nlasting = "a while"', "'a while' is no duration"),
        (f'watch = "quorum"\n{ONE}watch = "quorum"', "'a' is there twice"),
    ],
)
def test_a_threshold_that_makes_no_sense(tmp_path: Path, alert: str, expected: str) -> None:
    """Each says what is allowed."""
    (sentence,) = complaints(tmp_path, f"{SMALLEST}{ONE}{alert}\n")
    assert expected in sentence


def test_an_alert_ends_a_little_below_its_threshold(tmp_path: Path) -> None:
    """Unless it is said where; so that what flaps is told once."""
    path = tmp_path / "headroom.toml"
    path.write_text(f'{SMALLEST}{ONE}watch = "storage"\nover = 0.9\n')
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "PROXMOX_TOKEN_PARIS": "a@pve!b=c",
    }
    (alert,) = load(path, environment).alerts
    assert alert == Alert(
        name="a", watch=Watch.STORAGE, channel="C0OPS", over=0.9, clear=0.85, lasting_ms=60_000
    )
