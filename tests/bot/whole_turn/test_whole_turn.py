"""The whole turn against a model: several men, two processes, and everything that can happen to them in any order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.arrival import Address, Arrival, Commanded, Erased, NotSent, Taken, Tapped, Typed
from bot.session import Session
from dialogs.state import State
from safety.envelope import Turn
from tests.bot.whole_turn.men import EXIT_WORDS, LATE_AFTER, Chat, Man, Shadow
from tests.bot.whole_turn.worlds import PROCESSES, World
from tests.support.failing import SESSIONS, Moments
from tests.support.harmed_turns import kept_of
from tests.support.longer import examples
from tests.support.publishing import publishing, request, says, shipped_with
from tests.support.world import Clock

# In one process, where a version that was proved for one test is proved for the next.
HELPLINE = "0808 800 1170"
CHATS = (
    ("telegram", "4200000001"),
    ("telegram", "4200000002"),
    ("telegram", "4200000003"),
    ("web", "bPdX4uVqLw0cN3sY7hKfTzR1aMgE5jQi"),
)
MARK = "quokka"
"""Everything typed that is no answer has this in it, and a number: none of it may come back, to anybody, or be kept."""
WORDS = (
    *("hello {mark}", "she's got a knife {mark}", "i want to kill myself {mark}", "my name is {mark}", "{mark}"),
    *("leeds", "newport", "LS6 2AB", "yes", "1", "talk to someone", "no", "stay", "skip", "help", "x", "bye"),
)
FIRST_NUMBERS = {WORDS[1]: "999", WORDS[2]: "116 123"}
"""Words of danger, and the number that comes first in the answer to them."""
FORGED = ("0.yes", "9._skip", "m.nobody", "e.1", "e.x", "g", "a", "h", "x", "zzz", "1795348822.talk")
SERVICES = {
    "example-leeds-mens-room": "Example Leeds Men's Room",
    "example-leeds-listening": "Example Leeds Listening",
    "example-leeds-family": "Example Leeds Family Service",
}
"""Those that may be suspended while people talk, and what each is called."""

WAITS = timedelta(minutes=2)
"""Longer than a lane is held by one who is dead, and than who leaves has until a sweep clears up after him."""

men = st.integers(0, len(CHATS) - 1)
processes = st.integers(0, PROCESSES - 1)
Result = TypeVar("Result")


def _one_of(things: Sequence[Result], which: int) -> Result:
    return things[which % len(things)]


class WholeTurn(RuleBasedStateMachine):
    """What may happen, and what must hold whenever it has."""

    flows: ClassVar[Path | None]
    sources: ClassVar[Sequence[Any]] = ()
    to_the_services: ClassVar[Sequence[str]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.men = [Man(Address(*chat), Chat(keeps_messages=chat[0] == "telegram")) for chat in CHATS]
        self.shadows = [Shadow(man.chat) for man in self.men]
        self.world = World(self.clock, self.flows, self.erase)
        self.suspended: set[str] = set()
        self.words = 0
        self.run(self.world.open())

    async def erase(self, chat: str, ids: Sequence[int]) -> Erased:
        return await next(man.chat for man in self.men if man.address.chat == chat).erase(ids)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.everybody_leaves_and_nothing_is_kept()
        finally:
            self.run(self.world.close())
            self.runner.close()
            self.world.remove()

    # --- what a man does --------------------------------------------------------------------------------------

    @rule(man=men, process=processes, words=st.sampled_from(WORDS), held_up=st.sampled_from((False, False, True)))
    def types(self, man: int, process: int, words: str, held_up: bool) -> None:
        self.hands_in_or_holds_up(man, process, Typed(self.marked(words)), held_up)

    @rule(man=men, process=processes, words=st.sampled_from(WORDS), ago=st.sampled_from((9, 11, 59, 61)))
    def typed_a_while_ago(self, man: int, process: int, words: str, ago: int) -> None:
        him = self.men[man]
        arrival = him.does(Typed(self.marked(words)), self.clock(), timedelta(minutes=ago))
        self.comes(man, process, self.now_for(him, arrival))

    @rule(man=men, process=processes, held_up=st.booleans())
    def goes_straight_to_the_services(self, man: int, process: int, held_up: bool) -> None:
        self.commands(man, process, "start")
        for words in self.to_the_services:
            self.hands_in_or_holds_up(man, process, Typed(words), False)
        # What comes between the services and what he does about them.
        self.hands_in_or_holds_up(man, process, Typed(self.marked("{mark}")), held_up)

    @rule(man=men, process=processes)
    def types_as_much_as_a_message_takes(self, man: int, process: int) -> None:
        self.hands_in_or_holds_up(man, process, Typed((self.marked("{mark} ") * 400)[:4096]), False)

    @rule(man=men, process=processes, name=st.sampled_from(("start", "start", "privacy", "help", "exit")))
    def commands(self, man: int, process: int, name: Literal["start", "privacy", "help", "exit"]) -> None:
        # The web has no commands; there he taps what they do.
        on_the_web = {"start": "a", "privacy": "h", "help": "h", "exit": "x"}
        what = Tapped(on_the_web[name]) if self.men[man].on_the_web else Commanded(name)
        self.hands_in_or_holds_up(man, process, what, False)

    @rule(man=men, process=processes, which=st.integers(0, 30), held_up=st.sampled_from((False, False, False, True)))
    def taps_what_is_before_him(self, man: int, process: int, which: int, held_up: bool) -> None:
        buttons = self.men[man].buttons() or [("a", None)]
        # Every message has a button that leaves; he would not get far.
        others = [button for button in buttons if button[0] not in ("x", "h")]
        token, on = _one_of([*others, *buttons[-2:]], which)
        self.hands_in_or_holds_up(man, process, Tapped(token, on), held_up)

    taps_on = taps_what_is_before_him
    taps_on_and_on = taps_what_is_before_him

    @rule(man=men, process=processes, which=st.integers(0, 300))
    def taps_what_he_saw_before(self, man: int, process: int, which: int) -> None:
        token, on = _one_of(self.men[man].tokens or [("a", None)], which)
        self.hands_in_or_holds_up(man, process, Tapped(token, on), False)

    @rule(man=men, process=processes, token=st.sampled_from(FORGED), on=st.sampled_from((None, 1, 99_999)))
    def taps_what_was_never_there(self, man: int, process: int, token: str, on: int | None) -> None:
        self.hands_in_or_holds_up(man, process, Tapped(token, None if self.men[man].on_the_web else on), False)

    @rule(man=men, process=processes)
    def blocks_the_bot(self, man: int, process: int) -> None:
        him = self.men[man]
        if him.on_the_web or him.chat.is_gone:
            return
        him.chat.is_gone = True
        now = self.clock()
        self.run(self.world.processes[process].conversation.forget(him.address, him.chat, sent_at=now))
        self.run(self.shadow_is_forgotten(man))
        him.goes(now, now)
        self.nothing_is_kept_of(man)

    @rule(man=men)
    def lets_the_bot_in_again(self, man: int) -> None:
        self.men[man].chat.is_gone = False

    # --- what comes late, again or at once --------------------------------------------------------------------

    @rule(man=men, process=processes, which=st.integers(0, 9))
    def what_was_held_up_arrives(self, man: int, process: int, which: int) -> None:
        if held_up := self.men[man].held_up:
            self.comes(man, process, held_up.pop(which % len(held_up)))

    @rule(man=men, process=processes, which=st.integers(0, 99))
    def an_update_comes_again(self, man: int, process: int, which: int) -> None:
        him = self.men[man]
        if him.came:
            self.comes(man, process, self.now_for(him, _one_of(him.came, which)))

    @rule(man=men, words=st.sampled_from([words for words in WORDS if words not in EXIT_WORDS]))
    def an_update_comes_to_both_processes_at_once(self, man: int, words: str) -> None:
        him = self.men[man]
        arrival = him.does(Typed(self.marked(words)), self.clock())
        before, expected = len(him.chat.turns), self.expected(man, arrival)

        async def both() -> list[Taken]:
            return await asyncio.gather(*(rooms.conversation.take(arrival, him.chat) for rooms in self.world.processes))

        outcomes = self.run(both())
        self.checks(man, arrival, expected, outcomes[0] if outcomes[1] is Taken.REPEATED else outcomes[1], before)
        assert Taken.REPEATED in outcomes or outcomes == [Taken.SILENT, Taken.SILENT]

    @rule(which=st.lists(st.tuples(men, processes, st.sampled_from(WORDS)), min_size=2, unique_by=lambda one: one[0]))
    def several_men_write_at_once(self, which: list[tuple[int, int, str]]) -> None:
        arrivals = [self.men[man].does(Typed(self.marked(words)), self.clock()) for man, _, words in which]
        before = [len(self.men[man].chat.turns) for man, _, _ in which]
        expected = [self.expected(man, arrival) for (man, _, _), arrival in zip(which, arrivals, strict=True)]

        async def all_at_once() -> list[Taken]:
            return await asyncio.gather(
                *(
                    self.world.processes[process].conversation.take(arrival, self.men[man].chat)
                    for (man, process, _), arrival in zip(which, arrivals, strict=True)
                )
            )

        for one, outcome in enumerate(self.run(all_at_once())):
            self.checks(which[one][0], arrivals[one], expected[one], outcome, before[one])

    # --- what happens around them -----------------------------------------------------------------------------

    @rule(by=st.sampled_from((timedelta(minutes=1), *(timedelta(minutes=n) for n in (9, 11, 61, 130, 25 * 60)))))
    def time_goes_by(self, by: timedelta) -> None:
        self.clock.now += by
        for him in self.men:
            # Upstream nothing comes again after a day.
            him.came = [arrival for arrival in him.came if self.came_at[arrival] > self.clock() - timedelta(hours=22)]

    @rule(process=processes)
    def it_is_swept(self, process: int) -> None:
        self.run(self.world.processes[process].conversation.sweep())

    @rule(process=processes)
    def a_process_begins_again(self, process: int) -> None:
        self.run(self.world.begin_again(process))

    @precondition(lambda self: self.sources)
    @rule(process=processes)
    def an_editor_publishes(self, process: int) -> None:
        rooms = self.world.processes[process]
        source = next(each for each in self.sources if each.digest != rooms.book.digest)
        report = self.run(publishing(rooms, self.clock).publish(source, request(finish_old=True)))
        assert not report.refused, report.findings
        self.run(self.world.take_up())

    @rule(process=processes, service=st.sampled_from(sorted(SERVICES)))
    def a_service_is_suspended(self, process: int, service: str) -> None:
        rooms = self.world.processes[process]
        self.run(rooms.directory.suspend(service, at=self.clock(), who="A Steward", why="a test"))
        self.suspended.add(service)

    @rule(man=men, process=processes, service=st.sampled_from(sorted(SERVICES)))
    def a_service_is_suspended_while_he_looks_at_it(self, man: int, process: int, service: str) -> None:
        self.goes_straight_to_the_services(man, process, held_up=False)
        self.a_service_is_suspended(process, service)
        self.hands_in_or_holds_up(man, process, Tapped(f"m.{service}"), False)

    @rule(man=men, process=processes, words=st.sampled_from(WORDS), moment=st.integers(1, 8))
    def the_store_fails_once(self, man: int, process: int, words: str, moment: int) -> None:
        him, rooms = self.men[man], self.world.processes[process]
        arrival = him.does(Typed(self.marked(words)), self.clock())
        before, moments = len(him.chat.turns), Moments(moment)
        outcome: Taken | None = None
        with moments.in_stores(*SESSIONS):
            try:
                outcome = self.run(rooms.conversation.take(arrival, him.chat))
            except NotSent:
                him.held_up.append(arrival)
        # A lane that could not be given back is free again by then, and who left is forgotten when the store is back.
        self.clock.now += WAITS
        self.run(rooms.conversation.sweep())
        self.settles_after_a_failure(man, arrival, outcome, before)

    # --- what must hold -----------------------------------------------------------------------------------------

    def marked(self, words: str) -> str:
        self.words += 1
        return words.format(mark=f"{MARK}{self.words}") if "{" in words else words

    def unmarked(self, words: str) -> str:
        return re.sub(rf"{MARK}\d+", "{mark}", words)

    @initialize()
    def nobody_has_come_yet(self) -> None:
        self.came_at: dict[Arrival, Any] = {}

    def now_for(self, him: Man, arrival: Arrival) -> Arrival:
        """The web has no time of its own: what comes from there was sent now."""
        return replace(arrival, sent_at=self.clock()) if him.on_the_web else arrival

    def hands_in_or_holds_up(self, man: int, process: int, what: Typed | Tapped | Commanded, held_up: bool) -> None:
        him = self.men[man]
        arrival = him.does(what, self.clock())
        self.clock.forward(seconds=1)
        if held_up and not him.on_the_web:
            him.held_up.append(arrival)
        else:
            self.comes(man, process, self.now_for(him, arrival))

    def comes(self, man: int, process: int, arrival: Arrival) -> None:
        """An arrival is taken, and everything that must hold of it is looked at."""
        him, now = self.men[man], self.clock()
        before, expected = len(him.chat.turns), self.expected(man, arrival)
        session = self.run(self.session_of(man))
        out_of_date = isinstance(arrival.what, Tapped) and him.is_out_of_date(arrival.what.token)
        outcome = self.run(self.world.processes[process].conversation.take(arrival, him.chat))
        self.checks(man, arrival, expected, outcome, before)
        if session is not None and outcome is Taken.ANSWERED and arrival.age(now) <= LATE_AFTER:
            idle = now - session.last_turn > LATE_AFTER
            if idle and isinstance(arrival.what, Typed) and self.unmarked(arrival.what.text) not in FIRST_NUMBERS:
                assert "OK to chat now?" in him.chat.turns[-1].messages[0].body
            if out_of_date:
                self.stands_as_before(session, self.run(self.session_of(man)))

    def stands_as_before(self, before: Session, after: Session | None) -> None:
        """Nothing was answered: he stands at the same step, with the same answers, or in another version."""
        assert after is not None
        was, now_is = State.from_bytes(before.state), State.from_bytes(after.state)
        assert (was.places, was.answers) == (now_is.places, now_is.answers) or before.version != after.version

    async def session_of(self, man: int) -> Session | None:
        address = self.men[man].address
        return (await self.world.processes[0].sessions.find(address, self.clock()))[0]

    def expected(self, man: int, arrival: Arrival) -> Taken:
        him = self.men[man]
        has_session = self.run(self.stands(man, shadow=True)) is not None
        return him.outcome(arrival, self.clock(), has_session=has_session)

    def checks(self, man: int, arrival: Arrival, expected: Taken, outcome: Taken, before: int) -> None:
        him = self.men[man]
        self.came(him, arrival)
        told = him.chat.turns[before:]
        if expected is Taken.ANSWERED and outcome is Taken.SILENT:
            assert isinstance(arrival.what, Tapped), "only a second tap is met with silence"
            assert not told
        else:
            assert outcome is expected
            assert [turn.kind for turn in told] == him.kinds(arrival, expected, self.clock())
        self.told_well(man, arrival, told)
        if outcome is not Taken.REPEATED:
            self.shadow_does_the_same(man, arrival, outcome, before)
        if outcome is not Taken.REPEATED:
            # What gets no answer is remembered too: it gets none when it comes again either.
            assert arrival.update is not None
            him.taken[arrival.update] = self.clock()
        if outcome is Taken.LEFT:
            him.goes(self.clock(), arrival.sent_at or self.clock())
            self.nothing_is_kept_of(man)
        elif him.chat.is_gone and outcome is Taken.SILENT and arrival.age(self.clock()) <= timedelta(hours=1):
            him.goes(self.clock(), arrival.sent_at or self.clock())
        assert self.run(self.stands(man)) == self.run(self.stands(man, shadow=True))

    def came(self, him: Man, arrival: Arrival) -> None:
        if arrival.update not in {each.update for each in him.came}:
            him.came.append(arrival)
            self.came_at[arrival] = self.clock()

    def told_well(self, man: int, arrival: Arrival, told: Sequence[Turn]) -> None:
        """Every turn carries the helpline and the way out, nobody's words, and no service that is suspended."""
        names = {SERVICES[service] for service in self.suspended}
        for turn in told:
            for message in turn.messages:
                assert MARK not in message.text
                tokens = {button.token for row in message.rows for button in row}
                assert "x" in tokens or turn.kind == "left"
                assert HELPLINE in message.text or turn.kind != "full"
                assert not message.card or not any(name in message.text for name in names)
                self.men[man].tokens += [(token, None) for token in sorted(tokens - {"x"})]
        if isinstance(arrival.what, Typed) and [turn.kind for turn in told] == ["full"]:
            assert FIRST_NUMBERS.get(self.unmarked(arrival.what.text), "") in told[0].messages[0].body

    async def stands(self, man: int, *, shadow: bool = False) -> object:
        """Where a man stands: in the stores that all share, or in his shadow's."""
        address = self.men[man].address
        sessions = (await self.world.shadow_of(address))[0] if shadow else self.world.processes[0].sessions
        return kept_of((await sessions.find(address, self.clock()))[0])

    def shadow_does_the_same(self, man: int, arrival: Arrival, outcome: Taken, before: int) -> None:
        him, shadow = self.men[man], self.shadows[man]
        shadow.turns.clear()
        shadow.ids[:] = him.chat.sent[before:]

        async def take() -> Taken:
            _, conversation = await self.world.shadow_of(him.address)
            return await conversation.take(arrival, shadow)

        assert self.run(take()) is outcome
        assert shadow.turns == him.chat.turns[before:]

    async def shadow_is_forgotten(self, man: int) -> None:
        him = self.men[man]
        _, conversation = await self.world.shadow_of(him.address)
        await conversation.forget(him.address, self.shadows[man], sent_at=self.clock())

    def settles_after_a_failure(self, man: int, arrival: Arrival, outcome: Taken | None, before: int) -> None:
        """Whether it was taken or not is for the store to say; what must hold is that it was one or the other."""
        him = self.men[man]
        assert arrival.update is not None
        told = him.chat.turns[before:]
        self.told_well(man, arrival, told)
        assert told or outcome is None or him.chat.is_gone or outcome is Taken.SILENT
        taken = self.run(self.world.processes[0].sessions.taken(him.address, arrival.update))
        if taken:
            him.taken[arrival.update] = self.clock()
        else:
            him.unkept.update(range(before, len(him.chat.turns)))
        # His shadow does it at the time at which he did.
        self.clock.now -= WAITS
        if outcome is Taken.LEFT:
            him.goes(self.clock(), arrival.sent_at or self.clock())
            self.run(self.shadow_is_forgotten(man))
        elif taken:
            self.shadow_does_the_same_though_more_was_said(man, arrival, before)
        self.clock.now += WAITS
        if outcome is Taken.LEFT:
            self.nothing_is_kept_of(man)
        him.lost |= him.chat.standing.keys()
        assert self.run(self.stands(man)) == self.run(self.stands(man, shadow=True))

    def shadow_does_the_same_though_more_was_said(self, man: int, arrival: Arrival, before: int) -> None:
        him, shadow = self.men[man], self.shadows[man]
        shadow.turns.clear()
        shadow.ids[:] = him.chat.sent[before:]

        async def take() -> Taken:
            _, conversation = await self.world.shadow_of(him.address)
            return await conversation.take(arrival, shadow)

        self.run(take())
        assert shadow.turns == him.chat.turns[before:][: len(shadow.turns)]

    def nothing_is_kept_of(self, man: int) -> None:
        """He left: no session, no trace, and nothing in his chat."""
        him = self.men[man]
        for rooms in self.world.processes:
            assert self.run(rooms.sessions.find(him.address, self.clock())) == (None, ())
        assert him.stands() == []

    def everybody_leaves_and_nothing_is_kept(self) -> None:
        self.clock.forward(seconds=1)
        for man, him in enumerate(self.men):
            him.chat.is_gone = False
            self.comes(man, man % PROCESSES, him.does(Tapped("x"), self.clock()))
        for path in sorted(self.world.folder.rglob("*")):
            content = path.read_bytes() if path.is_file() else b""
            for word in (MARK, *(chat for _, chat in CHATS)):
                assert word.encode() not in content, f"{word} in {path.name}"


SHIPPED = shipped_with()
REWORDED = shipped_with(says("main", "need", "What would help you most?"))


class WithTheShippedConversations(WholeTurn):
    flows = None
    sources = (REWORDED, SHIPPED)
    to_the_services = ("yes", "talk to someone", "leeds")


class WithASmallConversation(WholeTurn):
    flows = Path(__file__).with_name("small.yaml")
    to_the_services = ("talk to someone", "leeds")


def test_whatever_happens_the_shipped_conversations_keep_their_promises() -> None:
    run_state_machine_as_test(WithTheShippedConversations, settings=examples(7, steps=50))


def test_whatever_happens_a_small_conversation_keeps_its_promises() -> None:
    run_state_machine_as_test(WithASmallConversation, settings=examples(8, steps=50))
