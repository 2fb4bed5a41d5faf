"""Rules as the file writes them become the values that decisions take."""

from pathlib import Path

import pytest

from bot.model.incident import Severity
from bot.model.policy import Quorum, Tier
from bot.policy import Hours, UpTo
from tests.unit.config.files import loaded

RULES = """
[requests]
timezone = "Europe/Paris"

[[group]]
name = "oncall"
members = ["S0ONCALL"]
rota = true

[[group]]
name = "ops"
members = ["U0ANA"]

[[rule]]
name = "night"
when = { hours = ["mon-fri 20:00-08:00", "sat,sun 00:00-24:00"], per_week = ["+16GiB", "+8"] }
approvals = 0
wait = "4h"
vetoers = ["ops"]
review = "ops"

[[rule]]
name = "production"
approvals = 1
approvers = ["oncall"]
then = [{ after = "15m", ask = ["ops"] }]
"""


def test_hours_sums_waits_reviews_and_tiers_are_read(tmp_path: Path) -> None:
    """Whoever is asked later may approve from the start."""
    policy = loaded(tmp_path, RULES).policy
    night, production = policy.rules
    assert policy.timezone == "Europe/Paris"
    assert policy.rotas == {"oncall"}
    assert night.when.hours == (
        Hours(start=1200, end=480, days=(0, 1, 2, 3, 4)),
        Hours(start=0, end=1440, days=(5, 6)),
    )
    assert night.when.per_week == (
        UpTo(word="", amount=16 * 1024**3, is_size=True),
        UpTo(word="", amount=800, is_size=False),
    )
    assert (night.wait_ms, night.vetoers, night.review) == (4 * 3_600_000, ("ops",), "ops")
    assert production.quorums == (Quorum(groups=("oncall", "ops"), needed=1),)
    assert production.tiers == (Tier(after_ms=900_000, groups=("ops",)),)


INCIDENT = """
[[group]]
name = "ops"
members = ["U0ANA"]

[[rule]]
name = "relaxed"
when = {{ incident = {incident}, per_incident = "+8GiB" }}
approvals = 1
approvers = ["lead", "ops"]
"""


@pytest.mark.parametrize(
    ("incident", "severities"),
    [
        ("true", tuple(Severity)),
        ('"sev1"', (Severity.SEV1,)),
        ('["sev1", "sev2"]', (Severity.SEV1, Severity.SEV2)),
    ],
)
def test_rules_for_incidents_are_read(
    tmp_path: Path, incident: str, severities: tuple[Severity, ...]
) -> None:
    """Of any, of one, of some severities; who leads is among the approvers."""
    policy = loaded(tmp_path, INCIDENT.format(incident=incident)).policy
    (rule,) = policy.rules
    assert rule.when.incident == severities
    assert rule.when.per_incident == (UpTo(word="", amount=8 * 1024**3, is_size=True),)
    assert rule.quorums == (Quorum(groups=("lead", "ops"), needed=1),)
    assert (policy.about_incidents, policy.asks_leads) == (True, True)
