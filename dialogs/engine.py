"""step(book, state, given) -> the next state, what is said, and perhaps a request.

Pure and table driven: no clock, no files, no chance. When the engine needs the world it returns a request
(where is this, which services fit, tell me more of one) and the caller steps again with the answer. A turn
that cannot be worked out raises EngineError; it never slides into another branch.
"""

from __future__ import annotations

from collections.abc import Mapping

from dialogs import moves
from dialogs.book import Book
from dialogs.exchange import (
    AreaChoice,
    Begin,
    Card,
    Describe,
    Described,
    Detail,
    EngineError,
    Find,
    Found,
    Given,
    Interrupt,
    Line,
    Locate,
    Located,
    Pick,
    Reply,
    Report,
    Reported,
    Request,
    Show,
    Step,
    Words,
)
from dialogs.languages import SOURCE_LANGUAGE
from dialogs.pieces import Option, Place, StateError, way_back
from dialogs.reading import RETURN
from dialogs.rendering import area_options, card_piece
from dialogs.spans import Ref
from dialogs.standing import IN
from dialogs.state import State, answered, lengthened, services
from dialogs.steps import Ask
from dialogs.steps import Find as FindStep
from dialogs.steps import Locate as LocateStep
from dialogs.steps import Report as ReportStep
from dialogs.steps.find import AREA, WIDER
from dialogs.tables import Fork, Question, Tables
from dialogs.telling import Telling


def step(
    book: Book,
    state: State,
    given: Given,
    *,
    lifelines: Mapping[str, str],
    channel: str = "telegram",
) -> Step:
    """One step of the conversation.

    `lifelines` has the worded line of every lifeline that texts may name, "helpline" among them. Raises
    EngineError when the flow or the state cannot be stepped; the state given is untouched then.
    """
    # A language that is no longer offered is read in the one that the flows are written in.
    spoken = book.tongues.get(state.language, book)
    if isinstance(given, Pick):
        taken = _straight_on(spoken.tables, state, given.option, lifelines, channel)
        if taken is not None:
            return taken
    return _Turn(book, spoken, state, lifelines, channel).take(given)


def _straight_on(tables: Tables, state: State, option: str, lifelines: Mapping[str, str], channel: str) -> Step | None:
    """The turn that nearly all turns are: an option answers the question and leads to another of the same flow, with
    at most branches on the way. None for any other turn.

    By the tables alone, and so many times faster than _Turn, which comes to the same.
    """
    places, answers, trail, serial, offered, found, _, language, shown, told = state
    question = tables.at.get(places[-1])
    if offered or not isinstance(question, Question) or (way := question.ways.get(option)) is None:
        return None
    name, given, place = way
    before, answers = answered(answers, name, given) if name else ((), answers)
    at = tables.at.get(place)
    if isinstance(at, Fork):
        place = tables.beyond(at, answers, channel)
        at = tables.at.get(place)
    if not isinstance(at, Question):
        return None
    trail = lengthened(trail, way_back(places, name, before))
    after = State((*places[:-1], place), answers, trail, serial + 1, (), found, False, language, shown, told)
    return Step(after.bounded(tables.widest, tables.deepest), at.asked(lifelines, back=True))


class _Turn(Telling):
    """One step in the making: what was given is taken, and what follows is worked out."""

    def take(self, given: Given) -> Step:
        match given:
            case Begin():
                self.restart(self.state.serial + 1)
            case Show(again=again):
                return self.show(again=again)
            case Detail() | Described():
                return self.describe(given)
            case Found():
                self.found(given)
            case Located():
                self.located(given)
            case Reported():
                self.reported()
            case Interrupt(label=label):
                self.next_turn()
                self.interrupt(label)
            case Pick(option=option):
                self.next_turn()
                self.pick(option)
            case Words(text=text, thanked=thanked):
                meant = self.meaning(text)
                if meant.option is not None:
                    # Typed words do what the tap would.
                    return step(
                        self.written, self.state, Pick(meant.option), lifelines=self.lifelines, channel=self.channel
                    )
                self.next_turn()
                self.hear(text, meant, thanked=thanked)
        tables = self.book.tables
        return self.end(self.state.bounded(tables.widest, tables.deepest))

    # --- what was given -----------------------------------------------------------------------------------

    def next_turn(self) -> None:
        self.state = self.state._replace(serial=self.state.serial + 1, cards=False)

    def show(self, *, again: bool) -> Step:
        """The present question. At a step that does not wait (a stranger's first) the steps from there on."""
        before = self.state
        if again and before.cards and before.found and before.found.flow == before.place.flow:
            self.state = before._replace(places=(*before.places[:-1], before.found))
        self.settle()
        return self.end(before if self.request is None else self.state)

    def pick(self, option: str) -> None:
        at = self.here()
        if isinstance(at, ReportStep) and self.said_which(at, option):
            return
        if option == "_restart":
            self.restart(self.state.serial)
        elif option == "_none" and self.state.offered:
            # The guess was wrong: the question as it was asked, with all it offers.
            self.state = self.state._replace(offered=())
            self.settle()
        elif option == "_back" and self.state.trail:
            self.state = moves.back(self.state)
            self.settle()
        elif option == RETURN and self.came_from_interrupt():
            self.go(Ref(RETURN, at.span))
            self.settle()
        elif option.startswith(IN):
            self.speak(option.removeprefix(IN))
        elif isinstance(at, Ask | LocateStep):
            self.pick_at_question(at, option)
        else:
            self.settle()

    def pick_at_question(self, at: Ask | LocateStep, option: str) -> None:
        choice = next((choice for choice in at.options if choice.id == option), None)
        if option == "_skip" and at.skip:
            if isinstance(at, ReportStep):
                self.ask_anew()
            self.leave(at, (), at.skip)
        elif option == "_why" and at.why:
            self.say(at.why)
            self.settle()
        elif choice is not None and isinstance(at, Ask) and at.many:
            self.tick(at, {choice.id} ^ set(self.state.place.ticks))
        elif choice is not None and isinstance(at, ReportStep) and choice.saves:
            self.tell(at, choice)
        elif choice is not None:
            self.choose(at, choice)
        elif option == "_done" and isinstance(at, Ask) and at.many:
            ticks = self.state.place.ticks
            # Done with nothing ticked is a way of saying that none of them fits.
            self.leave(at, ticks, at.go if ticks else at.skip or at.go)
        elif isinstance(at, LocateStep) and any(option == offered.id for offered in self.state.offered):
            self.leave(at, (option,), at.go)
        else:
            self.settle()

    def located(self, given: Located) -> None:
        at = self.here()
        if not isinstance(at, LocateStep):
            raise EngineError("a place was found that nobody asked for", self.state.place)
        if given.outcome == "area":
            self.leave(at, (given.areas[0].code,), at.go)
        elif given.outcome == "choose":
            self.state = self.state._replace(offered=area_options(given.areas))
            self.settle()
        else:
            # The text says what else he can try, so it stands in the question's place.
            self.state = self.state._replace(offered=())
            self.say(at.unknown, at.first, self.rows(at))

    def found(self, given: Found) -> None:
        at = self.here()
        if not isinstance(at, FindStep):
            raise EngineError("services were found that nobody asked for", self.state.place)
        texts = {
            "found": at.found,
            "widened": at.widened,
            "none": at.none,
            "unavailable": at.unavailable,
        }
        everywhere = self.book.words.everywhere
        areas = {AREA: given.area_name or everywhere, WIDER: given.widened_to or everywhere}
        self.say(texts[given.outcome], at.first, more=areas)
        self.pieces.extend(card_piece(card, at, self.state, whole=False) for card in given.cards)
        shown = services([(card.service_id, card.name) for card in given.cards])
        self.state = self.state._replace(found=self.state.place, cards=True, shown=shown)
        self.go(at.go)
        self.settle()

    def describe(self, given: Detail | Described) -> Step:
        """More about a service. The question that stands under the cards stays as it is."""
        find = self.find_step()
        if find is None:
            return self.show(again=False)
        if isinstance(given, Detail):
            self.request = Describe(given.service_id, self.find_request(find))
        elif given.card is None:
            self.say(find.gone or find.unavailable, more={AREA: self.book.words.everywhere})
        else:
            self.pieces.append(card_piece(given.card, find, self.state, whole=True))
        return self.end(self.state)

    def find_step(self) -> FindStep | None:
        """The step that words the card: the last one he passed, or the first there is (an old card's)."""
        if self.state.found is not None:
            at = self.book.step(self.state.found.flow, self.state.found.step)
            if isinstance(at, FindStep):
                return at
        flows = (self.book.flows[self.book.start], *self.book.flows.values())
        return next((s for flow in flows for s in flow.steps.values() if isinstance(s, FindStep)), None)

    # --- moving -------------------------------------------------------------------------------------------

    def restart(self, serial: int) -> None:
        start = State.at_start(self.book)
        # What he said of services he has said, however often he starts again: few are passed on in one chat.
        self.state = State(start.places, serial=serial, language=self.state.language, told=self.state.told)
        self.settle()

    def speak(self, language: str) -> None:
        """Go on in another language. At the very first question all that came before it is said again."""
        anew = self.at_first() and not self.state.answers and not self.state.offered
        if language in self.written.tongues or language == SOURCE_LANGUAGE:
            self.state = self.state._replace(language=language if language in self.written.tongues else "")
            self.book = self.written.tongues.get(language, self.written)
        if anew:
            self.restart(self.state.serial)
        else:
            self.settle()

    def interrupt(self, label: str) -> None:
        flow = self.book.interrupts.get(label)
        if flow is None:
            raise EngineError(f"no flow answers `{label}`", self.state.place)
        calm = moves.out_of_interrupts(self.state, self.book)
        self.state = moves.into(moves.interrupted(calm), flow, self.book)
        self.settle()

    def leave(self, at: Ask | LocateStep, values: tuple[str, ...], target: Ref) -> None:
        """Answer a question, or skip it, and go on."""
        self.state = moves.noted(self.state, at.save.name)
        if at.save:
            self.state = self.state.with_answer(at.save.name, values)
        self.go(target)
        self.settle()

    def came_from_interrupt(self) -> bool:
        return len(self.state.places) > 1 and self.state.place.flow in self.book.interrupts.values()


__all__ = [
    "AreaChoice",
    "Begin",
    "Card",
    "Describe",
    "Described",
    "Detail",
    "EngineError",
    "Find",
    "Found",
    "Given",
    "Interrupt",
    "Line",
    "Locate",
    "Located",
    "Option",
    "Pick",
    "Place",
    "Reply",
    "Report",
    "Reported",
    "Request",
    "Show",
    "State",
    "StateError",
    "Step",
    "Words",
    "step",
]
