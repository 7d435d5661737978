"""A preview follows what an editor saves, and never loses the talk over a slip."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

import dialogs
from bot.conversation import Conversation
from bot.preview import BACK, Watch, beginning_at, turns_of
from bot.rooms import CannotStart, Rooms, preview_book
from bot.terminal import Talk, talk, talk_jsonl
from bot.versions import Preview
from dialogs.book import Book
from dialogs.loading import load_book
from tests.support.world import Clock, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHIPPED = Path(dialogs.__file__).parent / "flows"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    flows = tmp_path / "flows"
    flows.mkdir()
    for file in SHIPPED.glob("*.yaml"):
        (flows / file.name).write_bytes(file.read_bytes())
    return flows


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    """The program over throw-away stores, opened once: each talk is a stranger's."""
    async with world(tmp_path_factory.mktemp("home"), Clock()) as opened:
        yield opened


def watched(path: Path, rooms: Rooms, begin_at: str = "") -> Talk:
    """Somebody talks to the flows at a path while they are edited."""

    def load() -> Book:
        return preview_book(path, rooms.shipped, rooms.lifelines, "")

    versions = Preview(rooms.versions.current.with_book(load()))
    conversation = Conversation(versions=versions, sessions=rooms.sessions, clock=Clock())
    return Talk(conversation, Watch(path, versions, load, begin_at=begin_at))


def change(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for before, then in pairs:
        assert before in text
        text = text.replace(before, then)
    file.write_text(text, encoding="utf-8")


def rename(folder: Path, step: str, name: str) -> None:
    """Give a step of the main flow another name wherever it is led to."""
    main = folder / "main.yaml"
    text = re.sub(rf"((?:go|skip): |\n  ){step}(?=[\n}}]|:\n)", rf"\g<1>{name}", main.read_text(encoding="utf-8"))
    main.write_text(text, encoding="utf-8")


def saving(*turns: str | Callable[[], object]) -> Iterator[str]:
    """Lines that are typed, with saves in between."""
    for turn in turns:
        if isinstance(turn, str):
            yield f"{turn}\n"
        else:
            turn()


async def answered(path: Path, rooms: Rooms, *turns: str | Callable[[], object]) -> list[dict[str, object]]:
    out = io.StringIO()
    await talk_jsonl(watched(path, rooms), saving(*turns), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def shown(path: Path, rooms: Rooms, *turns: str | Callable[[], object]) -> list[str]:
    """What the screen shows; after a save without a word the keyboard gives an empty line."""
    screen: list[str] = []
    lines = saving(*turns)
    await talk(watched(path, rooms), lambda: next(lines, None), screen.append)
    return screen


def texts(line: dict[str, object]) -> str:
    assert isinstance(line["replies"], list)
    return "\n".join(reply["text"] for reply in line["replies"])


# --- What is saved is taken up ---------------------------------------------------------------------------------------


async def test_a_save_is_told_and_he_goes_on_at_the_same_step_in_the_new_words(folder: Path, rooms: Rooms) -> None:
    main = folder / "main.yaml"
    lines = await answered(
        folder, rooms, "Yes", lambda: change(main, ("What would help most right now?", "What now?")), "Why?"
    )
    assert lines[2] == {"reloaded": True, "flow": "main", "step": "need", "lost": None}
    assert lines[3]["in"] == "Why?"
    assert "What now?" in texts(lines[3])


async def test_what_he_taps_is_looked_for_among_the_new_buttons(folder: Path, rooms: Rooms) -> None:
    main = folder / "main.yaml"
    lines = await answered(folder, rooms, "Yes", lambda: change(main, ("label: Money", "label: Cash")), "Cash")
    assert (lines[-1]["flow"], lines[-1]["step"]) == ("main", "where")


async def test_where_his_step_is_gone_the_talk_begins_again_and_says_so(folder: Path, rooms: Rooms) -> None:
    lines = await answered(folder, rooms, "Yes", lambda: rename(folder, "need", "needed"), "Yes")
    assert lines[2] == {"reloaded": True, "flow": "main", "step": "hello", "lost": "main/need"}
    assert lines[3]["step"] == "needed"


async def test_a_slip_is_shown_and_the_talk_goes_on_with_the_last_good_version(folder: Path, rooms: Rooms) -> None:
    main = folder / "main.yaml"
    lines = await answered(
        folder,
        rooms,
        "Yes",
        lambda: change(main, ("go: need\n", "go: nead\n")),
        "Money",
        "Skip",
        lambda: change(main, ("go: nead\n", "go: need\n")),
        "That's all",
    )
    assert lines[2]["reloaded"] is False
    assert isinstance(lines[2]["findings"], list)
    assert lines[2]["findings"][0]["code"] == "F130"
    assert lines[3]["step"] == "where"
    assert lines[4]["step"] == "after"
    assert lines[5]["reloaded"] is True
    assert texts(lines[6]).startswith("Thanks for the chat.")


async def test_a_folder_that_is_gone_for_a_moment_is_no_end(folder: Path, rooms: Rooms) -> None:
    away = folder.with_name("away")
    lines = await answered(folder, rooms, lambda: folder.rename(away), "Yes", lambda: away.rename(folder), "Skip")
    assert [line.get("reloaded") for line in lines] == [None, False, None, True, None]
    assert lines[-1]["step"] == "where"


async def test_of_one_file_the_flows_that_it_calls_are_watched_too(folder: Path, rooms: Rooms) -> None:
    main, called, other = (folder / f"{name}.yaml" for name in ("main", "contact", "neck_asked"))
    lines = await answered(main, rooms, lambda: change(other, ("title: ", "title: New ")), "zzz")
    assert [line.get("reloaded") for line in lines] == [None, None]
    lines = await answered(main, rooms, lambda: change(called, ("title: ", "title: New ")), "zzz")
    assert [line.get("reloaded") for line in lines] == [None, True, None]


# --- At the keyboard -------------------------------------------------------------------------------------------------


async def test_on_the_screen_a_save_is_one_line_and_the_question_in_its_new_words(folder: Path, rooms: Rooms) -> None:
    main = folder / "main.yaml"
    change_it = lambda: change(main, ("What would help most right now?", "What now?"))  # noqa: E731
    screen = await shown(folder, rooms, "1", change_it, "")
    assert screen[2] == "(Saved. This goes on at main/need.)\n"
    assert "What now?" in screen[3]
    assert len(screen) == 4


async def test_what_he_typed_before_he_saw_the_save_is_answered(folder: Path, rooms: Rooms) -> None:
    screen = await shown(folder, rooms, "1", lambda: change(folder / "main.yaml", ("Money", "Cash")), "cash")
    assert screen[2].startswith("(Saved.")
    assert "Roughly where" in screen[3]


async def test_what_he_typed_for_a_question_that_is_gone_is_not_taken_for_an_answer(folder: Path, rooms: Rooms) -> None:
    screen = await shown(folder, rooms, "1", lambda: rename(folder, "need", "needed"), "1")
    assert screen[2] == "(Saved. There is no main/need any more: this begins again.)\n"
    assert "Is it OK to chat here now?" in screen[3]
    assert len(screen) == 4


async def test_on_the_screen_a_slip_is_shown_with_its_caret(folder: Path, rooms: Rooms) -> None:
    screen = await shown(folder, rooms, lambda: change(folder / "main.yaml", ("go: need\n", "go: nead\n")), "1")
    assert "error F130" in screen[1]
    assert "^^^^" in screen[1]
    assert "goes on with what was saved before" in screen[1]
    assert "What would help most" in screen[2]


# --- The watch -------------------------------------------------------------------------------------------------------


async def test_a_file_that_is_still_being_written_is_waited_for(
    folder: Path, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = folder / "main.yaml"
    whole = main.read_text(encoding="utf-8")

    def write_the_rest(_: float) -> None:
        main.write_text(whole.replace("No person reads it", "Nobody reads it"), encoding="utf-8")

    somebody = watched(folder, rooms)
    assert somebody.watch is not None
    main.write_text(whole[:1000], encoding="utf-8")
    monkeypatch.setattr("bot.preview.time.sleep", write_the_rest)
    assert somebody.watch.changed()
    assert somebody.watch.saved()
    somebody.watch.take_up()
    assert not somebody.watch.changed()
    assert not somebody.watch.saved()
    assert "Nobody reads it" in (await somebody.begin()).messages[0].text


async def test_the_turns_of_a_finding_are_read_as_they_are_written() -> None:
    assert turns_of("Yes; It's a friend;leeds ; ") == ["Yes", "It's a friend", "leeds"]
    assert turns_of("") == []


# --- Beginning somewhere ---------------------------------------------------------------------------------------------


async def test_a_talk_can_begin_at_a_step_and_start_again_there(folder: Path, rooms: Rooms) -> None:
    somebody = watched(folder, rooms, "main/where")
    assert "Roughly where" in (await somebody.begin()).messages[0].text
    assert await somebody.conversation.place(somebody.address) == ("main", "where")
    await somebody.say("Skip")
    change(folder / "main.yaml", ("You can stop here", "You can end here"))
    reloaded = await somebody.reload()
    assert reloaded is not None
    assert (reloaded.place, reloaded.lost) == ("main/after", "")
    await somebody.say("That's all")
    turn = await somebody.say("Start again")
    assert turn is not None
    assert "Roughly where" in turn.messages[0].text


@pytest.mark.parametrize("begin_at", ["friend/to_say", ""])
async def test_a_flow_that_is_there_to_be_called_has_something_to_return_to(
    folder: Path, rooms: Rooms, begin_at: str
) -> None:
    somebody = watched(folder / "friend.yaml", rooms, begin_at)
    await somebody.begin()
    assert (await somebody.conversation.place(somebody.address))[0] == "friend"
    turn = await somebody.say("Find him help")
    assert turn is not None
    assert BACK in turn.messages[0].text
    again = await somebody.say("Start again")
    assert again is not None
    assert (await somebody.conversation.place(somebody.address))[0] == "friend"


async def test_a_step_to_begin_at_that_is_renamed_leaves_the_start(folder: Path, rooms: Rooms) -> None:
    somebody = watched(folder, rooms, "main/where")
    rename(folder, "where", "whereabouts")
    reloaded = await somebody.reload()
    assert reloaded is not None
    assert (reloaded.place, reloaded.lost) == ("main/hello", "main/where")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("mian/need", "There is no flow `mian`. Did you mean `main`?"),
        ("main/nead", "`main` has no step `nead`. Did you mean `need`?"),
        ("main", "`main` has no step ``."),
    ],
)
async def test_a_step_to_begin_at_that_does_not_exist_is_told(place: str, says: str) -> None:
    with pytest.raises(CannotStart) as told:
        beginning_at(place, load_book())
    assert str(told.value).startswith(says)


async def test_a_language_that_is_lost_while_he_talks_is_told_and_the_talk_goes_on(folder: Path, rooms: Rooms) -> None:
    somebody = watched(folder, rooms)

    def lost() -> Book:
        raise CannotStart("There is no catalogue for 'cy' that can be read.")

    assert somebody.watch is not None
    somebody.watch._load = lost
    change(folder / "main.yaml", ("No person reads it", "Nobody reads it"))
    reloaded = await somebody.reload()
    assert str(reloaded).startswith("There is no catalogue")
    assert "No person reads it" in (await somebody.begin()).messages[0].text
