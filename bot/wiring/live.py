"""The settings in force: read again on request; a broken file leaves the last good ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.config import ConfigProblems, Settings
from bot.model.terms import Terms
from bot.model.view import HealthLine

log = structlog.get_logger(__name__)


def terms_of(settings: Settings) -> Terms:
    """Return the terms that the configuration sets."""
    return Terms(
        execute_within=settings.requests.execute_within_ms,
        wait_for_lock=settings.requests.wait_for_lock_ms,
        keep_audit=settings.requests.keep_audit_ms,
        observe=settings.mode == "observe",
        budget=settings.requests.budget,
    )


@dataclass(slots=True)
class Live:
    """Holds the settings; `read` reads file and environment anew (None: they never change).

    `given` are terms that hold whatever the settings say.
    """

    settings: Settings
    read: Callable[[], Settings] | None = None
    given: Terms | None = None
    problems: tuple[str, ...] = ()
    restart_for: tuple[str, ...] = ()

    def terms(self) -> Terms:
        """Return the terms in force."""
        return self.given or terms_of(self.settings)

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
        taken = taken_from(fresh, self.settings)
        self.restart_for = needs_restart(taken, fresh)
        self.settings = taken
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

    def lines(self) -> tuple[HealthLine, ...]:
        """Return the same for everybody: what is wrong in the file is not for everybody's eyes."""
        notes = self.notes()
        if self.problems:
            count = len(self.problems)
            notes["configuration"] = (
                f"the last good one is in force: {count} mistake{'s' * (count != 1)} in the file; "
                "the log and /readyz name them"
            )
        return tuple((name, name != "configuration", text) for name, text in notes.items())


def taken_from(fresh: Settings, running: Settings) -> Settings:
    """Return the settings that run, with what of the fresh ones needs no restart."""
    kept = running.requests
    return replace(
        running,
        policy=fresh.policy,
        limits=fresh.limits,
        alerts=fresh.alerts,
        hooks=fresh.hooks,
        requests=replace(fresh.requests, keep_ms=kept.keep_ms, keep_audit_ms=kept.keep_audit_ms),
        slack=replace(
            running.slack,
            approvals_channel=fresh.slack.approvals_channel,
            copy_to=fresh.slack.copy_to,
        ),
        incidents=replace(fresh.incidents, pages=running.incidents.pages),
        log_level=fresh.log_level,
    )


def needs_restart(running: Settings, fresh: Settings) -> tuple[str, ...]:
    """Return the sections in which what runs is not yet what the file says."""
    sections = {
        "mode": (running.mode, fresh.mode),
        "[slack]": (running.slack, fresh.slack),
        "[store]": (running.store, fresh.store),
        "[http]": (running.http, fresh.http),
        "[[cluster]]": (running.clusters, fresh.clusters),
        "[requests] keep, keep_audit": (running.requests, fresh.requests),
        "the secrets of [[hook]]": (running.hook_secrets, fresh.hook_secrets),
        "[features]": (running.features, fresh.features),
    }
    return tuple(name for name, (one, other) in sections.items() if one != other)
