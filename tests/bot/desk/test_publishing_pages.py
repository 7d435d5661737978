"""An editor publishes and goes back without a shell: what is checked, who is told, and what stands in the history."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
import pytest_asyncio

from bot.desk_pages.publishing import _moves
from bot.publications import Overtaken, Publication, Publications
from bot.session import Whereabouts
from bot.sessions import Sessions
from service_directory.desk.logbook import lines
from tests.bot.desk.test_editors_pages import hidden, words
from tests.support.desk import Person
from tests.support.editors_desk import EditorsDesk, small

# In one process, where a version that was proved for one test is proved for the next.
pytestmark = [pytest.mark.asyncio(loop_scope="module")]


FIRST, SECOND, THIRD = small(), small("What now?"), small("What next?")
RENAMED = small(step="which")
SLIPPED = small("{nothing_such} What now?")


@pytest_asyncio.fixture(loop_scope="module")
async def editor(desk: EditorsDesk) -> Person:
    """An editor, once the first version is the current one."""
    editor = await desk.world.as_editor()
    newest = await desk.rooms.publications.current()
    if newest is None or newest.digest != FIRST.digest:
        line = Publication(
            number=1 if newest is None else newest.number + 1,
            digest=FIRST.digest,
            at=desk.clock(),
            who="a test",
            why="to begin",
            action="published",
            moves={},
            finish_old=True,
        )
        await desk.rooms.publications.add(FIRST, [line], {})
        await desk.rooms.versions.take_up()
    return editor


async def publish(person: Person, version: str, **form: str) -> tuple[int, str]:
    """Open the page, fill it in and send it; what comes back, as words."""
    page = await person.get(f"/conversations/{version}/publish")
    sent = {**hidden(page.text), "why": "a test", **form}
    answer = await person.post(f"/conversations/{version}/publish", sent)
    if answer.status_code == 303:
        return 303, words((await person.after(answer)).text)
    return answer.status_code, words(answer.text)


async def current(desk: EditorsDesk) -> str:
    newest = await desk.rooms.publications.current()
    return "" if newest is None else newest.digest


async def test_what_has_an_error_is_not_published_and_the_page_says_what_to_put_right(
    desk: EditorsDesk, editor: Person
) -> None:
    desk.lay(SLIPPED)
    status, page = await publish(editor, "folder")
    assert status == 409
    assert "Nothing was changed: put right first what is an error." in page
    assert "main.yaml, line" in page
    assert await current(desk) == FIRST.digest


async def test_it_asks_why_and_understands_moves_or_says_that_it_does_not(desk: EditorsDesk, editor: Person) -> None:
    desk.lay(SECOND)
    assert "Say why, for the history." in (await publish(editor, "folder", why=" "))[1]
    for moves, told in (
        ("main/what", "is not a move"),
        ("main/what=main/place=x", "is not a move"),
        ("main=main/place", "is not a move"),
        ("main/what=main/after\nmain/what=main/hello", "is moved twice"),
    ):
        status, page = await publish(editor, "folder", moves=moves)
        assert (status, told in page) == (422, True), page
    assert _moves(" main/what = main/after \n\n") == {("main", "what"): ("main", "after")}
    assert await current(desk) == FIRST.digest


async def test_only_looking_changes_nothing_then_it_is_published_served_and_in_the_history(
    desk: EditorsDesk, editor: Person
) -> None:
    desk.lay(SECOND)
    status, page = await publish(editor, "folder", look="yes")
    assert status == 200
    assert "Nothing was changed: it was a dry run." in page
    assert await current(desk) == FIRST.digest
    status, page = await publish(editor, "folder", why="What now is  shorter")
    assert status == 303
    digest = SECOND.digest
    assert f"The version {digest} is current." in page
    assert "by Edie Editor: What now is shorter" in page
    assert desk.rooms.book.digest == digest
    latest = (await lines(desk.world.desk.database, most=1))[0]
    assert (latest.who, latest.what) == ("Edie Editor", "published")
    status, page = await publish(editor, "folder")
    assert "is current already: nothing was changed." in page


async def test_of_two_editors_at_once_the_second_is_told_who_was_quicker(desk: EditorsDesk, editor: Person) -> None:
    first, second = await desk.world.as_editor("Ann Quick"), await desk.world.as_editor("Ben Slow")
    desk.lay(THIRD)
    older = hidden((await second.get("/conversations/folder/publish")).text)["over"]
    assert (await publish(first, "folder", why="first"))[0] == 303
    desk.lay(SECOND)
    answer = await second.post("/conversations/folder/publish", {"over": older, "why": "second"})
    assert answer.status_code == 409
    assert "Ann Quick made version" in words(answer.text)
    assert await current(desk) == THIRD.digest
    again = {**hidden(answer.text), "why": "second"}
    answer = await second.post("/conversations/folder/publish", again)
    assert answer.status_code == 409
    assert "The files were saved again while this page was open." in words(answer.text)
    again = {**hidden(answer.text), "why": "second"}
    assert (await second.post("/conversations/folder/publish", again)).status_code == 303
    assert await current(desk) == SECOND.digest


async def test_going_back_is_one_reason_away_and_the_version_stays_readable(desk: EditorsDesk, editor: Person) -> None:
    desk.lay(THIRD)
    await publish(editor, "folder", why="one")
    one = await current(desk)
    desk.lay(SECOND)
    await publish(editor, "folder", why="two")
    page = (await editor.get(f"/conversations/{one}")).text
    assert "Go back to it" in page
    assert (await editor.get(f"/conversations/{one}/files/main.yaml")).status_code == 200
    status, told = await publish(editor, one, why="two confuses", look="yes")
    assert (status, "dry run" in told) == (200, True)
    status, told = await publish(editor, one, why="two confuses")
    assert status == 303
    assert "Rolled back on" in told
    assert await current(desk) == one == desk.rooms.book.digest


async def test_a_version_that_was_kept_but_never_published_cannot_be_gone_back_to(
    desk: EditorsDesk, editor: Person
) -> None:
    kept = small("Kept?")
    await desk.rooms.publications.keep(kept, desk.clock())
    status, page = await publish(editor, kept.digest)
    assert status == 409
    assert f"No version {kept.digest} was ever published here." in page


async def test_people_who_cannot_go_on_stop_it_until_it_is_said_what_becomes_of_them(
    desk: EditorsDesk, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await current(desk)

    async def census(self: Sessions, now: object) -> Counter[Whereabouts]:
        return Counter({Whereabouts(before, (("main", "what"),)): 3})

    monkeypatch.setattr(Sessions, "census", census)
    desk.lay(RENAMED)
    status, page = await publish(editor, "folder")
    assert status == 409
    assert "3 people are there now" in page
    assert "People who cannot go on" in page
    status, page = await publish(editor, "folder", finish_old="y", look="yes")
    assert "0 go on in it and 3 finish on the version that they are in" in page
    status, page = await publish(editor, "folder", moves="main/what=main/which")
    assert status == 303
    assert "3 go on in it" in page


async def test_who_publishes_between_the_look_and_the_writing_is_told_of_as_well(
    desk: EditorsDesk, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken(self: Publications, *args: object) -> None:
        raise Overtaken

    monkeypatch.setattr(Publications, "add", overtaken)
    desk.lay(THIRD)
    status, page = await publish(editor, "folder")
    assert status == 409
    assert "Nothing was changed." in page
    assert re.search(r"made version [0-9a-f]{12} current", unescape(page))
