"""How a step looks: its text, its buttons, its cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dialogs.cards import CARD_LINES
from dialogs.exchange import AreaChoice, Card, EngineError, Line, Reply
from dialogs.pieces import Option, Place
from dialogs.skipping import has_skip_button
from dialogs.state import State, offer
from dialogs.steps import Ask, End, Find, Locate
from dialogs.texts import ABOUT, HELPLINE, LIFELINE, SILENCE, Text
from dialogs.understanding import Heard
from dialogs.words import Words

CARD_PREFIX = "m."
# Two labels this long still fit side by side on a narrow phone.
_SHORT_LABEL = 16

Waiting = Ask | Locate | End
Rows = tuple[tuple[Option, ...], ...]


class Piece(NamedTuple):
    """A part of a reply, before those of one turn are put together."""

    text: str
    first: str | None = None
    rows: Rows = ()
    card: str | None = None


def slot_values(slots: Iterable[str], lifelines: Mapping[str, str], words: Words) -> dict[str, str]:
    """What goes into these slots of a text, as far as it is the same for every text.

    `lifelines` has a worded line for each key, "helpline" among them; "silence" may say how long until all is
    forgotten, where that is not what `words` say, and so may each of ABOUT what the operator says of himself.
    """
    said = ((slot, _value(slot, lifelines, words)) for slot in slots)
    return {slot: value for slot, value in said if value is not None}


def _value(slot: str, lifelines: Mapping[str, str], words: Words) -> str | None:
    if slot == SILENCE:
        return lifelines.get(SILENCE, words.silence)
    if slot in ABOUT:
        return lifelines.get(slot, words.unnamed)
    if slot == HELPLINE or slot.startswith(LIFELINE):
        return lifelines.get(slot.removeprefix(LIFELINE))
    return None


def fill(text: Text, values: Mapping[str, str], place: Place) -> str:
    """A text with its slots filled. A slot that cannot be filled stops the turn: a hole could mislead him."""
    try:
        return text.render(values)
    except KeyError as missing:
        raise EngineError(f"nothing to put into {{{missing.args[0]}}}", place) from None


def rows_of(
    step: Waiting, words: Words, *, back: bool, ticks: Sequence[str] = (), offered: Sequence[Option] = ()
) -> Rows:
    """The buttons under a question: its options (or those asked back about), then one row of controls."""
    if isinstance(step, End):
        return ((Option("_restart", words.start_again),),)
    if offered:
        labels = {choice.id: choice.label for choice in step.options}
        # What was asked back in one language may be read in another by now.
        rows = _in_rows([Option(option.id, labels.get(option.id, option.label)) for option in offered])
        rows.append((Option("_none", words.none_of_these),))
    else:
        buttons = [choice for choice in step.options if choice.shown]
        rows = _in_rows([Option(c.id, words.tick + c.label if c.id in ticks else c.label) for c in buttons])
        if isinstance(step, Ask) and step.many:
            rows.append((Option("_done", words.done),))
    controls = (
        (has_skip_button(step), Option("_skip", words.skip)),
        (bool(step.why), Option("_why", words.why)),
        (back, Option("_back", words.back)),
    )
    if shown := tuple(option for wanted, option in controls if wanted):
        rows.append(shown)
    return tuple(rows)


def _in_rows(options: list[Option]) -> list[tuple[Option, ...]]:
    """Two to a row where both are short, in the order given."""
    rows: list[tuple[Option, ...]] = []
    for option in options:
        if rows and len(rows[-1]) == 1 and max(len(option.label), len(rows[-1][0].label)) <= _SHORT_LABEL:
            rows[-1] = (rows[-1][0], option)
        else:
            rows.append((option,))
    return rows


def heard(step: Ask | Locate, words: Words, offered: Sequence[Option] = ()) -> tuple[Heard, ...]:
    """What he can type, in the order in which it is numbered: what is on the buttons."""
    if offered:
        known = {choice.id: (choice.label, choice.words) for choice in step.options}
        # An area asked back is also said by its county alone: "Newport, Gwent" by "Gwent".
        asked_back = (
            Heard(option.id, *known.get(option.id, (option.label, tuple(option.label.split(",")[1:]))))
            for option in offered
        )
        return (*asked_back, Heard("_none", words.none_of_these, (*words.no_typed[:1], *words.none_typed)))
    options = tuple(Heard(choice.id, choice.label, choice.words, choice.shown) for choice in step.options)
    return (*options, Heard("_done", words.done)) if isinstance(step, Ask) and step.many else options


def area_options(areas: Sequence[AreaChoice]) -> tuple[Option, ...]:
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
        raise EngineError(f"a card has no line `{line.key}`", state.place)
    return fill(find.lines[line.key], line.values, state.place)


def merged(pieces: Sequence[Piece]) -> tuple[Reply, ...]:
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
            replies.append(Reply(*piece))
    return tuple(replies)
