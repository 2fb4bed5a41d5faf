"""What our token lacks, and the commands that grant it."""

from bot.model.estate import ClusterPicture, Rights
from bot.model.feature import Features
from bot.preflight.finding import Finding, fine, problem, warning
from bot.proxmox.client import ClusterAccess
from bot.proxmox.privileges import (
    Gap,
    fitting_command,
    gaps,
    mending_commands,
    privileges,
    unneeded,
)

SHOWN = 5
"""Places that a sentence names; there may be hundreds of guests."""


def rights_findings(
    about: str,
    access: ClusterAccess,
    rights: Rights,
    picture: ClusterPicture,
    features: Features,
) -> list[Finding]:
    """Say what is missing everywhere (problems) and on some guests or storages only (warnings)."""
    found = gaps(rights, picture, features)
    more = _unneeded(about, rights, features)
    if not found:
        needed = len(privileges(features))
        return [fine(about, f"{access.token_id} has all {needed} privileges it needs"), *more]
    missing = [gap for gap in found if gap.everywhere]
    mend = mending_commands(access.user, access.token_name, features)
    told = [_everywhere(about, gap) for gap in missing]
    if told:
        told[-1] = problem(about, told[-1].text, *mend)
    return told + [_somewhere(about, gap) for gap in found if not gap.everywhere] + more


def _unneeded(about: str, rights: Rights, features: Features) -> list[Finding]:
    """Say what the token still holds for features that are off, and how to take it away."""
    held = unneeded(rights, features)
    if not held:
        return []
    named = ", ".join(f"{p.name} (features.{p.feature})" for p in held)
    text = f"the token holds what is needed only for what is switched off: {named}"
    return [warning(about, text, fitting_command(features))]


def _everywhere(about: str, gap: Gap) -> Finding:
    needed = gap.privilege
    used = f"; used by {', '.join(needed.operations)}" if needed.operations else ""
    return problem(about, f"{needed.name} on {needed.path} is missing ({needed.why}{used})")


def _somewhere(about: str, gap: Gap) -> Finding:
    needed = gap.privilege
    if not gap.places:
        text = (
            f"{needed.name} is granted on {gap.of} guests, not on {needed.path}: what others are"
            " promised cannot be counted, so verdicts come out too good"
        )
        return warning(about, text, f"grant {needed.name} on {needed.path} to user and token")
    named = ", ".join(gap.places[:SHOWN]) + (", …" if len(gap.places) > SHOWN else "")
    text = f"{needed.name} is missing on {len(gap.places)} of {gap.of}: {named} ({needed.why})"
    return warning(about, text)
