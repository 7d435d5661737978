"""A version that is published is taken up while people talk, and each of them goes on: in it, or in the old one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import conversation, service
from bot import publication_tables as tables
from bot import stepping as stepping_module
from bot import versions as versions_module
from bot.flow_knowledge import known
from bot.publications import Publication
from bot.rooms import Rooms
from bot.stepping import Stepping
from bot.switchboard import Fixed
from bot.versions import Preview, PublishedVersions, Versions
from dialogs.engine import Begin
from dialogs.findings import FlowErrors
from dialogs.loading import load_published
from dialogs.proof import prove
from dialogs.source import Source
from dialogs.state import State
from safety.envelope import Turn
from service_directory.database import DatabaseError
from tests.support.editing import edits, options_of, rename
from tests.support.longer import examples
from tests.support.publishing import SHIPPED, Edit, publish, publishing, request, says, shipped_with
from tests.support.random_flows import Tree
from tests.support.world import Clock, Phone, at_the_signposts, world

# In one process, where a version that was proved for one test is proved for the next.
REWORDED = shipped_with(says("main", "need", "What would help you most?"))
MOVED = {("main", "where"): ("main", "place")}


def step_renamed(flows: dict[str, Tree]) -> None:
    rename(flows["main"], "where", "place")
    flows["main"]["steps"]["place"]["locate"]["text"] = "Which place is it about?"


def asked_otherwise(flows: dict[str, Tree]) -> None:
    """Another question of the same name, with an option of the same name."""
    flows["main"]["steps"]["where"]["locate"]["text"] = "Where shall nobody look?"


ANEW = {("main", "where"): ("main", "where")}


def published(rooms: Rooms) -> PublishedVersions:
    assert isinstance(rooms.versions, PublishedVersions)
    return rooms.versions


# --- taking up -------------------------------------------------------------------------------------------------------


async def test_without_any_publication_the_shipped_conversations_are_served(rooms: Rooms) -> None:
    assert rooms.book.digest == rooms.shipped.digest


async def test_what_is_published_is_what_strangers_and_people_in_the_middle_read_next(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    report = await publish(rooms, clock, REWORDED)
    assert (report.carried, report.finishing) == (1, 0)
    await phone.taps("Yes")
    assert "What would help you most?" in phone.seen
    stranger = Phone(rooms, clock, chat="4200000002")
    await stranger.commands("start")
    await stranger.taps("Yes")
    assert "What would help you most?" in stranger.seen


async def test_another_process_takes_it_up_too_and_starts_with_it(tmp_path: Path, clock: Clock) -> None:
    async with world(tmp_path, clock) as one, world(tmp_path, clock) as other:
        await publish(one, clock, REWORDED)
        assert other.book.digest != REWORDED.digest
        await published(other).take_up()
        assert other.book.digest == REWORDED.digest
    async with world(tmp_path, clock) as later:
        assert later.book.digest == REWORDED.digest


async def test_a_rollback_is_taken_up_the_same_way(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await publish(rooms, clock, REWORDED)
    await phone.commands("start")
    await publishing(rooms, clock).rollback(None, request())
    await published(rooms).take_up()
    await phone.taps("Yes")
    assert "What would help most right now?" in phone.seen


async def test_a_turn_uses_one_version_from_beginning_to_end(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    before = rooms.book.digest
    shown = phone.send

    async def meanwhile(turn: Turn, *, onto: int | None) -> tuple[int, ...]:
        await publish(rooms, clock, REWORDED)
        return await shown(turn, onto=onto)

    phone.send = meanwhile  # type: ignore[method-assign]
    await phone.taps("Yes")
    phone.send = shown  # type: ignore[method-assign]
    assert "What would help most right now?" in phone.seen
    session, _ = await rooms.sessions.find(phone.address, clock())
    assert session is not None
    assert session.version == before != rooms.book.digest
    await phone.taps("Talk to someone")
    assert "Roughly where" in phone.seen


# --- going on --------------------------------------------------------------------------------------------------------


async def test_whoever_stands_at_a_step_that_is_gone_finishes_on_the_old_version(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    report = await publish(rooms, clock, shipped_with(step_renamed), finish_old=True)
    assert (report.carried, report.finishing) == (0, 1)
    await phone.taps("Why?")
    assert "Roughly where" in phone.seen
    await phone.says("leeds")
    assert "Recorded as meeting" in phone.seen
    # From where he is now he can be carried: the next place he is asked for is the new one's.
    await phone.taps("Another place")
    assert "Which place is it about?" in phone.seen


async def test_or_goes_on_where_the_editor_said_and_the_buttons_before_him_still_answer(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    def only_renamed(flows: dict[str, Tree]) -> None:
        rename(flows["main"], "where", "place")

    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await publish(rooms, clock, shipped_with(only_renamed), moves=MOVED)
    await phone.taps("England")
    assert "Recorded as meeting" in phone.seen
    assert await rooms.conversation.place(phone.address) == ("main", "after")


@pytest.mark.parametrize("does", ["taps", "types"])
async def test_what_he_meant_for_another_question_shows_him_the_new_one_and_is_no_answer_to_it(
    rooms: Rooms, phone: Phone, clock: Clock, does: str
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    asked = phone.turn
    await publish(rooms, clock, shipped_with(asked_otherwise), moves=ANEW)
    if does == "taps":
        await phone.taps("England")
    else:
        await phone.says("leeds")
    assert "Where shall nobody look?" in phone.seen
    assert phone.turn is not asked
    await phone.taps("England")
    assert "Recorded as meeting" in phone.seen


async def test_danger_is_answered_first_also_by_one_who_is_asked_anew(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await publish(rooms, clock, shipped_with(asked_otherwise), moves=ANEW)
    await phone.says("shes back with a knife")
    assert "999" in phone.seen
    await phone.taps("Carry on")
    assert "Where shall nobody look?" in phone.seen


async def test_a_page_that_is_shown_again_shows_the_new_question_and_its_buttons_answer(
    rooms: Rooms, clock: Clock
) -> None:
    web = Phone(rooms, clock, chat="x" * 32, channel="web")
    await web.commands("start")
    await web.taps("Yes")
    await web.taps("Talk to someone")
    await publish(rooms, clock, shipped_with(asked_otherwise), moves=ANEW)
    page = await rooms.conversation.show(web.address)
    (england,) = [b for m in page.messages for row in m.rows for b in row if b.label == "England"]
    await web.taps_token(england.token, on=0)
    assert "Recorded as meeting" in web.seen


async def test_an_option_that_is_gone_shows_him_where_he_is(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    def without_more(flows: dict[str, Tree]) -> None:
        options = options_of(flows["main"], "after")
        options[:] = [one for one in options if one["label"] != "Keep a number"]

    await at_the_signposts(phone)
    await publish(rooms, clock, shipped_with(without_more), finish_old=True)
    await phone.taps("Keep a number")
    assert "You can stop here" in phone.seen
    assert "Keep a number" not in phone.labels


async def test_more_about_a_service_is_told_after_the_switch_too(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    await at_the_signposts(phone)
    await publish(rooms, clock, REWORDED)
    card = next(i for i, m in phone.standing.items() if not isinstance(m, str) and "EXAMPLE" in m.text)
    await phone.taps("More", on=card)
    assert "These details were checked on" in phone.seen


async def test_he_who_starts_again_starts_in_the_new_version(rooms: Rooms, phone: Phone, clock: Clock) -> None:
    def other_hello(flows: dict[str, Tree]) -> None:
        step_renamed(flows)
        says("main", "hello", "Is it a good time to chat?")(flows)

    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await publish(rooms, clock, shipped_with(other_hello), finish_old=True)
    await phone.commands("start")
    assert "Is it a good time to chat?" in phone.seen


# --- what can go wrong -----------------------------------------------------------------------------------------------


async def test_a_database_in_trouble_leaves_what_is_served_and_is_told_once(
    rooms: Rooms, phone: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await publishing(rooms, clock).publish(REWORDED, request())

    async def gone() -> Publication | None:
        raise DatabaseError("the conversations database cannot be used")

    with monkeypatch.context() as patch:
        patch.setattr(rooms.publications, "current", gone)
        for _ in range(3):
            await published(rooms).take_up()
    assert caplog.text.count("cannot be seen which version") == 1
    await phone.commands("start")
    assert "Is it OK to chat here now?" in phone.seen
    await published(rooms).take_up()
    assert rooms.book.digest == REWORDED.digest


async def test_a_version_that_this_program_cannot_use_is_told_once_and_the_last_good_one_goes_on(
    rooms: Rooms, phone: Phone, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await publish(rooms, clock, REWORDED)

    def newer_language(source: Source, facts: object) -> None:
        raise FlowErrors([])

    newest = shipped_with(says("main", "need", "What now?"))
    with monkeypatch.context() as patch:
        patch.setattr(versions_module, "load_published", newer_language)
        await publish(rooms, clock, newest)
        await published(rooms).take_up()
    assert caplog.text.count(f"The version {newest.digest[:5]} of the conversations cannot be used") == 1
    await phone.commands("start")
    await phone.taps("Yes")
    assert "What would help you most?" in phone.seen


async def test_at_the_start_the_newest_version_that_can_be_used_is_served(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path, clock) as rooms:
        await publish(rooms, clock, REWORDED)
        broken = shipped_with(says("main", "need", "What now?"))
        await publish(rooms, clock, broken)
        async with rooms.publications._database.write() as connection:
            of_it = tables.version_file.c.digest == broken.digest
            await connection.execute(sa.update(tables.version_file).where(of_it).values(content=b"{"))
    async with world(tmp_path, clock) as rooms:
        assert rooms.book.digest == REWORDED.digest
        assert f"The version {broken.digest[:5]}" in caplog.text
        caplog.clear()
        await published(rooms).take_up()
        assert caplog.text == ""


async def test_when_the_version_that_he_was_in_is_lost_he_starts_again(
    rooms: Rooms, phone: Phone, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await phone.commands("start")
    await phone.taps("Yes")
    session, _ = await rooms.sessions.find(phone.address, clock())
    assert session is not None
    lost = Phone(rooms, clock, chat="4200000009")
    await rooms.sessions.commit(lost.address, replace(session, version="0123456789ab"), left=None, now=clock())
    await lost.says("hello")
    assert "Is it OK to chat here now?" in lost.seen
    assert "is lost; he starts again" in caplog.text


async def test_while_the_old_version_cannot_be_fetched_he_gets_the_helpline_and_keeps_his_place(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path, clock) as rooms:
        await publish(rooms, clock, REWORDED)
        phone = Phone(rooms, clock)
        await phone.commands("start")
        await phone.taps("Yes")
        await phone.taps("Talk to someone")
        await publish(rooms, clock, shipped_with(step_renamed), finish_old=True)
    async with world(tmp_path, clock) as rooms:
        phone.rooms = rooms

        async def gone(digest: str) -> Source | None:
            raise DatabaseError("the conversations database cannot be used")

        with monkeypatch.context() as patch:
            patch.setattr(rooms.publications, "source", gone)
            await phone.says("leeds")
        assert "Something went wrong at my end" in phone.seen
        assert "0808 800 1170" in phone.seen
        await phone.says("leeds")
        assert "Recorded as meeting" in phone.seen


async def test_a_version_that_nobody_finishes_any_more_is_dropped_from_memory_and_can_come_back(
    rooms: Rooms, phone: Phone, clock: Clock
) -> None:
    await publishing(rooms, clock).keep_shipped()
    await phone.commands("start")
    await phone.taps("Yes")
    await phone.taps("Talk to someone")
    await publish(rooms, clock, shipped_with(step_renamed), finish_old=True)
    clock.forward(minutes=8)
    await phone.taps("Why?")
    assert list(published(rooms)._old) == [rooms.shipped.digest]
    clock.forward(minutes=61)
    await published(rooms).take_up()
    assert not published(rooms)._old
    await publishing(rooms, clock).rollback(None, request())
    await published(rooms).take_up()
    assert rooms.book.digest == rooms.shipped.digest


async def test_the_task_that_takes_versions_up_survives_a_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken_up = asyncio.Event()

    class Faulty(Preview):
        calls = 0

        async def take_up(self) -> None:
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError("a fault of ours")
            taken_up.set()

    monkeypatch.setattr(service, "TAKE_UP_EVERY", timedelta(milliseconds=1))
    task = asyncio.create_task(service._take_up(Faulty(None), "A new version"))  # type: ignore[arg-type]
    await taken_up.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert "A new version was not taken up by a fault of ours (RuntimeError" in caplog.text


async def test_a_preview_goes_on_wherever_its_steps_are_still_there(rooms: Rooms) -> None:
    def stepping(*changes: Edit) -> Stepping:
        book = load_published(shipped_with(*changes), known(rooms.lifelines))
        return Stepping(book, Fixed(rooms.lifelines), None, timedelta(hours=1))  # type: ignore[arg-type]

    preview = Preview(stepping())
    served: Versions = preview
    state, _ = await preview.current.step(State.at_start(preview.current.book), Begin(), Clock()(), "terminal")
    assert await served.resume(preview.current.book.digest, state) is not None
    before = preview.current.book.digest
    preview.current = stepping(says("main", "need", "What now?"))
    resumed = await served.resume(before, state)
    assert resumed is not None
    assert resumed.state == state
    preview.current = stepping(lambda flows: rename(flows["main"], "hello", "hi"))
    assert await served.resume(before, state) is None
    await served.take_up()


# --- whatever an editor changes --------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def talking(folder: Path, draw: st.DataObject, clock: Clock) -> AsyncIterator[tuple[Rooms, list[Phone]]]:
    """The whole program, and people who are each somewhere in the middle of a conversation."""
    async with world(folder, clock) as rooms:
        phones = [Phone(rooms, clock, chat=f"42000000{n}", channel=("telegram", "web")[n % 2]) for n in range(4)]
        for phone in phones:
            await phone.commands("start")
            for _ in range(draw.draw(st.integers(0, 6))):
                await tap_anything(phone, draw)
        yield rooms, phones


async def tap_anything(phone: Phone, draw: st.DataObject) -> None:
    """A tap on a button that he sees, but for the one with which he would leave."""
    buttons = [
        (button, on)
        for on, message in phone.standing.items()
        if not isinstance(message, str)
        for row in message.rows
        for button in row
        if button.label != "Leave now"
    ]
    button, on = draw.draw(st.sampled_from(buttons))
    await phone.taps_token(button.token, on=on)


@examples(4)
@given(draw=st.data())
def test_whatever_is_published_nobody_goes_unanswered(
    draw: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = draw.draw(edits(SHIPPED))
    try:
        faults = prove(load_published(source)).faults
    except FlowErrors:
        assume(False)
    assume(not any(fault.code in ("F203", "F205", "F206") for fault in faults))
    with pytest.MonkeyPatch.context() as patch:
        told: list[str] = []
        for module in (conversation, stepping_module):
            patch.setattr(module.log, "error", lambda words, *given: told.append(words % given))
        asyncio.run(everybody_is_answered(draw, tmp_path_factory.mktemp("home"), source))
    assert told == []


async def everybody_is_answered(draw: st.DataObject, folder: Path, source: Source) -> None:
    clock = Clock()
    async with talking(folder, draw, clock) as (rooms, phones):
        # Whether or not such a version would pass its check: this is what happens once one is current.
        await _made_current(rooms, clock, source)
        for phone in phones:
            for _ in range(2):
                turns = len(phone.turns)
                await tap_anything(phone, draw)
                if phone.address.channel == "web":
                    assert len(phone.turns) > turns
                assert (await rooms.conversation.show(phone.address)).messages
                await phone.says("yes")
                assert "0808 800 1170" in phone.seen
                assert phone.labels


async def _made_current(rooms: Rooms, clock: Clock, source: Source) -> None:
    made = publishing(rooms, clock)
    if source.digest == rooms.book.digest:
        return
    await made._switch(source, request(finish_old=True), "published", None, ())
    await published(rooms).take_up()
    assert rooms.book.digest == source.digest
