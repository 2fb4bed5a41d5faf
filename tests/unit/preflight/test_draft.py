"""The file that `headroom init` writes loads, whatever names there are."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load
from bot.preflight.examine import WORDS
from bot.preflight.setup.draft import Draft, written
from bot.preflight.setup.names import Named
from tests.unit.config.files import ENVIRON

DRAFT = Draft(
    mode="socket",
    command="/pve",
    channel=Named(id="C0APPROVALS", label="#approvals"),
    people=(Named(id="U0ANA", label="@ana"), Named(id="S0OPS", label="@ops")),
    cluster="paris",
    hosts=("https://pve1.example.org:8006",),
    ca_file="/etc/headroom/pve-ca.pem",
    own_name="headroom",
)


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, ca_file="", fingerprint=":".join(["AB"] * 32)),
        replace(DRAFT, pools=("prod", "prod/db"), tags=("web",), own_name=""),
        replace(DRAFT, tags=("web",)),
    ],
)
def test_it_loads(tmp_path: Path, draft: Draft) -> None:
    """Every shape of it, with the rule words of the real operations."""
    file = tmp_path / "headroom.toml"
    file.write_text(written(draft))
    settings = load(file, ENVIRON, words=WORDS)
    assert settings.slack.approvals_channel == "C0APPROVALS"
    assert settings.clusters[0].fingerprint == draft.fingerprint
    assert settings.policy.rules[-1].name == "everything else"


@given(st.text(max_size=40))
def test_a_strange_name_stays_on_its_line(name: str) -> None:
    """Names of people, pools and tags are foreign: none of them becomes a setting."""
    label = Named(id="C0X", label=name)
    draft = replace(
        DRAFT, channel=label, people=(label,), pools=(name,), tags=(name,), own_name=name
    )
    found = tomllib.loads(written(draft))
    assert found.keys() == {"slack", "cluster", "capacity", "group", "rule"}
    assert found["slack"].keys() == {"mode", "command", "approvals_channel"}
    if name:
        assert found["rule"][0]["when"] == {"guests": [name]}
