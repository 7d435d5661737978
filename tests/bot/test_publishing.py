"""A version is published whole or not at all, with who, when and why; nobody is stranded by it unasked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot import publication_tables as tables
from bot import publishing as publishing_module
from bot import switching
from bot.arrival import Address
from bot.flow_knowledge import known
from bot.publications import MIGRATIONS, Overtaken, Publications
from bot.publishing import Publishing, Refused, Report
from bot.session import Session, Whereabouts
from bot.sessions import Sessions
from dialogs.findings import Finding, FlowErrors
from dialogs.loading import load_published
from dialogs.source import Source
from dialogs.versions.carrying import Places
from safety.lifelines import Lifelines
from service_directory.database import Database, DatabaseError
from tests.support.editing import rename
from tests.support.publishing import request, says, shipped_with
from tests.support.random_flows import Tree
from tests.support.world import SUNDAY_NOON, Clock

# In one process, where a version that was proved for one test is proved for the next.
KNOWN = known(Lifelines.load(), today=SUNDAY_NOON.date())
SHIPPED = Source.read()
FIRST = shipped_with(says("main", "after", "You can stop here."))
SECOND = shipped_with(says("main", "after", "You can stop here now."))
LIFE = timedelta(hours=1)


def step_renamed(flows: dict[str, Tree]) -> None:
    rename(flows["main"], "where", "place")


RENAMED = shipped_with(step_renamed)
MOVED = {("main", "where"): ("main", "place")}


class Desk:
    """An editor's desk: the stores, and people who stand somewhere while things are published."""

    def __init__(self, publications: Publications, sessions: Sessions, clock: Clock) -> None:
        self.publications = publications
        self.sessions = sessions
        self.clock = clock
        self.publishing = self.with_shipped(SHIPPED)

    def with_shipped(self, shipped: Source) -> Publishing:
        return Publishing(self.publications, self.sessions, shipped, KNOWN, self.clock)

    async def publish(self, source: Source, **more: object) -> Report:
        self.clock.forward(minutes=1)
        return await self.publishing.publish(source, request(**more))

    async def rollback(self, digest: str | None = None, **more: object) -> Report:
        self.clock.forward(minutes=1)
        return await self.publishing.rollback(digest, request(**more))

    async def somebody_at(self, *places: str, version: Source = SHIPPED, many: int = 1) -> None:
        stack: Places = tuple((flow, step) for flow, step in (place.split("/") for place in places))
        for number in range(many):
            him = Address("telegram", f"{version.digest}/{places}/{number}")
            session = Session(version=version.digest, state=b"", last_turn=self.clock())
            await self.sessions.commit(him, session, left=None, now=self.clock(), places=stack)

    async def current(self) -> str | None:
        newest = await self.publications.current()
        return None if newest is None else newest.digest


BOTH = pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, unless the test asks for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/directory.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def desk(url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    publications = await Publications.open(url)
    sessions = await Sessions.open(
        f"sqlite:///{tmp_path}/sessions.sqlite", folder=tmp_path, secret="a secret that is long enough", life=LIFE
    )
    yield Desk(publications, sessions, Clock())
    await sessions.close()
    await publications.close()


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings if finding.severity == "error"}


# --- publishing ------------------------------------------------------------------------------------------------------


@BOTH
async def test_what_is_published_is_kept_byte_for_byte_with_who_when_and_why(desk: Desk) -> None:
    report = await desk.publish(FIRST, by="Ann Editor", why="shorter words")
    assert (report.digest, report.refused, report.already) == (FIRST.digest, False, False)
    kept = await desk.publications.source(FIRST.digest)
    assert kept is not None
    assert sorted(kept.flows.values()) == sorted(FIRST.flows.values())
    assert kept.digest == FIRST.digest
    newest = await desk.publications.current()
    assert newest is not None
    assert (newest.digest, newest.who, newest.why) == (FIRST.digest, "Ann Editor", "shorter words")
    assert newest.at == SUNDAY_NOON + timedelta(minutes=1)


async def test_catalogues_are_published_with_the_flows(desk: Desk) -> None:
    catalogue = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    source = replace(FIRST, catalogues={"cy": catalogue})
    assert source.digest != FIRST.digest
    await desk.publish(source)
    kept = await desk.publications.source(source.digest)
    assert kept is not None
    assert dict(kept.catalogues) == {"cy": catalogue}


async def test_before_the_first_publication_stands_what_was_served_until_then(desk: Desk) -> None:
    await desk.publish(FIRST)
    history = await desk.publications.history()
    assert [(line.number, line.digest, line.action) for line in history] == [
        (2, FIRST.digest, "published"),
        (1, SHIPPED.digest, "shipped"),
    ]
    assert await desk.publications.source(SHIPPED.digest) is not None


async def test_the_shipped_conversations_can_be_published_so_that_no_upgrade_replaces_them(desk: Desk) -> None:
    report = await desk.publish(SHIPPED)
    assert not report.already
    assert [line.action for line in await desk.publications.history()] == ["published"]


async def test_what_is_current_is_not_published_again(desk: Desk) -> None:
    await desk.publish(FIRST)
    report = await desk.publish(FIRST)
    assert report.already
    assert len(await desk.publications.history()) == 2


async def test_what_the_check_refuses_is_not_published(desk: Desk) -> None:
    def leads_nowhere(flows: dict[str, Tree]) -> None:
        flows["main"]["steps"]["where"]["locate"]["skip"] = "servces"

    report = await desk.publish(shipped_with(leads_nowhere), finish_old=True)
    assert report.refused
    assert codes(report) == {"F130"}
    assert await desk.publications.history() == []


async def test_warnings_stop_nothing(desk: Desk) -> None:
    report = await desk.publish(FIRST)
    assert "F241" in {finding.code for finding in report.findings}
    assert await desk.current() == FIRST.digest


async def test_one_flow_alone_is_no_version(desk: Desk) -> None:
    report = await desk.publish(replace(FIRST, alone=True))
    assert codes(report) == {"F275"}
    assert await desk.current() is None


# --- a failure changes nothing ---------------------------------------------------------------------------------------


@BOTH
async def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, counted = asyncio.Barrier(2), desk.sessions.census

    async def after_both_have_looked(now: Any) -> Counter[Whereabouts]:
        await both.wait()
        return await counted(now)

    await desk.publish(SHIPPED)
    monkeypatch.setattr(desk.sessions, "census", after_both_have_looked)
    one, other = await asyncio.gather(desk.publish(FIRST), desk.publish(SECOND), return_exceptions=True)
    assert isinstance(one, Overtaken) != isinstance(other, Overtaken)
    won = SECOND if isinstance(one, Overtaken) else FIRST
    lost = FIRST if isinstance(one, Overtaken) else SECOND
    assert [line.digest for line in await desk.publications.history()] == [won.digest, SHIPPED.digest]
    assert await desk.publications.source(lost.digest) is None
    assert not await desk.publications.passages(lost.digest)


@BOTH
@pytest.mark.parametrize("statement", ["flow_version ", "flow_version_file", "flow_publication", "flow_passage"])
async def test_a_database_that_fails_in_the_middle_leaves_everything_as_it_was(desk: Desk, statement: str) -> None:
    await desk.publish(FIRST)
    await desk.somebody_at("main/need", version=FIRST)

    def fails(connection: Any, cursor: Any, words: str, *more: Any) -> None:
        if words.startswith(f"INSERT INTO {statement}"):
            raise OSError("no space left on device")

    engine = desk.publications._database.writing.sync_engine
    event.listen(engine, "before_cursor_execute", fails)
    with pytest.raises(DatabaseError):
        await desk.publish(SECOND)
    event.remove(engine, "before_cursor_execute", fails)
    assert [line.digest for line in await desk.publications.history()] == [FIRST.digest, SHIPPED.digest]
    assert await desk.publications.source(SECOND.digest) is None
    assert not (await desk.publish(SECOND)).refused


async def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    publications = await Publications.open(f"sqlite:///{tmp_path}/directory.sqlite")
    engine = publications._database.writing
    await publications.keep(SHIPPED, SUNDAY_NOON)
    async with engine.connect() as connection:
        pages = (await connection.execute(sa.text("PRAGMA page_count"))).scalar_one()
    await engine.dispose()

    @event.listens_for(engine.sync_engine, "connect")
    def full(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages + 2}")
        cursor.close()

    with pytest.raises(DatabaseError, match="full"):
        await publications.keep(FIRST, SUNDAY_NOON)
    event.remove(engine.sync_engine, "connect", full)
    await engine.dispose()
    assert await publications.source(FIRST.digest) is None
    await publications.keep(FIRST, SUNDAY_NOON)
    assert await publications.source(FIRST.digest) is not None
    await publications.close()


async def test_a_database_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="conversations"):
        await Publications.open(f"sqlite:///{tmp_path}/no/such/folder/directory.sqlite")


async def test_a_dry_run_tells_all_and_changes_nothing(desk: Desk) -> None:
    await desk.somebody_at("main/need", many=2)
    report = await desk.publish(FIRST, dry_run=True)
    assert (report.carried, report.refused) == (2, False)
    assert await desk.publications.history() == []
    assert await desk.publications.source(SHIPPED.digest) is None


# --- people in the middle of a conversation --------------------------------------------------------------------------


async def test_those_who_would_be_stranded_are_told_in_numbers_by_step_and_nothing_is_published(desk: Desk) -> None:
    await desk.somebody_at("main/where", many=3)
    await desk.somebody_at("main/where", "danger/first")
    await desk.somebody_at("main/need", many=2)
    await desk.somebody_at("main/where", version=FIRST)
    report = await desk.publish(RENAMED)
    (finding,) = [finding for finding in report.findings if finding.severity == "error"]
    assert finding.code == "F270"
    assert finding.message == "`main/where` is not in the new version. 4 people are there now: `main/where` (4)."
    assert finding.replay == ("Yes", "Talk to someone")
    assert report.refused
    assert await desk.publications.history() == []


async def test_it_is_refused_even_when_nobody_stands_there_yet(desk: Desk) -> None:
    report = await desk.publish(RENAMED)
    assert "Nobody is there now: `main/where` (0)." in next(f for f in report.findings if f.code == "F270").message
    assert report.refused


@BOTH
async def test_with_a_move_they_go_on_where_the_editor_says(desk: Desk) -> None:
    await desk.somebody_at("main/where", many=3)
    report = await desk.publish(RENAMED, moves=MOVED)
    assert (report.refused, report.carried, report.finishing) == (False, 3, 0)
    newest = await desk.publications.current()
    assert newest is not None
    assert newest.moves == MOVED
    passage = (await desk.publications.passages(RENAMED.digest))[SHIPPED.digest]
    assert passage.takes((("main", "where"),)) == (("main", "place"),)


async def test_or_they_finish_on_the_old_version(desk: Desk) -> None:
    await desk.somebody_at("main/where", many=3)
    await desk.somebody_at("main/need")
    report = await desk.publish(RENAMED, finish_old=True)
    assert (report.refused, report.carried, report.finishing) == (False, 1, 3)
    newest = await desk.publications.current()
    assert newest is not None
    assert newest.finish_old


async def test_a_move_that_cannot_be_made_is_refused_whatever_becomes_of_the_others(desk: Desk) -> None:
    report = await desk.publish(RENAMED, moves={("main", "where"): ("main", "plaice")}, finish_old=True)
    assert report.refused
    assert "F274" in codes(report)


async def test_those_who_finish_on_an_older_version_are_carried_by_the_next_one_where_that_is_sound(desk: Desk) -> None:
    await desk.publish(RENAMED, finish_old=True)
    await desk.somebody_at("main/where", version=SHIPPED)
    await desk.somebody_at("main/place", version=RENAMED)
    await desk.somebody_at("main/place", version=replace(RENAMED, catalogues={"cy": b""}))
    reworded = shipped_with(step_renamed, says("main", "after", "You can stop."))
    report = await desk.publish(reworded)
    assert (report.refused, report.carried, report.finishing) == (False, 1, 2)
    assert set(await desk.publications.passages(reworded.digest)) == {SHIPPED.digest, RENAMED.digest}


async def test_nobody_is_kept_from_publishing_by_a_version_that_cannot_be_read_any_more(desk: Desk) -> None:
    await desk.publish(FIRST)
    await desk.somebody_at("main/need", version=FIRST)
    async with desk.publications._database.write() as connection:
        await connection.execute(
            sa.update(tables.version_file).where(tables.version_file.c.digest == FIRST.digest).values(content=b"{")
        )
    report = await desk.publish(SECOND)
    assert (report.refused, report.carried, report.finishing) == (False, 0, 1)


async def test_nor_by_one_that_this_program_is_too_old_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.somebody_at("main/need")

    def too_old(source: Source, facts: object) -> object:
        if source.digest == SHIPPED.digest:
            raise FlowErrors([])
        return load_published(source, KNOWN)

    monkeypatch.setattr(switching, "load_published", too_old)
    report = await desk.publish(FIRST)
    assert (report.refused, report.carried, report.finishing) == (False, 0, 1)


# --- rolling back ----------------------------------------------------------------------------------------------------


@BOTH
async def test_rolling_back_makes_the_version_of_before_current_and_goes_further_back_each_time(desk: Desk) -> None:
    await desk.publish(FIRST)
    await desk.publish(SECOND)
    for expected in (FIRST, SHIPPED):
        report = await desk.rollback(by="Bob", why="a slip")
        assert report.digest == expected.digest
        assert await desk.current() == expected.digest
    newest = await desk.publications.current()
    assert newest is not None
    assert (newest.action, newest.who) == ("rolled back", "Bob")
    with pytest.raises(Refused, match="Nothing was published before"):
        await desk.rollback()


async def test_any_version_that_was_published_can_be_rolled_back_to_by_name(desk: Desk) -> None:
    await desk.publish(FIRST)
    await desk.publish(SECOND)
    await desk.rollback(SHIPPED.digest)
    await desk.rollback(SECOND.digest)
    assert await desk.current() == SECOND.digest
    assert (await desk.rollback(SECOND.digest)).already
    with pytest.raises(Refused, match="No version 0123456789ab"):
        await desk.rollback("0123456789ab")


async def test_with_nothing_published_there_is_nothing_to_roll_back_to(desk: Desk) -> None:
    with pytest.raises(Refused, match="Nothing was ever published"):
        await desk.rollback()
    with pytest.raises(Refused, match="No version"):
        await desk.rollback(SHIPPED.digest)


async def test_a_check_that_is_newer_than_a_version_is_told_and_does_not_stop_a_rollback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.publish(FIRST)
    newer = Finding("F222", "error", "main.yaml", 1, 1, "A rule of tomorrow.", "Because.")
    monkeypatch.setattr(publishing_module, "check_source", lambda source, known: [newer])
    report = await desk.rollback()
    assert report.findings == (newer,)
    assert not report.refused
    assert await desk.current() == SHIPPED.digest
    assert (await desk.publish(SECOND)).refused


async def test_a_rollback_is_never_stopped_by_who_stands_where_and_lets_them_finish(desk: Desk) -> None:
    await desk.publish(RENAMED, moves=MOVED)
    await desk.somebody_at("main/place", version=RENAMED)
    report = await desk.rollback()
    assert (report.refused, report.carried, report.finishing) == (False, 0, 1)
    assert codes(report) == set()
    assert await desk.current() == SHIPPED.digest


async def test_a_rollback_can_say_where_people_go_on(desk: Desk) -> None:
    await desk.publish(RENAMED, moves=MOVED)
    await desk.somebody_at("main/place", version=RENAMED)
    report = await desk.rollback(moves={("main", "place"): ("main", "where")})
    assert (report.refused, report.carried) == (False, 1)


async def test_a_rollback_with_a_move_that_leads_nowhere_is_refused(desk: Desk) -> None:
    await desk.publish(RENAMED, moves=MOVED)
    report = await desk.rollback(moves={("main", "place"): ("main", "plaice")})
    assert report.refused
    assert "F274" in codes(report)
    assert await desk.current() == RENAMED.digest


async def test_a_version_that_is_no_longer_what_was_published_is_not_rolled_back_to(desk: Desk) -> None:
    await desk.publish(FIRST)
    async with desk.publications._database.write() as connection:
        await connection.execute(
            sa.update(tables.version_file)
            .where(tables.version_file.c.digest == SHIPPED.digest, tables.version_file.c.name == "main.yaml")
            .values(content=b"flow: other")
        )
    with pytest.raises(Refused, match="not kept any more as it was published"):
        await desk.rollback()


async def test_a_version_that_this_program_is_too_old_for_is_not_rolled_back_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_old(source: Source, facts: object) -> object:
        raise FlowErrors([])

    await desk.publish(FIRST)
    monkeypatch.setattr(switching, "load_published", too_old)
    with pytest.raises(Refused, match="cannot be used by this program"):
        await desk.rollback()
    assert await desk.current() == FIRST.digest


# --- listing, and the shipped version --------------------------------------------------------------------------------


@BOTH
async def test_versions_are_listed_the_newest_first_with_how_many_are_in_the_middle_of_each(desk: Desk) -> None:
    (only,) = await desk.publishing.versions()
    assert (only.digest, only.current, only.live, only.publication) == (SHIPPED.digest, True, 0, None)
    await desk.somebody_at("main/need", many=2)
    await desk.publish(FIRST)
    await desk.somebody_at("main/need", version=FIRST)
    await desk.somebody_at("main/need", version=SECOND)
    listed = await desk.publishing.versions()
    assert [(one.digest, one.current, one.live, one.publication is None) for one in listed] == [
        (FIRST.digest, True, 1, False),
        (SHIPPED.digest, False, 2, False),
        (SECOND.digest, False, 1, True),
    ]


async def test_the_shipped_version_is_kept_so_that_an_upgrade_lets_people_finish_it(desk: Desk) -> None:
    await desk.publishing.keep_shipped()
    await desk.publishing.keep_shipped()
    await desk.somebody_at("main/where")
    await desk.somebody_at("main/need")
    upgraded = desk.with_shipped(RENAMED)
    await upgraded.keep_shipped()
    passage = (await desk.publications.passages(RENAMED.digest))[SHIPPED.digest]
    assert passage.takes((("main", "need"),)) is not None
    assert passage.takes((("main", "where"),)) is None
    assert await desk.publications.source(SHIPPED.digest) is not None
    assert await desk.publications.history() == []


async def test_once_something_is_published_an_upgrade_keeps_nothing_of_its_own(desk: Desk) -> None:
    await desk.publish(FIRST)
    await desk.with_shipped(RENAMED).keep_shipped()
    assert await desk.publications.source(RENAMED.digest) is None
    assert await desk.current() == FIRST.digest


@BOTH
async def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    publications = await Publications.open(url)
    await publications.close()
    again = await Publications.open(url)
    await again.close()
    database = Database.at(url, name="conversations", migrations=MIGRATIONS)

    def differences(connection: sa.Connection) -> list[Any]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        context = MigrationContext.configure(connection, opts={"version_table": "conversations_version"})
        return list(compare_metadata(context, tables.metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
