"""Sessions are found by the man himself only, vanish on time, and leave what an erase needs and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import session_tables as tables
from bot.arrival import Address
from bot.sessions import MIGRATIONS, LaneBusy, Leaving, LeftMeanwhile, Session, Sessions, Whereabouts, Wipe
from service_directory.database import Database, DatabaseError

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HIM = Address("telegram", "4200000001")
ANOTHER = Address("telegram", "4200000002")
HIS_PLACE = Session(version="0123456789ab", state=b'{"at":["main","need"]}', last_turn=NOON, standing=12)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sessions.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def sessions(url: str, tmp_path: Path) -> AsyncIterator[Sessions]:
    opened = await Sessions.open(url, folder=tmp_path, secret="a secret that is long enough for us", life=HOUR)
    yield opened
    await opened.close()


async def rows(url: str, table: sa.Table) -> int:
    database = Database.at(url, name="session", migrations=MIGRATIONS)
    async with database.read() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    await database.close()
    return int(count)


async def test_a_stranger_has_no_session(sessions: Sessions) -> None:
    assert await sessions.find(HIM, NOON) == (None, ())


async def test_what_a_turn_kept_is_there_at_the_next(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12])
    assert await sessions.find(HIM, NOON + MINUTE) == (HIS_PLACE, (11, 12))
    moved = replace(HIS_PLACE, state=b'{"at":["main","where"]}', standing=14, gate=2, danger="suicide")
    await sessions.commit(HIM, moved, left=None, now=NOON + MINUTE, messages=[13, 14])
    assert await sessions.find(HIM, NOON + MINUTE) == (moved, (11, 12, 13, 14))


async def test_one_man_never_finds_anothers_session(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11])
    assert await sessions.find(ANOTHER, NOON) == (None, ())
    assert await sessions.find(Address("web", HIM.chat), NOON) == (None, ())


async def test_a_session_lives_on_over_the_hour_and_under_one_name_only(sessions: Sessions, url: str) -> None:
    moment = NOON
    for _ in range(8):
        await sessions.commit(HIM, replace(HIS_PLACE, last_turn=moment), left=None, now=moment, messages=[1])
        moment += timedelta(minutes=25)
    session, messages = await sessions.find(HIM, moment)
    assert session is not None
    assert messages == (1,)
    assert await rows(url, tables.session) == 1
    assert await rows(url, tables.trace) == 1


async def test_a_session_is_gone_an_hour_after_the_last_turn(sessions: Sessions, url: str) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11])
    session, _ = await sessions.find(HIM, NOON + HOUR)
    assert session is None
    await sessions.sweep(NOON + HOUR)
    assert await rows(url, tables.session) == 0


async def test_an_update_is_remembered_for_a_day(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, update="77")
    assert await sessions.taken(HIM, "77")
    assert not await sessions.taken(HIM, "78")
    await sessions.sweep(NOON + timedelta(hours=23))
    assert await sessions.taken(HIM, "77")
    await sessions.sweep(NOON + timedelta(hours=24))
    assert not await sessions.taken(HIM, "77")


async def test_leaving_forgets_him_and_tells_what_to_delete(sessions: Sessions, url: str) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12])
    assert await sessions.leave(HIM, NOON + MINUTE) == (11, 12)
    assert await rows(url, tables.session) == 0
    assert await sessions.left(HIM) == Leaving(NOON + MINUTE, NOON + MINUTE)
    assert await sessions.left(ANOTHER) is None
    await sessions.wiped(HIM, (11, 12), (), NOON + MINUTE)
    assert await rows(url, tables.trace) == 0


async def test_a_turn_in_hand_keeps_nothing_once_he_has_left(sessions: Sessions, url: str) -> None:
    before = await sessions.left(HIM)
    await sessions.leave(HIM, NOON + MINUTE)
    with pytest.raises(LeftMeanwhile):
        await sessions.commit(HIM, HIS_PLACE, left=before, now=NOON + 2 * MINUTE, update="77", messages=[11])
    assert await rows(url, tables.session) == 0
    assert not await sessions.taken(HIM, "77")
    await sessions.commit(HIM, HIS_PLACE, left=await sessions.left(HIM), now=NOON + 2 * MINUTE)
    assert (await sessions.find(HIM, NOON + 2 * MINUTE))[0] == HIS_PLACE


async def test_a_quiet_chat_is_due_to_be_cleared_when_its_session_ends(sessions: Sessions, url: str) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12])
    assert await sessions.due_wipes(NOON + HOUR - MINUTE) == []
    assert await sessions.due_wipes(NOON + HOUR) == [Wipe(HIM, (11, 12))]
    await sessions.wiped(HIM, (11, 12), (), NOON + HOUR)
    assert await sessions.due_wipes(NOON + HOUR) == []


async def test_what_could_not_be_cleared_is_tried_again_until_two_days_are_over(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12])
    later = NOON + HOUR
    await sessions.wiped(HIM, (11, 12), (12,), later)
    assert await sessions.due_wipes(later) == []
    assert await sessions.due_wipes(later + 5 * MINUTE) == [Wipe(HIM, (12,))]
    await sessions.sweep(NOON + timedelta(hours=48))
    assert await sessions.due_wipes(NOON + timedelta(hours=48)) == []


async def tries(sessions: Sessions, since: datetime, hours: int) -> list[int]:
    """After how many minutes each the sweep, coming by every five, tries in vain to clear the one chat."""
    pauses: list[int] = []
    last = now = since
    while now < since + timedelta(hours=hours):
        now += 5 * MINUTE
        for wipe in await sessions.due_wipes(now):
            pauses.append((now - last) // MINUTE)
            last = now
            await sessions.wiped(wipe.address, wipe.messages, wipe.messages, now)
    return pauses


@pytest.mark.parametrize("keep", [None, True])
async def test_an_erase_that_keeps_failing_is_tried_ever_more_seldom(sessions: Sessions, keep: bool | None) -> None:
    """Also in a chat of which he keeps an earlier part, which goes by another clock."""
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON - HOUR, messages=[11], keep=keep)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[12])
    assert await tries(sessions, NOON, 10) == [60, 5, 10, 20, 40, 80, 120, 120, 120]


async def test_an_erase_he_asked_for_is_tried_again_as_often_however_old_the_chat(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12], keep=True)
    left_at = NOON + timedelta(hours=40)
    await sessions.wiped(HIM, await sessions.leave(HIM, left_at), (12,), left_at)
    assert await tries(sessions, left_at, 5) == [5, 10, 20, 40, 80, 120]


async def test_he_who_comes_back_after_leaving_has_his_new_messages_cleared_as_eagerly(sessions: Sessions) -> None:
    await sessions.wiped(HIM, await sessions.leave(HIM, NOON), (), NOON)
    await sessions.commit(HIM, HIS_PLACE, left=await sessions.left(HIM), now=NOON + 10 * MINUTE, messages=[13])
    assert await tries(sessions, NOON + 10 * MINUTE, 2) == [60, 5, 10, 20]


async def test_hours_in_which_nobody_tried_do_not_put_the_next_try_off(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11])
    back = NOON + timedelta(hours=11)
    assert await tries(sessions, back, 1) == [5, 5]


async def test_what_comes_while_a_chat_is_cleared_is_not_forgotten(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11, 12])
    later = NOON + HOUR
    (wipe,) = await sessions.due_wipes(later)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=later, messages=[13])
    await sessions.wiped(HIM, wipe.messages, (12,), later)
    assert await sessions.due_wipes(later + 10 * MINUTE) == []
    assert await sessions.leave(HIM, later + MINUTE) == (12, 13)


async def test_a_chat_he_keeps_is_not_cleared_but_leaving_still_can(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11], keep=True)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[12], keep=True)
    late = NOON + timedelta(hours=46)
    await sessions.sweep(late)
    assert await sessions.due_wipes(late) == []
    assert await sessions.leave(HIM, late) == (11, 12)


async def test_what_comes_after_a_chat_was_kept_is_cleared_and_what_he_kept_is_not(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11], keep=True)
    later = NOON + timedelta(hours=3)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=later, messages=[12])
    assert await sessions.due_wipes(later + HOUR) == [Wipe(HIM, (12,))]
    assert await sessions.still_due(HIM, later + HOUR) == (12,)
    await sessions.wiped(HIM, (12,), (), later + HOUR)
    assert await sessions.due_wipes(later + 2 * HOUR) == []
    assert await sessions.leave(HIM, later + 2 * HOUR) == (11,)
    assert await sessions.due_wipes(later + 3 * HOUR) == [Wipe(HIM, (11,))]


async def test_he_who_changes_his_mind_has_all_of_it_cleared(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11], keep=True)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[12], keep=False)
    assert await sessions.due_wipes(NOON + HOUR) == [Wipe(HIM, (11, 12))]


async def test_a_leaving_that_was_asked_for_earlier_and_comes_later_takes_nothing_back(sessions: Sessions) -> None:
    await sessions.leave(HIM, NOON, sent_at=NOON)
    await sessions.leave(HIM, NOON + MINUTE, sent_at=NOON - HOUR)
    assert await sessions.left(HIM) == Leaving(NOON + MINUTE, NOON)


async def test_what_was_sent_before_leaving_is_told_by_when_he_asked_to_leave(sessions: Sessions) -> None:
    await sessions.leave(HIM, NOON + 5 * MINUTE, sent_at=NOON)
    assert await sessions.left(HIM) == Leaving(at=NOON + 5 * MINUTE, sent_at=NOON)
    await sessions.sweep(NOON + timedelta(hours=25))
    assert await sessions.left(HIM) is None


async def test_an_exit_is_settled_with_its_erase(sessions: Sessions) -> None:
    await sessions.leave(HIM, NOON)
    assert not await sessions.taken(HIM, "77")
    await sessions.wiped(HIM, (11,), (11,), NOON, update="77")
    assert await sessions.taken(HIM, "77")
    assert await sessions.due_wipes(NOON + 5 * MINUTE) == [Wipe(HIM, (11,))]


@pytest.mark.postgres
async def test_a_database_that_hangs_counts_as_one_that_failed(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await Sessions.open(postgres_url, folder=tmp_path, secret="a secret that is long enough", life=HOUR)
    other = Database.at(postgres_url, name="session", migrations=MIGRATIONS)
    monkeypatch.setattr("bot.session_database.ANSWERS_WITHIN", timedelta(seconds=0.05))
    async with other.write() as connection:
        await connection.execute(sa.text("LOCK TABLE mark, session IN ACCESS EXCLUSIVE MODE"))
        for work in (opened.find(HIM, NOON), opened.leave(HIM, NOON)):
            with pytest.raises(DatabaseError, match="in time"):
                await work
    await other.close()
    monkeypatch.undo()
    assert await opened.left(HIM) is None
    await opened.close()


async def test_the_trace_of_a_kept_chat_is_dropped_before_it_is_useless(sessions: Sessions, url: str) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11], keep=True)
    await sessions.sweep(NOON + timedelta(hours=47))
    assert await rows(url, tables.trace) == 0


async def test_channels_without_messages_leave_no_trace(sessions: Sessions, url: str) -> None:
    await sessions.commit(Address("web", "x" * 32), HIS_PLACE, left=None, now=NOON, erasable=False)
    assert await rows(url, tables.trace) == 0


AT_NEED = (("main", "need"),)
IN_DANGER = (("main", "need"), ("danger", "first"))


async def test_a_census_tells_how_many_stand_where_and_nothing_of_what_they_answered(
    sessions: Sessions, url: str
) -> None:
    for number in range(5):
        him = Address("telegram", f"42000000{number}")
        places = IN_DANGER if number == 4 else AT_NEED
        await sessions.commit(him, HIS_PLACE, left=None, now=NOON, places=places)
    await sessions.commit(HIM, replace(HIS_PLACE, version="ba9876543210"), left=None, now=NOON, places=AT_NEED)
    assert await sessions.census(NOON + MINUTE) == {
        Whereabouts("0123456789ab", AT_NEED): 4,
        Whereabouts("0123456789ab", IN_DANGER): 1,
        Whereabouts("ba9876543210", AT_NEED): 1,
    }


async def test_a_census_counts_everybody_however_many_are_read_at_once(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sessions.PLACES_AT_ONCE", 3)
    for count in range(1, 8):
        one = Address("telegram", str(count))
        await sessions.commit(one, HIS_PLACE, left=None, now=NOON, places=(("main", "need"),))
        assert sum((await sessions.census(NOON)).values()) == count


async def test_a_census_leaves_out_who_has_moved_on_left_or_gone_quiet(sessions: Sessions) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, places=AT_NEED)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON + MINUTE, places=IN_DANGER)
    await sessions.commit(ANOTHER, HIS_PLACE, left=None, now=NOON, places=AT_NEED)
    assert await sessions.census(NOON + HOUR) == {Whereabouts("0123456789ab", IN_DANGER): 1}
    await sessions.leave(HIM, NOON + HOUR)
    assert await sessions.census(NOON + HOUR) == {}


async def test_a_census_leaves_out_rows_that_an_older_program_kept_or_no_key_opens(
    sessions: Sessions, url: str, tmp_path: Path
) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, places=AT_NEED)
    await sessions.commit(ANOTHER, HIS_PLACE, left=None, now=NOON, places=AT_NEED)
    database = Database.at(url, name="session", migrations=MIGRATIONS)
    async with database.write() as connection:
        first = (await connection.execute(sa.select(tables.session.c.who))).scalars().first()
        await connection.execute(sa.update(tables.session).values(place=None).where(tables.session.c.who == first))
    await database.close()
    assert sum((await sessions.census(NOON)).values()) == 1
    (tmp_path / "session-keys.json").unlink()
    assert await sessions.census(NOON) == {}


async def test_where_somebody_stands_cannot_be_read_without_the_servers_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sessions.sqlite"
    sessions = await Sessions.open(url, folder=tmp_path, secret="a secret that is long enough for us", life=HOUR)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, places=IN_DANGER)
    for file in tmp_path.iterdir():
        assert not any(name in file.read_bytes() for name in (b"danger", b"need", b"0123456789ab")), file.name
    await sessions.close()
    thief = await Sessions.open(url, folder=tmp_path, secret="another secret of the same length..", life=HOUR)
    assert await thief.census(NOON) == {}
    await thief.close()


async def test_without_its_key_file_a_session_is_a_strangers_and_the_operator_is_told(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11])
    for file in tmp_path.glob("*-keys.json"):
        file.unlink()
    assert await sessions.find(HIM, NOON) == (None, ())
    assert await sessions.due_wipes(NOON + HOUR) == []
    assert "1 chats can no longer be cleared" in caplog.text
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON + MINUTE)
    assert (await sessions.find(HIM, NOON + MINUTE))[0] == HIS_PLACE


async def test_a_damaged_row_is_a_strangers(sessions: Sessions, url: str, caplog: pytest.LogCaptureFixture) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11])
    database = Database.at(url, name="session", migrations=MIGRATIONS)
    async with database.write() as connection:
        await connection.execute(sa.update(tables.session).values(sealed=b"\x00" * 40))
    await database.close()
    session, messages = await sessions.find(HIM, NOON)
    assert session is None
    assert messages == (11,)
    assert "could not be read" in caplog.text


async def test_keys_go_with_the_last_row_that_needs_them(sessions: Sessions, tmp_path: Path) -> None:
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[11], update="1")
    before = (tmp_path / "session-keys.json").read_text()
    later = NOON + timedelta(hours=3)
    await sessions.wiped(HIM, (11,), (), later)
    await sessions.sweep(later)
    assert before != (tmp_path / "session-keys.json").read_text() == '{"keys": {}}'
    assert (
        (tmp_path / "trace-keys.json").read_text() == (tmp_path / "trace-name-keys.json").read_text() == '{"keys": {}}'
    )
    assert (tmp_path / "mark-keys.json").read_text() != '{"keys": {}}'
    await sessions.sweep(NOON + timedelta(hours=25))
    assert (tmp_path / "mark-keys.json").read_text() == '{"keys": {}}'


async def test_one_mans_turns_never_overlap_and_keep_their_order(sessions: Sessions) -> None:
    seen: list[str] = []

    async def turn(name: str) -> None:
        async with sessions.lane(HIM, lambda: datetime.now(UTC), 10 * MINUTE):
            seen.append(f"{name} begins")
            await asyncio.sleep(0.01)
            seen.append(f"{name} ends")

    async with asyncio.TaskGroup() as tasks:
        for name in ("first", "second", "third"):
            tasks.create_task(turn(name))
    assert seen == [f"{name} {what}" for name in ("first", "second", "third") for what in ("begins", "ends")]


async def test_a_lane_is_held_across_processes_and_freed_by_the_end_of_its_lease(
    sessions: Sessions, url: str, tmp_path: Path
) -> None:
    other = await Sessions.open(url, folder=tmp_path, secret="a secret that is long enough for us", life=HOUR)
    clock = [NOON]

    def ticking() -> datetime:
        clock[0] += timedelta(seconds=1)
        return clock[0]

    async with sessions.lane(HIM, lambda: NOON, MINUTE):
        with pytest.raises(LaneBusy):
            async with other.lane(HIM, ticking, timedelta(seconds=3)):
                pass
        async with other.lane(HIM, lambda: NOON + MINUTE, MINUTE):
            pass  # the first holder's lease has run out: it counts as dead
    await other.close()


async def test_nothing_that_names_him_is_in_any_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sessions.sqlite"
    sessions = await Sessions.open(url, folder=tmp_path, secret="a secret that is long enough for us", life=HOUR)
    await sessions.commit(HIM, HIS_PLACE, left=None, now=NOON, messages=[555111333], update="918273645")
    await sessions.leave(HIM, NOON + MINUTE)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        for secret in (HIM.chat.encode(), b"918273645", b"555111333", b"main"):
            assert secret not in content, file.name
    await sessions.close()


def test_a_session_survives_the_way_to_bytes_and_back() -> None:
    for session in (HIS_PLACE, replace(HIS_PLACE, gate=0, danger="suicide", standing=None)):
        assert Session.from_bytes(session.to_bytes()) == session
    assert "need" not in repr(HIS_PLACE)
