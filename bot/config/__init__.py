"""File and environment to frozen Settings; every mistake reported at once."""

from bot.config.load import load, load_features, load_policy
from bot.config.problems import ConfigProblems
from bot.config.settings import (
    ClusterSettings,
    HttpSettings,
    Settings,
    SlackSettings,
    StoreSettings,
)

__all__ = [
    "ClusterSettings",
    "ConfigProblems",
    "HttpSettings",
    "Settings",
    "SlackSettings",
    "StoreSettings",
    "load",
    "load_features",
    "load_policy",
]
