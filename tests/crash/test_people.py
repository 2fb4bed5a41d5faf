"""What the people of a run do who are told that nothing was recorded."""

from bot.clock import SystemClock
from bot.simulation.slack import SimulatedSlack
from tests.crash.people import PATIENCE, REFUSED, People
from tests.crash.stories import INCIDENT


class StandingClock(SystemClock):
    """Stands still until it is set."""

    at = PATIENCE

    def now(self) -> int:
        """Return what it was set to."""
        return self.at


async def test_what_was_not_recorded_is_typed_again_a_little_later() -> None:
    """Once for each such answer; without one it is typed once."""
    clock = StandingClock()
    async with SimulatedSlack("socket") as slack:
        people = People(slack, INCIDENT, clock)
        assert people.next(())
        assert not people.next(())
        told = {"text": f"{REFUSED}: my store does not answer."}
        channel = slack.directory.channel("#web")
        slack.workspace.post(channel, told, method="ack", visible_to=slack.person("ana").id)
        assert not people.next(())
        clock.at += PATIENCE
        assert people.next(())
        clock.at += PATIENCE
        assert not people.next(())
