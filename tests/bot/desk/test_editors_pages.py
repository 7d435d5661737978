"""What an editor can look at: the versions, their files, what is found in them, their drawings and rehearsals."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import datetime
from html import unescape

import pytest

from bot.desk_pages.trying import Standing
from bot.desk_pages.workshop import Workshop
from bot.turns import AGAIN
from dialogs.drawing import Diagram
from dialogs.findings import Finding
from service_directory.desk.keys import seal
from tests.support.editors_desk import EditorsDesk
from tests.support.patience import PATIENCE
from tests.support.publishing import says, shipped_with
from tests.support.random_flows import Tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

READ = [
    "/conversations",
    "/conversations/folder",
    "/conversations/folder/findings",
    "/conversations/folder/files/main.yaml",
    "/conversations/folder/drawing",
    "/conversations/folder/drawing/neck",
    "/conversations/folder/drawing/neck.svg",
    "/conversations/folder/drawing/neck?size=150",
    "/conversations/folder/rehearsals",
    "/conversations/folder/preview",
    "/conversations/folder/publish",
]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def slip(flows: dict[str, Tree]) -> None:
    """A button that there is not, by a slip."""
    body = flows["neck"]["steps"]["what_to_say"]["ask"]
    body["options"] = ["why_tel" if option == "why_tell" else option for option in body["options"]]


async def test_an_editor_reads_every_page_and_a_steward_none(desk: EditorsDesk) -> None:
    desk.lay(shipped_with(says("main", "need", "What now?")))
    editor, steward, nobody = await desk.world.as_editor(), await desk.world.as_steward(), await desk.world.as_nobody()
    for path in READ:
        assert (await editor.get(path)).status_code == 200, path
        assert (await steward.get(path)).status_code == 403, path
        assert (await nobody.get(path)).status_code == 303, path
    for path in ("/switches", "/switches/pause", "/switches/lifelines/galop"):
        assert (await editor.get(path)).status_code == 403, path


async def test_it_is_told_what_is_served_and_what_can_be_published(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = words((await editor.get("/conversations")).text)
    assert f"Version {desk.rooms.shipped.digest} Since always By fingerpost Why They came with the program." in page
    assert "There is no such folder yet." in page
    desk.folder.mkdir()
    assert "No file in it ends in .yaml." in words((await editor.get("/conversations")).text)
    assert (await editor.get("/conversations/folder")).status_code == 404


async def test_a_file_is_shown_line_by_line_and_nothing_outside_the_version_is(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = await editor.get("/conversations/shipped/files/main.yaml")
    lines = next(data for file, data in desk.rooms.shipped.flows.items() if file.endswith("/main.yaml")).splitlines()
    assert page.text.count('<li id="L') == len(lines)
    assert "Cymraeg" in (await editor.get("/conversations/shipped/files/locale/cy.po")).text
    for name in ("nothing.yaml", "%2e%2e/secret", "locale/%2e%2e/main.yaml", "locale/cy.po/", "%00"):
        assert (await editor.get(f"/conversations/shipped/files/{name}")).status_code == 404
    for version in ("0" * 12, "nothing", desk.rooms.shipped.digest.upper()):
        assert (await editor.get(f"/conversations/{version}")).status_code == 404


async def test_what_is_found_has_its_place_a_caret_and_what_to_do(desk: EditorsDesk) -> None:
    desk.lay(shipped_with(slip))
    editor = await desk.world.as_editor()
    overview = words((await editor.get("/conversations/folder")).text)
    assert "What has an error cannot be published." in overview
    page = (await editor.get("/conversations/folder/findings")).text
    assert re.search(r"Error F\d+", words(page))
    assert "Did you mean" in words(page)
    assert re.search(r"files/neck\.yaml#L\d+", page)
    source, caret = re.search(r"<pre[^>]*><code>(.*)\n( *\^+)</code>", page).groups()  # type: ignore[union-attr]
    assert unescape(source)[caret.index("^") :].startswith('"why_tel"')


async def test_what_has_a_slip_can_be_read_and_drawn_with_its_mark_but_not_talked_to(desk: EditorsDesk) -> None:
    desk.lay(shipped_with(slip))
    editor = await desk.world.as_editor()
    assert "marked" in (await editor.get("/conversations/folder/drawing/neck.svg")).text
    preview = await editor.get("/conversations/folder/preview")
    assert preview.status_code == 409
    assert "These have to be put right first" in preview.text
    assert (await editor.post("/conversations/folder/preview", {"words": "hello"})).status_code == 409
    assert (await editor.get("/conversations/folder/rehearsals")).status_code == 409


async def test_a_drawing_is_a_picture_with_its_own_style_and_stands_in_words_too(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    picture = await editor.get("/conversations/shipped/drawing/neck.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    page = await editor.get("/conversations/shipped/drawing/neck?size=50")
    assert re.search(r'<img src="/desk/conversations/shipped/drawing/neck\.svg" width="\d+"', page.text)
    assert "Carry on leads to back to where he was" in words(page.text)
    for name in ("nothing", "nothing.svg"):
        assert (await editor.get(f"/conversations/shipped/drawing/{name}")).status_code == 404


async def test_the_drawing_of_all_flows_is_a_picture_too(desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def picture(self: Workshop, diagram: Diagram) -> str:
        return f"<svg>{diagram.name}</svg>"

    monkeypatch.setattr(Workshop, "picture", picture)
    editor = await desk.world.as_editor()
    page = await editor.get("/conversations/shipped/drawing?size=200")
    assert '/desk/conversations/shipped/drawing/_overview.svg"' in page.text
    assert (await editor.get("/conversations/shipped/drawing/_overview.svg")).text == "<svg>_overview</svg>"


async def test_rehearsals_of_the_folder_are_played_where_there_are_any(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    assert "all went as written" in (await editor.get("/conversations/shipped/rehearsals")).text
    desk.lay(shipped_with(says("main", "need", "What now?")))
    own = desk.folder / "rehearsals"
    own.mkdir()
    (own / "one.yaml").write_text(
        "rehearsal: 1\ntitle: The first question\n"
        "talk:\n  - reads: Is it OK to chat\n  - taps: Yes\n    reads: Never said\n"
    )
    page = words((await editor.get("/conversations/folder/rehearsals")).text)
    assert "1 rehearsal played. Not all went as written." in page
    assert "Never rehearsed" in page


async def test_a_replay_becomes_an_address_and_is_read_as_a_conversation(
    desk: EditorsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Finding("F203", "error", "main.yaml", 3, 1, "No end.", "Why.", replay=("Yes", "a; b"), source="x: y")

    async def check(self: Workshop, looked: object, at: datetime) -> tuple[Finding, ...]:
        return (found,)

    monkeypatch.setattr(Workshop, "check", check)
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/shipped/findings")).text
    assert "/desk/conversations/shipped/preview?replay=Yes%3B%20a%5C%3B%20b" in page
    talk = words((await editor.get("/conversations/shipped/preview?replay=Yes%3B%20a%5C%3B%20b")).text)
    assert "You: Yes" in talk
    assert "You: a; b" in talk


# The preview


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page, by their names."""
    fields = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<input [^>]*>", html)]
    return {one["name"]: unescape(one["value"]) for one in fields if one.get("type") == "hidden"}


def token_of(html: str, label: str) -> str:
    found = re.search(rf'name="token" value="([^"]+)">{re.escape(label)}<', html)
    assert found is not None, label
    return unescape(found[1])


async def test_an_editor_talks_to_a_version_and_no_session_is_kept(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/shipped/preview")).text
    for label in ("Yes", "Talk to someone"):
        form = {**hidden(page), "token": token_of(page, label)}
        page = (await editor.post("/conversations/shipped/preview", form)).text
        assert f"You: {label}" in words(page)
    page = (await editor.post("/conversations/shipped/preview", {**hidden(page), "words": "leeds"})).text
    assert "Example Leeds Men's Room" in words(page)
    assert "At main/after" in words(page)
    assert sum((await desk.rooms.sessions.census(desk.clock())).values()) == 0


async def test_danger_is_answered_first_then_what_he_told_beside_it_and_leaving_begins_again(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/shipped/preview?channel=telegram")).text
    said = {**hidden(page), "words": "she has a knife, and she hits the kids"}
    page = (await editor.post("/conversations/shipped/preview", said)).text
    assert "999" in words(page)
    for _ in range(6):
        if "A child may be hurt" in page or "children_at_risk" in page:
            break
        onward = "Carry on" if ">Carry on<" in page else re.findall(r'value="[^"]+">([^<]+)</button>', page)[0]
        page = (
            await editor.post("/conversations/shipped/preview", {**hidden(page), "token": token_of(page, onward)})
        ).text
    assert "children_at_risk" in page
    page = (await editor.post("/conversations/shipped/preview", {**hidden(page), "token": "x"})).text
    assert "He left. What stands next is what a stranger meets." in page
    assert "At main/hello" in words(page)
    page = (await editor.post("/conversations/shipped/preview", {**hidden(page), "token": "999.gone"})).text
    assert "At main/hello" in words(page)


async def test_it_can_begin_at_any_step_and_a_step_that_there_is_not_is_told(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = await editor.get("/conversations/shipped/preview?at=neck/what_to_say")
    assert "At neck/what_to_say" in words(page.text)
    wrong = await editor.get("/conversations/shipped/preview?at=neck/nothing")
    assert wrong.status_code == 404
    assert "`neck` has no step `nothing`." in unescape(wrong.text)
    lost = {**hidden(page.text), "at": "neck/nothing", "words": "hello"}
    assert (await editor.post("/conversations/shipped/preview", lost)).status_code == 200


async def test_a_place_that_somebody_made_up_or_took_from_another_begins_again(desk: EditorsDesk) -> None:
    editor, lead = await desk.world.as_editor(), await desk.world.as_lead()
    sealed = hidden((await editor.get("/conversations/shipped/preview?replay=Yes")).text)["standing"]
    for person, standing in ((editor, "made up"), (lead, sealed), (editor, sealed[:-4])):
        page = await person.post("/conversations/shipped/preview", {"standing": standing, "words": "hello"})
        assert "This begins again" in page.text
        assert "At main/hello" in words(page.text)


async def test_a_preview_goes_on_in_what_was_saved_meanwhile_where_his_step_is_still_there(desk: EditorsDesk) -> None:
    desk.lay(shipped_with())
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/folder/preview?replay=Yes")).text
    desk.lay(shipped_with(says("main", "need", "What now, then?")))
    page = (await editor.post("/conversations/folder/preview", {**hidden(page), "words": "hm"})).text
    assert "What now, then?" in page


async def test_others_are_answered_while_something_is_checked_and_checks_wait_for_each_other(desk: EditorsDesk) -> None:
    workshop = Workshop(desk.rooms)
    going, done = threading.Event(), []

    def check(number: int) -> None:
        going.wait(PATIENCE)
        done.append(number)

    first = asyncio.create_task(workshop.beside(lambda: check(1)))
    second = asyncio.create_task(workshop.beside(lambda: check(2)))
    nobody = await desk.world.as_nobody()
    assert (await nobody.get("/sign-in")).status_code == 200
    assert done == []
    going.set()
    await asyncio.gather(first, second)
    assert done == [1, 2]


async def test_beginning_again_is_a_button_there_too(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/shipped/preview?replay=Yes")).text
    page = (await editor.post("/conversations/shipped/preview", {**hidden(page), "token": AGAIN})).text
    assert "At main/hello" in words(page)
    assert "He left" not in page


async def test_what_stands_on_a_button_is_that_button_when_it_is_typed(desk: EditorsDesk) -> None:
    editor = await desk.world.as_editor()
    page = (await editor.get("/conversations/shipped/preview?replay=Yes%3B%20The%20children")).text
    tapped = (await editor.get("/conversations/shipped/preview?replay=Yes%3B%20the%20children")).text
    places = [re.findall(r"At <code>([^<]+)</code>", one)[-1] for one in (page, tapped)]
    assert places[0] == places[1]


async def test_a_place_sealed_by_an_older_program_begins_again(desk: EditorsDesk) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Standing.from_text('["0", "web", "[]", null]')
    editor = await desk.world.as_editor()
    sealed = seal(desk.world.desk.secret, "preview", editor.number, '["0", "web", "[]", null]')
    page = await editor.post("/conversations/shipped/preview", {"standing": sealed, "words": "hello"})
    assert "This begins again" in page.text
