"""How a step looks: its text, its buttons, its cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs import words
from dialogs.exchange import AreaChoice, Card, EngineError, Line, Reply
from dialogs.flow import CARD_LINES
from dialogs.state import Option, State, offer
from dialogs.steps import Ask, End, Find, Locate
from dialogs.texts import HELPLINE, LIFELINE, SILENCE, Text
from dialogs.understanding import Heard

CARD_PREFIX = "m."
# Two labels this long still fit side by side on a narrow phone.
_SHORT_LABEL = 16

Waiting = Ask | Locate | End
Rows = tuple[tuple[Option, ...], ...]

_SKIP = Option("_skip", words.SKIP)
_WHY = Option("_why", words.WHY)
_BACK = Option("_back", words.BACK)
_DONE = Option("_done", words.DONE)
_NONE = Option("_none", words.NONE_OF_THESE)
_RESTART = Option("_restart", words.START_AGAIN)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply, before those of one turn are put together."""

    text: str
    first: str | None = None
    rows: Rows = ()
    card: str | None = None


def slot_values(lifelines: Mapping[str, str], **more: str) -> dict[str, str]:
    """What goes into the slots of texts.

    `lifelines` has a worded line for each key, "helpline" among them; "silence" may say how long until all is
    forgotten, where that is not an hour.
    """
    values = {LIFELINE + key: line for key, line in lifelines.items()}
    if HELPLINE in lifelines:
        values[HELPLINE] = lifelines[HELPLINE]
    values[SILENCE] = lifelines.get(SILENCE, "an hour")
    return values | more


def say(text: Text, values: Mapping[str, str], state: State, first: Text | None = None) -> Piece:
    """A text with its slots filled. A slot that cannot be filled stops the turn: a hole could mislead him."""
    try:
        return Piece(text.render(values), first.words if first else None)
    except KeyError as missing:
        raise EngineError(f"nothing to put into {{{missing.args[0]}}}", state) from None


def rows_of(step: Waiting, state: State) -> Rows:
    """The buttons under a question: its options, then one row of controls."""
    if isinstance(step, End):
        return ((_RESTART,),)
    if state.offered:
        options: list[Option] = list(state.offered)
    else:
        ticked = state.place.ticks
        options = [Option(c.id, words.TICK + c.label if c.id in ticked else c.label) for c in step.options]
    rows = _in_rows(options)
    if state.offered:
        rows.append((_NONE,))
    if isinstance(step, Ask) and step.many and not state.offered:
        rows.append((_DONE,))
    controls = [
        option
        for option, shown in ((_SKIP, _shows_skip(step)), (_WHY, bool(step.why)), (_BACK, bool(state.trail)))
        if shown
    ]
    if controls:
        rows.append(tuple(controls))
    return tuple(rows)


def _shows_skip(step: Ask | Locate) -> bool:
    """A "carry on" that leads where Skip would needs no second button for it."""
    if isinstance(step, Ask) and step.answerless:
        return bool(step.skip) and all(c.call or c.go.name != step.skip.name for c in step.options)
    return True


def _in_rows(options: list[Option]) -> list[tuple[Option, ...]]:
    """Two to a row where both are short, in the order given."""
    rows: list[tuple[Option, ...]] = []
    for option in options:
        if rows and len(rows[-1]) == 1 and max(len(option.label), len(rows[-1][0].label)) <= _SHORT_LABEL:
            rows[-1] = (rows[-1][0], option)
        else:
            rows.append((option,))
    return rows


def heard(step: Ask | Locate, state: State) -> list[Heard]:
    """What he can type, in the order in which it is numbered: what is on the buttons."""
    if state.offered:
        said = {choice.id: choice.words for choice in step.options}
        # An area asked back is also said by its county alone: "Newport, Gwent" by "Gwent".
        asked_back = [
            Heard(option.id, option.label, said.get(option.id, tuple(option.label.split(",")[1:])))
            for option in state.offered
        ]
        return [*asked_back, Heard(_NONE.id, _NONE.label, ("no", "none", "neither"))]
    options = [Heard(choice.id, choice.label, choice.words) for choice in step.options]
    if isinstance(step, Ask) and step.many:
        options.append(Heard(_DONE.id, _DONE.label))
    return options


def area_options(areas: tuple[AreaChoice, ...]) -> tuple[Option, ...]:
    """The areas of one name, told apart by county, or by nation where there is none."""
    return offer(
        [Option(a.code, ", ".join(dict.fromkeys(p for p in (a.name, a.county or a.nation) if p))) for a in areas]
    )


def card_piece(card: Card, find: Find, state: State, *, whole: bool) -> Piece:
    """A service's card: one line each, in the order given; `whole` with what stands behind More."""
    lines = [_line(line, find, state) for line in (*card.lines, *(card.more if whole else ()))]
    button = card.more and not whole
    rows = ((Option(CARD_PREFIX + card.service_id, find.more),),) if button else ()
    return Piece("\n".join(lines), rows=rows, card=card.service_id)


def _line(line: Line, find: Find, state: State) -> str:
    if line.key not in CARD_LINES or line.key not in find.lines:
        raise EngineError(f"a card has no line `{line.key}`", state)
    return say(find.lines[line.key], line.values, state).text


def merged(pieces: list[Piece]) -> tuple[Reply, ...]:
    """The replies of a turn: neighbouring texts become one message, cards stay messages of their own."""
    replies: list[Reply] = []
    for piece in pieces:
        last = replies[-1] if replies else None
        if last is not None and last.card is None and piece.card is None:
            replies[-1] = Reply(
                text="\n\n".join(filter(None, (last.text, piece.text))),
                first=last.first or piece.first,
                rows=last.rows + piece.rows,
            )
        else:
            replies.append(Reply(piece.text, piece.first, piece.rows, piece.card))
    return tuple(replies)
