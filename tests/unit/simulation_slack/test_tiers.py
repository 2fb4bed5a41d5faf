"""The rate tiers are those that Slack's own client library lists."""

from bot.simulation.slack.methods.table import METHODS
from tests.unit.simulation_slack.shared import shared_json


def test_every_tier_agrees() -> None:
    """Tier by tier; special ones have rules of their own."""
    listed = shared_json("slack/data/method-tiers.json")["methods"]
    ours = {name: method.tier for name, method in METHODS.items()}

    assert ours == {
        name: "special" if tier.startswith("Special") else int(tier.removeprefix("Tier"))
        for name, tier in ((name, listed[name]["tier"]) for name in ours)
    }
