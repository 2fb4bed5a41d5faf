"""The settings in force: read again on request; a broken file leaves the last good ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.config import ConfigProblems, Settings

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Live:
    """Holds the settings; `read` reads file and environment anew (None: they never change)."""

    settings: Settings
    read: Callable[[], Settings] | None = None
    problems: tuple[str, ...] = ()
    restart_for: tuple[str, ...] = ()

    def reload(self) -> bool:
        """Take what can change while running; return whether the file could be read."""
        if self.read is None:
            return True
        try:
            fresh = self.read()
        except ConfigProblems as problems:
            self.problems = tuple(problems.sentences)
            for sentence in self.problems:
                log.warning("configuration not taken", problem=sentence)
            return False
        self.problems = ()
        self.restart_for = needs_restart(self.settings, fresh)
        self.settings = replace(
            self.settings,
            policy=fresh.policy,
            limits=fresh.limits,
            alerts=fresh.alerts,
            hooks=fresh.hooks,
        )
        log.info("configuration taken", restart_for=self.restart_for)
        return True

    def notes(self) -> dict[str, str]:
        """Return what an operator should know of the configuration."""
        found: dict[str, str] = {}
        if self.problems:
            found["configuration"] = "the last good one is in force: " + "; ".join(self.problems)
        if self.restart_for:
            found["restart"] = "changed, and in force after a restart: " + ", ".join(
                self.restart_for
            )
        return found


def needs_restart(running: Settings, fresh: Settings) -> tuple[str, ...]:
    """Return the sections that differ and are read at the start only."""
    sections = {
        "mode": (running.mode, fresh.mode),
        "[slack]": (_fixed(running), _fixed(fresh)),
        "[store]": (running.store, fresh.store),
        "[http]": (running.http, fresh.http),
        "[[cluster]]": (running.clusters, fresh.clusters),
        "[requests]": (running.requests, fresh.requests),
    }
    return tuple(name for name, (one, other) in sections.items() if one != other)


def _fixed(settings: Settings) -> object:
    """Return `[slack]` without the approvals channel, which belongs to the policy."""
    return replace(settings.slack, approvals_channel="")
