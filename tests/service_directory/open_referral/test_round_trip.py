"""What is exported can be imported again, and is what it was: as files, as tables, and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from service_directory.importing.candidates import Reading
from service_directory.importing.fetching import Feed
from service_directory.importing.files import load, read_files
from service_directory.importing.staging import Report, Staging
from service_directory.model import Base
from service_directory.open_referral import reading
from service_directory.open_referral.exporting import export
from service_directory.open_referral.identifiers import public_id
from service_directory.open_referral.snapshot import Wanted
from service_directory.store import Directory
from tests.support.open_data import AREAS, PUBLISHER, a_directory, app_over
from tests.support.services import NOON, TODAY, days, written_service
from tests.support.world import served

RICH = written_service(
    cost="Free",
    happens="Somebody rings back.",
    age={"from": 18, "to": 65},
    hours="Mo-Fr 09:00-17:00; PH off",
    areas=["E08000035", "PSNI", "E12000003"],
    contacts=[
        {"kind": "phone", "value": "0113 222 4444", "label": "Office", "checked": TODAY - days(3)},
        {"kind": "whatsapp", "value": "07911 123456", "label": "Evenings", "checked": TODAY - days(5)},
        {"kind": "text", "value": "07911 123457", "checked": TODAY - days(5)},
        {"kind": "webchat", "value": "https://talk.leedsmen.org.uk", "label": "Talk", "checked": TODAY - days(5)},
        {"kind": "website", "value": "https://leedsmen.org.uk", "label": "Pages", "checked": TODAY - days(5)},
        {"kind": "email", "value": "hello@leedsmen.org.uk", "label": "Team", "checked": TODAY - days(5)},
    ],
)
NIGHTS = written_service("nights", name="Nights", hours="Fr-Sa 22:00-02:00", areas=["K02000001"])
SEASONS = written_service("seasons", name="Seasons", hours="Mo-Fr 09:00-17:00; Aug off", languages=["cy"])
WAYS = ("json", "csv", "feed")
#: What another directory decides for itself, and when it was decided.
_ITS_OWN = ("attributes", "last_modified", "assured_date")


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[Directory]:
    async with a_directory(tmp_path, RICH, NIGHTS, SEASONS) as opened:
        yield opened


async def at_once(seconds: float) -> None:
    """The pause between two questions, which nobody needs here."""


async def brought(directory: Directory, way: str, folder: Path) -> Reading:
    """What an importer reads of the directory's open data."""
    if way == "feed":
        async with served(app_over(directory)) as address:
            feed = Feed(f"{address}/o", sleep=at_once)
            found = reading.Found()
            async for page in feed.pages():
                found.services += reading.find(page.items, "page").services
        return reading.read(found, source="us", areas=AREAS, today=TODAY)
    snapshot = await directory.open_data(AREAS, NOON)
    target = folder / way
    export(snapshot, snapshot.services(Wanted(), full=True), PUBLISHER, target, form=way, examples=False)  # type: ignore[arg-type]
    return read_files(load(target), source="us", areas=AREAS, today=TODAY)


async def imported(directory: Directory, read: Reading, *, apply: bool) -> Report:
    staging = Staging(directory._database)
    begun = await staging.begin("us", "open_referral", at=NOON, who="Sam")
    await staging.add(begun.number, "all", read)
    report = await staging.report(begun.number)
    return await staging.apply(begun.number, at=NOON, who="Sam", why="test") if apply else report


async def open_services(directory: Directory) -> dict[str, Any]:
    snapshot = await directory.open_data(AREAS, NOON)
    services = [make() for make in snapshot.services(Wanted(), full=True)]
    return {one["id"]: {name: value for name, value in one.items() if name not in _ITS_OWN} for one in services}


async def decided_by_a_steward(directory: Directory) -> None:
    """Everything that came in is looked at, tried and judged."""
    tables = Base.metadata.tables
    today = {"checked_on": TODAY - days(5)}
    async with directory._database.write() as connection:
        shown = {"published": True, "hold_reason": "", "serves_men": "men_only", "status": "open"}
        await connection.execute(update(tables["service"]).values(**shown))
        for name in ("phone", "contact", "schedule"):
            await connection.execute(update(tables[name]).values(**today))


@pytest.mark.parametrize("way", WAYS)
async def test_what_comes_back_to_where_it_left_changes_nothing(directory: Directory, tmp_path: Path, way: str) -> None:
    read = await brought(directory, way, tmp_path)
    report = await imported(directory, read, apply=False)
    assert [str(one) for one in (*report.rejected, *report.notes, *report.duplicates)] == []
    assert [(entry.changes, entry.proposed) for entry in report.changed] == []
    assert (len(report.new), len(report.unchanged)) == (0, 3)


@pytest.mark.parametrize("way", WAYS)
async def test_what_another_directory_takes_in_it_gives_out_again_as_it_was(
    directory: Directory, tmp_path: Path, way: str
) -> None:
    read = await brought(directory, way, tmp_path)
    other = await Directory.open(f"sqlite:///{tmp_path / 'other.db'}")
    try:
        report = await imported(other, read, apply=True)
        assert len(report.new) == 3
        assert await open_services(other) == {}
        await decided_by_a_steward(other)
        await judged_as_before(directory, other)
        theirs = await open_services(other)
    finally:
        await other.close()
    ours = await open_services(directory)
    assert theirs.keys() == ours.keys()
    for own, service in ours.items():
        assert theirs[own] == service


async def judged_as_before(directory: Directory, other: Directory) -> None:
    """The judgements of one directory, made again in another."""
    tables = Base.metadata.tables
    for name in ("attestation", "criterion_result"):
        async with directory._database.read() as connection:
            rows = [dict(row) for row in (await connection.execute(tables[name].select())).mappings()]
        for row in rows:
            if "service_id" in row:
                row["service_id"] = public_id("service", row["service_id"])
        async with other._database.write() as connection:
            await connection.execute(insert(tables[name]), rows)
