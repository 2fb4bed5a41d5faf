"""The stories are as many as the executor has ways to go."""

from bot.model.guest import Kind
from bot.model.operation import Operation
from bot.operations import OPERATIONS
from tests.crash.stories import Story, planned, stories
from tests.unit.executor.plans import cases

Calls = tuple[tuple[str, str], ...]


def _calls_of(story: Story, verbs: dict[str, Operation]) -> Calls:
    """Return the calls that the story's plan makes."""
    verb, _, words = story.text.partition(f" {story.guest}")
    has = bool(story.snapshot)
    draft = planned(verbs[verb], story.kind, words.strip(), runs=story.running, has=has)
    assert draft is not None, story
    return tuple((step.method, step.path) for step in draft.steps)


def test_every_sequence_of_calls_is_played() -> None:
    """Whatever calls a plan of any operation makes, some story makes them, for that kind of guest."""
    verbs = {operation.verb: operation for operation in OPERATIONS.values() if operation.verb}
    played = {(s.kind, _calls_of(s, verbs)) for s in stories() if not s.incident}
    wanted = set[tuple[Kind, Calls]]()
    for case in cases():
        calls = tuple((step.method, step.path) for step in case.plan.steps)
        wanted.add((case.guest.ref.kind, calls))
    assert wanted <= played


def test_every_story_has_a_name_of_its_own() -> None:
    """By it the stories are picked and told apart."""
    names = [str(story) for story in stories()]
    assert len(set(names)) == len(names)
