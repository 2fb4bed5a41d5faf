"""Rules and roles that name what is switched off. Pure."""

from collections.abc import Iterator

from bot.config import Settings
from bot.model.feature import Feature
from bot.model.operation import offered
from bot.operations import OPERATIONS
from bot.policy import When
from bot.preflight.finding import Finding, warning


def contradictions(settings: Settings) -> list[Finding]:
    """Warn of every rule word that nobody can ask for, and of every right that allows nothing."""
    found = []
    for rule in settings.policy.rules:
        for word in _words(rule.when):
            off = [feature for feature in _features(word) if not settings.features.has(feature)]
            found += [_told(f"rule {rule.name!r}", f"names {word}", one) for one in off]
    idle = dict(_idle(settings))
    for role in settings.policy.roles:
        found += [
            _told(f"role {role.name!r}", f"gives the right {right}", idle[right])
            for right in role.may
            if right in idle
        ]
    return found


def _told(about: str, does: str, feature: Feature) -> Finding:
    text = f"{does}, and {feature.said} is switched off"
    return warning(about, text, f"remove it, or set features.{feature.value} = true")


def _words(when: When) -> tuple[str, ...]:
    """Return the operations that a rule names, by themselves or in a bound."""
    return tuple(dict.fromkeys((*when.operations, *(bound.word for bound in when.up_to))))


def _features(word: str) -> set[Feature]:
    """Return the features without which a rule word means nothing."""
    found = {o.feature for o in OPERATIONS.values() if word in o.words}
    found |= {f.feature for o in OPERATIONS.values() for f in o.fields if f.name == word}
    return {feature for feature in found if feature is not None}


def _idle(settings: Settings) -> Iterator[tuple[str, Feature]]:
    """Yield the rights whose every operation is switched off, with what took it away."""
    here = {o.right for o in offered(OPERATIONS, settings.features).values() if o.verb}
    for operation in OPERATIONS.values():
        if operation.verb and operation.right not in here:
            yield operation.right, operation.feature or Feature.MEMORY
