"""Whatever a flow says, it leaves with the helpline and the way out."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import safety
from safety import envelope
from safety.envelope import GO_ON, LEAVE, MOST_UNITS, URGENT, Button, Message, Piece, Turn, is_bland, surround, units
from safety.lifelines import Lifelines

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIFELINES = Lifelines.load()
NUMBER = "0808 800 1170"
FIRST = "Thanks for that. Here is the next part of it."

texts = st.text(max_size=300) | st.text("ab \n😀", min_size=3000, max_size=9000) | st.text(st.characters(codec=None))
buttons = st.builds(Button, st.text(min_size=1).filter(str.strip), st.text("abc.0", min_size=1, max_size=64))
rows = st.lists(st.lists(buttons, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
pieces = st.builds(Piece, text=texts, first=st.sampled_from([None, FIRST]), rows=rows, card=st.booleans())


@given(
    said=st.lists(pieces, max_size=4),
    nation=st.sampled_from([None, "E92000001", "W92000004", "S92000003", "N92000002", "nowhere"]),
    urgent=st.booleans(),
)
def test_every_message_of_a_full_turn_carries_the_number_the_way_out_and_a_bland_first_line(
    said: list[Piece], nation: str | None, urgent: bool
) -> None:
    said = [*said, Piece("Hello.")]
    turn = surround(said, lifelines=LIFELINES, at=NOON, nation=nation, urgent=urgent)

    assert turn.kind == "full"
    for message in turn.messages:
        assert is_bland(message.first)
        assert message.text.startswith(message.first + "\n\n")
        assert NUMBER in message.text.splitlines()[-1]
        assert message.rows[-1] == ((URGENT, LEAVE) if urgent else (LEAVE,))
        assert units(message.text) <= MOST_UNITS
        message.text.encode()


@given(said=pieces)
def test_nothing_that_is_said_gets_lost_when_it_is_split(said: Piece) -> None:
    turn = surround([said, Piece("Hello.")], lifelines=LIFELINES, at=NOON)

    told = "".join(message.body for message in turn.messages[:-1])
    wanted = said.text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert "".join(told.split()) == "".join(wanted.split())
    assert tuple(row for message in turn.messages for row in message.rows[:-1]) == said.rows


def test_a_long_text_is_cut_where_a_paragraph_ends_and_its_buttons_come_last() -> None:
    paragraph = "Word by word. " * 100
    button = Button("More", "m.1")
    turn = surround([Piece("\n\n".join([paragraph] * 5), FIRST, ((button,),))], lifelines=LIFELINES, at=NOON)

    assert len(turn.messages) == 3
    assert all(message.body.endswith("by word.") for message in turn.messages)
    assert turn.messages[0].first == FIRST
    assert [message.rows[0] for message in turn.messages] == [(URGENT, LEAVE), (URGENT, LEAVE), (button,)]


def test_a_text_without_any_space_is_cut_between_characters() -> None:
    turn = surround([Piece("😀" * 4096)], lifelines=LIFELINES, at=NOON)

    assert "".join(message.body for message in turn.messages) == "😀" * 4096


def test_a_text_of_lines_is_cut_where_a_line_ends() -> None:
    turn = surround([Piece("\n".join(["a line of words"] * 400))], lifelines=LIFELINES, at=NOON)

    assert all(message.body.endswith("a line of words") for message in turn.messages)


def test_no_turn_can_be_made_elsewhere() -> None:
    message = Message("All clear.", "", "")
    with pytest.raises(ValueError, match=r"safety\.envelope alone"):
        Turn("full", (message,))
    with pytest.raises(ValueError, match=r"safety\.envelope alone"):
        Turn("left", (message,), made_by=object())
    with pytest.raises((ValueError, TypeError)):
        replace(envelope.left(remaining=0), messages=(message,))


def test_no_module_but_the_envelope_knows_the_maker() -> None:
    rooms = Path(safety.__file__).parents[1]
    for room in ("bot", "dialogs", "safety", "service_directory"):
        for path in (rooms / room).rglob("*.py"):
            if path.name == "envelope.py":
                continue
            names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
            assert "_maker" not in names, path


def test_a_turn_can_be_kept_and_compared() -> None:
    assert copy.deepcopy(envelope.late()) == envelope.late()


def test_the_representation_of_a_turn_keeps_its_words_to_itself() -> None:
    piece = Piece("You live in Leeds.", FIRST, ((Button("Leeds", "1.leeds"),),))
    turn = surround([piece], lifelines=LIFELINES, at=NOON)

    assert "Leeds" not in repr(turn)
    assert "Leeds." not in repr(piece)


def test_an_empty_turn_cannot_be_made() -> None:
    for nothing in ([], [Piece("")], [Piece(" \n "), Piece("")]):
        with pytest.raises(ValueError, match="say something"):
            surround(nothing, lifelines=LIFELINES, at=NOON)


def test_buttons_without_words_still_leave_with_the_helpline() -> None:
    message = surround([Piece("", None, ((GO_ON,),))], lifelines=LIFELINES, at=NOON).messages[0]

    assert message.body == ""
    assert message.text.endswith("Samaritans 116 123")


def test_a_first_line_that_gives_something_away_is_refused() -> None:
    with pytest.raises(ValueError, match="bland"):
        surround([Piece("Hello.", "Your wife hits you? Here is the next part.")], lifelines=LIFELINES, at=NOON)


def test_a_card_opens_with_a_line_of_its_own() -> None:
    turn = surround([Piece("Hello."), Piece("A service.", card=True)], lifelines=LIFELINES, at=NOON)

    assert turn.messages[0].first != turn.messages[1].first
    assert [message.card for message in turn.messages] == [False, True]


def test_a_button_that_a_messenger_would_refuse_cannot_be_made() -> None:
    Button("Yes", "x" * 64)
    for label, token in (("", "x"), (" ", "x"), ("Yes", ""), ("Yes", "x" * 65), ("Yes", "é" * 33)):
        with pytest.raises(ValueError, match="button"):
            Button(label, token)


def test_the_footer_is_one_short_line_of_plain_text() -> None:
    for nation in (None, "E92000001", "W92000004", "S92000003", "N92000002"):
        footer = surround([Piece("Hello.")], lifelines=LIFELINES, at=NOON, nation=nation).messages[0].footer
        assert len(footer) < 100
        assert not set(footer) & set("\n<>*_`[]()")


@pytest.mark.parametrize(
    ("nation", "beside"),
    [
        (None, "Samaritans 116 123"),
        ("E92000001", "Samaritans 116 123"),
        ("W92000004", "Live Fear Free 0808 80 10 800"),
        ("S92000003", "Scotland's helpline 0800 027 1234"),
        ("N92000002", "Northern Ireland's helpline 0808 802 1414"),
    ],
)
def test_beside_the_helpline_stands_a_line_that_answers_at_any_hour_where_he_is(
    nation: str | None, beside: str
) -> None:
    footer = surround([Piece("Hello.")], lifelines=LIFELINES, at=NOON, nation=nation).messages[0].footer

    assert footer == f"Men's helpline, free: {NUMBER} · Any hour: {beside}"


def test_a_closed_helpline_is_still_named_as_closed_with_a_line_that_answers_beside_it() -> None:
    footer = surround([Piece("Hello.")], lifelines=LIFELINES.closing(["helpline"]), at=NOON).messages[0].footer

    assert footer == f"Men's helpline, closed for now: {NUMBER} · Any hour: Samaritans 116 123"


def test_the_late_line_is_bland_alone_with_a_way_on_and_a_way_out() -> None:
    turn = envelope.late()

    assert turn.kind == "late"
    (message,) = turn.messages
    assert is_bland(message.text)
    assert message.rows == ((GO_ON, LEAVE),)


def test_the_line_after_leaving_says_nothing_but_what_stayed() -> None:
    assert [message.text for message in envelope.left(remaining=0).messages] == ["All clear."]
    assert "1 message." in envelope.left(remaining=1).messages[0].text
    assert "12 messages" in envelope.left(remaining=12).messages[0].text
    for remaining in (0, 1, 12):
        turn = envelope.left(remaining=remaining)
        assert turn.kind == "left"
        assert turn.messages[0].rows == ()
        assert remaining == 0 or "Deleting this chat removes" in turn.messages[0].text
        assert remaining == 0 or is_bland(turn.messages[0].text)


def test_after_a_silence_it_asks_whether_chatting_is_ok_and_repeats_nothing(
    lifelines: Lifelines, noon: datetime
) -> None:
    turn = envelope.gate(lifelines=lifelines, at=noon)

    (message,) = turn.messages
    assert turn.kind == "full"
    assert message.body == "OK to chat now?"
    assert message.rows == ((GO_ON,), (URGENT, LEAVE))
    assert is_bland(message.first)
