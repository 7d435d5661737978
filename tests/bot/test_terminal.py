"""The terminal: for a person at a keyboard, and line by line for a program."""

from __future__ import annotations

import io
import json

import pytest

from bot.rooms import Rooms
from bot.terminal import CLEAR, Talk, spoken, talk, talk_jsonl


async def typed(rooms: Rooms, *lines: str) -> list[str]:
    """What the screen shows for these lines."""
    waiting = iter(lines)
    screen: list[str] = []
    await talk(Talk(rooms.conversation), lambda: next(waiting, None), screen.append)
    return screen


async def answered(rooms: Rooms, *lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    await talk_jsonl(Talk(rooms.conversation), [f"{line}\n" for line in lines], out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_buttons_are_numbered_and_tapped_by_number_or_words(rooms: Rooms) -> None:
    screen = await typed(rooms, "1", "somewhere to stay", "leeds")
    assert "[1] Yes" in screen[0]
    assert "What would help most" in screen[1]
    assert "Roughly where" in screen[2]
    assert "EXAMPLE" in screen[3]
    assert all("0808 800 1170" in shown and "Leave now" in shown for shown in screen)


async def test_leaving_clears_the_screen_and_what_was_scrolled_away(rooms: Rooms) -> None:
    screen = await typed(rooms, "yes", "x", "hello?")
    assert screen[-1] == CLEAR == "\x1b[2J\x1b[3J\x1b[H"
    assert len(screen) == 3


async def test_empty_lines_say_nothing(rooms: Rooms) -> None:
    assert len(await typed(rooms, "", "   ")) == 1


async def test_each_line_of_input_is_one_line_of_json(rooms: Rooms) -> None:
    lines = await answered(rooms, "Yes", "Talk to someone", '"leeds"', "Leave now", "hello")
    assert [line["in"] for line in lines] == [None, "Yes", "Talk to someone", "leeds", "Leave now", "hello"]
    assert [line["step"] for line in lines[:4]] == ["hello", "need", "where", "after"]
    assert {line["flow"] for line in lines[:4]} == {"main"}
    assert lines[4] == {
        "in": "Leave now",
        "replies": [{"text": "All clear.", "buttons": []}],
        "step": None,
        "flow": None,
    }
    assert lines[5]["step"] == "hello"


async def test_every_reply_carries_the_helpline_and_a_way_out(rooms: Rooms) -> None:
    for line in await answered(rooms, "Yes", "Talk to someone", "leeds", "More", "shes got a knife", "Carry on"):
        replies = line["replies"]
        assert isinstance(replies, list)
        assert replies
        for reply in replies:
            assert "0808 800 1170" in reply["text"]
            assert "Leave now" in reply["buttons"]


async def test_half_a_character_is_answered_like_any_other(rooms: Rooms) -> None:
    lines = await answered(rooms, '"\\ud83d"', "Yes")
    assert [line["in"] for line in lines] == [None, "\ud83d", "Yes"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [("hello", "hello"), ('"two\\nlines"', "two\nlines"), ('"broken', '"broken'), ("12", "12"), ('"', '"')],
)
def test_a_line_may_be_a_json_string(line: str, meant: str) -> None:
    assert spoken(line) == meant
