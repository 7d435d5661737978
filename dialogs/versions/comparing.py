"""What a new version means for those who are in the middle of the old one: who can be carried, and who cannot.

Both versions have been walked. For every stack of steps that people can stand on in the old one, over every state
that is proven possible there, it is decided whether they can go on in the new one: the steps are there, the question
takes the same kind of answer, what they answered is known, and from there the new version is as safe as from its
beginning. Those standing there now are only counted: people keep arriving until the switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dialogs.book import Book
from dialogs.known import Known
from dialogs.proof import NOT_ANSWERED, WHERE_HE_WAS, Graph, Node, Proof
from dialogs.proof.model import Where
from dialogs.spans import Span
from dialogs.steps import Ask, End, Find, Locate, Step
from dialogs.steps.parts import AnswerList
from dialogs.versions.carrying import Moves, Passage, Places, where_as_word
from dialogs.versions.meeting import Meeting, unsound_for

_Values = Mapping[str, AnswerList]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the conversations, and what walking it found."""

    book: Book
    proof: Proof


@dataclass(frozen=True, slots=True)
class Objection:
    """Why people on some stacks of the old version cannot be carried, and the shortest way to stand there.

    `span` points into the new version, and the last of each of `stacks` is where those people are. There is none
    where a move itself is wrong.
    """

    code: str
    span: Span
    message: str
    hint: str
    replay: tuple[str, ...] | None = None
    stacks: frozenset[Places] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How people are carried from one version to another, and what speaks against it."""

    passage: Passage
    objections: tuple[Objection, ...]

    def against(self, places: Places) -> Objection | None:
        """Why people who stand there are not carried; None when they are, or when nobody can stand there."""
        stacks = {stack for reading in self.passage.readings(places) for stack in reading}
        return next((objection for objection in self.objections if objection.stacks & stacks), None)


def compare(old: Version, new: Version, known: Known, moves: Moves) -> Comparison:
    """What becomes of everybody who can be in the middle of `old` when `new` takes its place.

    `known` is what the new version was checked against, `moves` the editor's word for where people go on.
    """
    comparing = _Comparing(old, new, known, moves)
    passage = comparing.passage()
    return Comparison(passage, tuple(comparing.objections.values()))


@dataclass(slots=True)
class _Comparing:
    old: Version
    new: Version
    known: Known
    moves: Moves
    objections: dict[tuple[str, str], Objection] = field(default_factory=dict)
    answers: tuple[_Values, _Values] = field(init=False)

    def __post_init__(self) -> None:
        self.answers = _answers(self.old.book), _answers(self.new.book)

    def passage(self) -> Passage:
        self._check_moves()
        book, graph = self.old.book, self.old.proof.graph
        stacks = self._stacks(graph)
        fitting = {stack: nodes for stack, nodes in stacks.items() if self._fits(stack, nodes)}
        unsafe = self._unsafe(fitting)
        carried = frozenset(fitting) - unsafe
        start = (book.start, book.flows[book.start].first_step.name)
        return Passage(
            carried=carried,
            left=frozenset(stacks) - carried,
            moves=self.moves,
            anew=frozenset(where for where in {stack[-1] for stack in carried} if self._asks_anew(where)),
            answering=frozenset(book.interrupts.values()),
            # Whoever waits at the first step stands on it; otherwise only those stand there who start afresh.
            start=() if self._old_step(start).waits else (start,),
        )

    # --- where people can stand -------------------------------------------------------------------------------

    def _stacks(self, graph: Graph) -> Mapping[Places, list[Node]]:
        """The stacks that a session can hold, with their states: those at which he is asked something, has come to an
        end, or was shown services that he can be shown again."""
        stacks: dict[Places, list[Node]] = {}
        for node in graph.nodes:
            top = node.places[-1]
            if top != WHERE_HE_WAS and isinstance(self._old_step(top), Ask | Locate | End | Find):
                stacks.setdefault(node.places, []).append(node)
        return stacks

    def _old_step(self, where: Where) -> Step:
        return self.old.book.flows[where[0]].steps[where[1]]

    def _new_step(self, where: Where) -> Step | None:
        return self.new.book.step(*self.moves.get(where, where))

    # --- whether they can go on -------------------------------------------------------------------------------

    def _fits(self, stack: Places, nodes: Sequence[Node]) -> bool:
        """Whether the steps are there, ask for the same kind of answer, and what was answered is known."""
        for where in stack:
            if where != WHERE_HE_WAS and self._new_step(where) is None:
                message = f"`{where_as_word(where)}` is not in the new version."
                self._object("F270", self._file_of(where), message, stack, nodes, where)
                return False
        top = stack[-1]
        if top in self.moves:
            # The editor's word is that they are asked another question, with what the new version knows of them.
            return True
        before, now = self._old_step(top), self.new.book.flows[top[0]].steps[top[1]]
        if _kind(before) != _kind(now):
            message = f"`{where_as_word(top)}` was {_kind(before)}; in the new version it is {_kind(now)}."
            self._object("F271", now.span, message, stack, nodes, top)
            return False
        for name, values in self._unknown(nodes):
            told = f"can be `{values[0]}`" if values else "can be answered"
            having = [node for node in nodes if dict(node.values).get(name)]
            message = f"`{name}` {told} where they are and is still needed; the new version does not know that."
            self._object("F272", self._file_of(top), message, stack, having)
            return False
        return True

    def _unknown(self, nodes: Sequence[Node]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The answers that are still to be read in the old version and that the new one does not take as they are."""
        old, new = self.answers
        read = {name: None for node in nodes for name, cell in node.values if cell != NOT_ANSWERED and name in old}
        for name in read:
            before, now = old[name].values, new[name].values if name in new else ()
            if name not in new or (before is None) != (now is None):
                yield name, ()
            elif before is not None and now is not None and (lost := tuple(v for v in before if v not in now)):
                yield name, lost

    def _unsafe(self, fitting: Mapping[Places, Sequence[Node]]) -> frozenset[Places]:
        """The stacks from which the new version breaks a rule that it keeps from its beginning."""
        meeting = Meeting(self.old.book, self.new.book, self.moves)
        standing = {
            stack: dict.fromkeys(there for node in nodes for there in meeting.nodes(node))
            for stack, nodes in fitting.items()
        }
        faults = unsound_for(self.new.book, self.known, self.new.proof, standing)
        for stack, fault in faults.items():
            message = f"For them the new version is not sound, by {fault.code}: {fault.message}"
            self._object("F273", fault.span, message, stack, fitting[stack])
        return frozenset(faults)

    def _asks_anew(self, where: Where) -> bool:
        """Whether the question there is another, so that his next tap or words must not be taken for its answer."""
        old, new = self.old.book, self.new.book
        # He reads it in his own language, and goes on in that one as long as it is offered.
        tongues = [(old.tongues[code], new.tongues.get(code, new)) for code in old.tongues]
        there = self.moves.get(where, where)
        return any(
            _is_another(before.flows[where[0]].steps[where[1]], now.step(*there), moved=where in self.moves)
            for before, now in ((old, new), *tongues)
        )

    # --- what speaks against it -------------------------------------------------------------------------------

    def _check_moves(self) -> None:
        for start, end in self.moves.items():
            step = self.new.book.step(*end)
            move = f"{where_as_word(start)}={where_as_word(end)}"
            at = Span.of_file(self.new.book.flows[self.new.book.start].span.file)
            if self.old.book.step(*start) is None:
                message = f"The move `{move}` begins at a step that the old version does not have."
                self.objections["F274", move] = Objection("F274", at, message, "Name a step that people stand on now.")
            elif step is None or not step.waits:
                message = f"The move `{move}` leads to no step of the new version where people can stand."
                hint = "Name a question or an end of the new version."
                self.objections["F274", move] = Objection("F274", at, message, hint)

    def _object(
        self, code: str, at: Span, message: str, stack: Places, nodes: Sequence[Node], move: Where | None = None
    ) -> None:
        """One objection for each reason, however many stacks it holds for. `move`: the step that needs a move."""
        if isinstance(self._old_step(stack[-1]), Find):
            # Nobody waits there. Only the services that he was shown cannot be shown to him again.
            return
        replays = self.old.proof.graph.nodes
        replay = min((replays[node] for node in nodes), key=len)
        known = self.objections.get((code, message))
        if known is not None:
            replay = min(known.replay or replay, replay, key=len)
            self.objections[code, message] = replace(known, stacks=known.stacks | {stack}, replay=replay)
            return
        start = "FLOW/STEP" if move is None else where_as_word(move)
        hint = (
            f"Say where they go on, `--move {start}=FLOW/STEP`, or let them finish on the old version, `--finish-old`."
        )
        self.objections[code, message] = Objection(code, at, message, hint, replay, frozenset({stack}))

    def _file_of(self, where: Where) -> Span:
        """The flow that lacks the step, as far as the new version has it."""
        flow = self.new.book.flows.get(where[0]) or self.new.book.flows[self.new.book.start]
        return Span.of_file(flow.span.file)


def _kind(step: Step | None) -> str:
    """What kind of answer a step takes, in words."""
    if isinstance(step, Ask):
        return "a question with several choices" if step.many else "a question with one choice"
    kinds = {"locate": "the question where he is", "end": "an end", "find": "a find"}
    return kinds.get(step.kind if step else "", "a step that asks nothing")


def _is_another(old: Step, new: Step | None, *, moved: bool) -> bool:
    """Whether the new question is not the one that he has before him. `moved`: the editor said where he goes on."""
    if not isinstance(old, Ask | Locate) or not isinstance(new, Ask | Locate):
        return _kind(old) != _kind(new)
    before = {choice.id: choice.label for choice in old.options}
    now = {choice.id: choice.label for choice in new.options}
    if moved:
        return _kind(old) != _kind(new) or old.text.words != new.text.words or before != now
    meant = {label: id for id, label in before.items()}
    # The same words on another option: a button that he still sees would say what it no longer means.
    return any(meant.get(label, id) != id for id, label in now.items() if id in before)


def _answers(book: Book) -> _Values:
    return {name: answer for flow in book.flows.values() for name, answer in flow.answers.items()}
