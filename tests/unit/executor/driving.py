"""The executor's loop around `tick`, without any I/O, and what must hold at each of its turns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.executor.ending import End
from bot.executor.tick import Doubt, Note, Send, Wait, tick
from bot.model.events import Event, Find, Finish, Journal, Lose
from bot.model.people import SYSTEM
from bot.model.request import ChangeRequest, JournalEntry, Progress, State
from bot.model.transition import advance
from tests.unit.executor.plans import Case
from tests.unit.executor.world import TERMS, Crash, Fate, World
from tests.unit.operations.estate import READ_AT
from tests.unit.redis_store.samples import pending

MANY = 3_000


@dataclass
class Drive:
    """One request on its way; `fates` and `crashes` are used up by the calls, one each."""

    request: ChangeRequest
    world: World
    fates: Iterator[Fate]
    crashes: Iterator[Crash | None]
    before: object = None
    before_each: Callable[[World, ChangeRequest], None] = lambda _world, _request: None
    seen_states: set[State] = field(default_factory=set)

    def run(self) -> ChangeRequest:
        """Go on until the end, or until nothing moves any more."""
        self.before = self.world.state()
        for _ in range(MANY):
            self.before_each(self.world, self.request)
            self.seen_states.add(self.request.state)
            if self.request.state.final:
                return self.request
            self.turn()
        return self.request

    def turn(self) -> None:
        """Look, decide, and do it."""
        now = self.world.now
        action = tick(self.request, self.world.look(self.request), TERMS)
        match action:
            case Wait():
                if action.for_lock and self.request.waiting_since is None:
                    self.apply(Journal(actor=SYSTEM, at=now, waiting_since=now))
                self.world.pass_time(action.ms)
            case Send():
                self.send(action)
            case Note():
                uncertain = self.request.state is State.UNCERTAIN
                kind = Find if uncertain else Journal
                self.apply(kind(actor=SYSTEM, at=now, entry=action.entry))
            case Doubt():
                self.apply(Lose(actor=SYSTEM, at=now, entry=action.entry))
            case End():
                event = Finish(actor=SYSTEM, at=now, state=action.state, outcome=action.outcome)
                self.apply(event)

    def apply(self, event: Event) -> None:
        """Let it happen: the executor asks for nothing that the table refuses."""
        after = advance(self.request, event)
        assert isinstance(after, ChangeRequest), (event, after)
        self.request = after

    def send(self, send: Send) -> None:
        """Write the intent down, call, write down what came back; or die on the way."""
        assert self.request.state is State.RUNNING, "16: nothing is sent while UNCERTAIN"
        key = (send.step.name, send.undo)
        earlier = [e for e in self.request.journal if (e.step, e.undo) == key]
        assert all(e.progress is Progress.UNDONE for e in earlier), "15: proof before a repeat"
        assert not any("+" in value for value in send.step.params.values()), "absolute, always"
        crash = next(self.crashes, None)
        if crash is Crash.BEFORE_INTENT:
            self.world.pass_time(12_000)
            return
        now = self.world.now
        entry = JournalEntry(
            step=send.step.name,
            progress=Progress.INTENDED,
            at=now,
            deadline=now + TERMS.send_within,
            undo=send.undo,
            node=self.world.guest.node,
        )
        self.apply(Journal(actor=SYSTEM, at=now, entry=entry))
        if crash is Crash.AFTER_INTENT:
            self.world.pass_time(12_000)
            return
        self.world.pass_time(20)
        answered = self.world.call(send.step, entry, next(self.fates, Fate.WORKS))
        if crash is Crash.AFTER_CALL:
            self.world.pass_time(12_000)
            return
        self.world.pass_time(1_000)
        lost = answered.progress is Progress.UNKNOWN
        kind = Lose if lost else Journal
        self.apply(kind(actor=SYSTEM, at=self.world.now, entry=answered))


def running(case: Case) -> ChangeRequest:
    """Return the case's request, just claimed."""
    plan = case.plan
    request = pending(state=State.RUNNING, plan=plan, plan_hash=plan.hash)
    return replace(request, started_at=READ_AT)


def drive(case: Case, fates: Iterable[Fate] = (), crashes: Iterable[Crash | None] = ()) -> Drive:
    """Return the case on its way, with these fates and crashes of its calls; the rest works."""
    world = World(guest=case.guest)
    return Drive(request=running(case), world=world, fates=iter(fates), crashes=iter(crashes))


def check_end(ended: Drive) -> None:
    """Check that the end says what is so: nothing happened twice, and nothing is hidden."""
    world, request = ended.world, ended.request
    assert request.state.final, f"stuck in {request.state}: {request.journal}"
    assert all(count == 1 for count in world.effects.values()), "15: nothing took effect twice"
    untouched = world.state() == ended.before
    why = (request.state, request.outcome, request.journal, world.calls)
    if request.state is State.SUCCEEDED:
        done = {name for name, undo in world.effects if not undo}
        assert all(s.name in done for s in request.plan.steps), why
    elif request.state is State.FAILED:
        assert untouched, why
    else:
        assert request.state is State.PARTIAL, why
        assert not untouched, why
