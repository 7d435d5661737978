"""Plays a rehearsal on the real engine, and tells where it goes another way than was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from dialogs.book import Book
from dialogs.engine import AreaChoice, Described, EngineError, Find, Given, Locate, Pick, Step, Words, step
from dialogs.findings import closest, listed
from dialogs.rehearsal.coverage import Coverage
from dialogs.rehearsal.script import GONE, Act, Rehearsal, Turn
from dialogs.rehearsal.updating import Edit, nearest
from dialogs.simulator import NotOffered, Outcome, SimulationError, Simulator
from dialogs.spans import Ref, Span
from dialogs.steps import Ask, Choice
from dialogs.steps import Locate as LocateStep

# What can be tapped, and so typed, at every question.
_CONTROLS = ("_skip", "_why", "_back", "_done", "_none", "_restart", "_return")
_LONGEST_SHOWN = 280
_WIDER = "a larger area"


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the conversation goes another way. `edit` would make the rehearsal agree with it."""

    code: str
    span: Span
    message: str
    hint: str = ""
    edit: Edit | None = None


@dataclass
class _Player(Simulator):
    """A simulator that notes what each turn comes to."""

    coverage: Coverage = field(kw_only=True)
    given: Given = field(init=False)

    def gives(self, given: Given) -> Step:
        before = self.state
        self.given = given
        taken = self._taken_for(given)
        stepped = super().gives(given)
        self.coverage.note(before, taken, stepped, self.channel)
        return stepped

    def _taken_for(self, given: Given) -> Given:
        """What typed words were taken for: the tap that would have led to exactly the same."""
        if not isinstance(given, Words):
            return given
        place = self.state.place
        at = self.book.step(place.flow, place.step)
        options = [choice.id for choice in at.options] if isinstance(at, Ask | LocateStep) else []
        came = self._would(given)
        if came is None or isinstance(came.request, Locate):
            return given
        return next((pick for pick in map(Pick, (*options, *_CONTROLS)) if self._would(pick) == came), given)

    def _would(self, given: Given) -> Step | None:
        try:
            return step(self.book, self.state, given, lifelines=self.lifelines, channel=self.channel)
        except EngineError:
            return None


def play(book: Book, rehearsal: Rehearsal, lifelines: Mapping[str, str], coverage: Coverage) -> tuple[Failure, ...]:
    """Every place where the conversation goes another way than was written.

    After something that cannot be done (a button that is not there) nothing further is played: what follows would
    fail for no reason of its own.
    """
    return tuple(_played(book, rehearsal, lifelines, coverage))


def _played(book: Book, rehearsal: Rehearsal, lifelines: Mapping[str, str], coverage: Coverage) -> Iterator[Failure]:
    language = rehearsal.language
    if language and language.name not in book.tongues:
        offered = f"Offered are: {listed(book.tongues)}." if book.tongues else "No other language is offered."
        yield Failure("F302", language.span, f"The conversation is not offered in `{language.name}`.", offered)
        return
    names = {choice.id: choice.label for choice in _areas(book)}
    place = rehearsal.span
    try:
        man = _Player(book, lifelines, rehearsal.channel, language.name, coverage=coverage)
        for number, turn in enumerate(rehearsal.turns, start=1):
            place = turn.span
            next_act = rehearsal.turns[number].act if number < len(rehearsal.turns) else None
            undone = _done(man, turn.act, next_act, names) if turn.act is not None else None
            undone = undone or _unanswered(man, next_act, place)
            if undone is not None:
                yield undone
                return
            yield from _seen(man, turn)
    except EngineError as error:
        yield Failure("F317", place, f"The conversation breaks off: {error}.")


def _areas(book: Book) -> Iterator[Choice]:
    for flow in book.flows.values():
        for at in flow.steps.values():
            if isinstance(at, LocateStep):
                yield from at.options


# --- What happens -----------------------------------------------------------------------------------------


def _done(man: _Player, act: Act, following: Act | None, names: dict[str, str]) -> Failure | None:
    """Let one thing happen. The failure when it cannot."""
    try:
        match act.kind:
            case "taps":
                if following is not None and following.kind == "services" and following.value == GONE:
                    man.withdrawn()
                man.taps(act.value)
            case "types":
                man.types(act.value)
            case "danger":
                man.danger(act.value)
            case "place":
                names.update({area.code: area.name for area in act.areas})
                man.located(*(AreaChoice(area.code, area.name, None, area.beyond or None) for area in act.areas))
            case "services":
                _services(man, act.value, names)
    except NotOffered as error:
        likely = closest(act.value, error.offered)
        offered = f"On offer at {man.at}: {listed(error.offered)}." if error.offered else "There are no buttons."
        hint = f"Did you mean `{likely}`? {offered}" if likely else offered
        return Failure("F314", act.span, f"He cannot tap `{act.value}`.", hint)
    except SimulationError as error:
        return Failure("F316" if act.kind == "danger" else "F315", act.span, str(error))
    return None


def _services(man: _Player, outcome: str, names: Mapping[str, str]) -> None:
    """The directory answers. That a service is gone was told already, when he asked for more of it."""
    if outcome == GONE:
        if not isinstance(man.given, Described) or man.given.card is not None:
            raise SimulationError(f"He has not asked for more about a service at {man.at}.")
        return
    request = man.last.request
    area = names.get(request.area or "", "") if isinstance(request, Find) else ""
    man.finds(cast(Outcome, outcome), 2, area=area, wider=_WIDER if outcome == "widened" else "")


def _unanswered(man: _Player, following: Act | None, place: Span) -> Failure | None:
    """The failure when the map or the directory is asked, and the rehearsal does not say what it answers."""
    kinds = {Locate: ("place", "where the place is that he typed"), Find: ("services", "which services there are")}
    for request, (kind, named) in kinds.items():
        if isinstance(man.last.request, request) and (following is None or following.kind != kind):
            example = "place: {E08000035: Leeds}" if kind == "place" else "services: found"
            hint = f"Let the next turn be `- {example}`, or the like."
            return Failure("F315", place, f"At {man.at} the conversation has to be told {named}.", hint)
    return None


# --- What he sees -----------------------------------------------------------------------------------------


def _seen(man: _Player, turn: Turn) -> Iterator[Failure]:
    said = man.text
    shown = f"At {man.at} he reads: {_short(said)}"
    for words in turn.reads:
        if _plain(words.name) not in _plain(said):
            edit = Edit(words.span, nearest(words.name, said)) if said else None
            yield Failure("F310", words.span, f"He does not read `{_line(words)}`.", shown, edit)
    for words in turn.unread:
        if _plain(words.name) in _plain("\n".join((said, *man.offered))):
            yield Failure("F311", words.span, f"He reads `{_line(words)}`, or it is on a button.", shown)
    yield from _offered(man, turn.offered)
    if turn.at and turn.at.name != man.at:
        yield Failure(
            "F313", turn.at.span, f"He is at `{man.at}`, not at `{turn.at.name}`.", "", Edit(turn.at.span, man.at)
        )


def _offered(man: _Player, labels: Sequence[Ref]) -> Iterator[Failure]:
    there = {_plain(label) for label in man.offered}
    free = [label for label in man.offered if _plain(label) not in {_plain(ref.name) for ref in labels}]
    for ref in labels:
        if _plain(ref.name) not in there:
            likely = closest(ref.name, free) or next(iter(free), "")
            if likely:
                free.remove(likely)
            buttons = f"On offer at {man.at}: {listed(man.offered)}." if man.offered else "There are no buttons."
            edit = Edit(ref.span, likely) if likely else None
            yield Failure("F312", ref.span, f"`{ref.name}` is not on offer.", buttons, edit)


def _plain(text: str) -> str:
    """Words as they are compared: whatever the case, the line breaks and the kind of apostrophe."""
    return " ".join(text.replace("\u2019", "'").casefold().split())


def _line(words: Ref) -> str:
    return " ".join(words.name.split())


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN].rpartition(" ")[0] + " ..."
