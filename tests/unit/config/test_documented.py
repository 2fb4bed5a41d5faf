"""The page on configuration names every setting, and no setting that is not there."""

import re

from pydantic import BaseModel

from bot.capacity import Limits
from bot.config.shape import CapacityShape, FileShape, NodeShape, RuleShape
from bot.config.shapes import known_keys
from bot.policy import RIGHTS
from tests.unit.config.files import EXAMPLE, ROOT

PAGE = (ROOT / "docs" / "configuration.md").read_text()


def settings_below(prefix: str, keys: set[str]) -> set[str]:
    """Return every setting below a table, dotted, as the page writes them."""
    found = set()
    for key in keys:
        dotted = f"{prefix}{key}"
        table = (*dotted.split("."),)
        below = known_keys((*table, "NAME")) if key == "node" else known_keys(table)
        inner = f"{dotted}.NAME." if key == "node" else f"{dotted}."
        found |= settings_below(inner, below) if below else {dotted}
    return found


def test_every_setting_is_documented_and_nothing_else() -> None:
    """Each key has a row (those outside of sections a sentence); rows of gone keys are found, too."""
    settings = settings_below("", set(FileShape.model_fields))
    rows = set(re.findall(r"^\| `([a-z_]+\.[\w.]+)` \|", PAGE, re.MULTILINE))
    amounts = {"rule.when.WORD_up_to"}
    outside = {setting for setting in settings if "." not in setting}
    assert settings - outside == rows - amounts
    assert amounts <= rows
    assert all(f"`{setting}` (default" in PAGE for setting in outside)


def default_in_page(key: str) -> str:
    """Return the default that the page gives."""
    found = re.search(rf"^\| `{re.escape(key)}` \| (.+?) \|", PAGE, re.MULTILINE)
    assert found
    return found[1].strip("`")


def test_the_documented_thresholds_are_the_real_ones() -> None:
    """Numbers on the page are compared with those of the values."""
    for name, field in CapacityShape.model_fields.items():
        if isinstance(field.default, float):
            assert float(default_in_page(f"capacity.{name}")) == field.default
            assert field.default == getattr(Limits(), name)


def test_every_right_and_variable_is_documented() -> None:
    """Rights of roles, and what the environment holds."""
    variables = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")
    more = ("REDIS_URL", "PROXMOX_TOKEN_<CLUSTER>", "HEADROOM_CONFIG", *RIGHTS)
    assert [word for word in (*variables, *more) if f"`{word}`" not in PAGE] == []


def test_the_example_shows_only_keys_there_are() -> None:
    """Comments may name more; keys at the start of a line are real."""
    models: tuple[type[BaseModel], ...] = (FileShape, CapacityShape, NodeShape, RuleShape)
    assert all(model.model_config.get("extra") == "forbid" for model in models)
    assert "comes in a later version" not in EXAMPLE.read_text()
