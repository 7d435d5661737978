"""Today's work comes first: all that waits, each with what to do and where; and nothing when nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest

from service_directory.desk.reports import ReportKind, Reports
from service_directory.desk.stewards import shelf
from service_directory.desk.stewards.due import MOST
from service_directory.importing.files import read_files
from service_directory.importing.staging import Staging
from tests.support.desk import DeskWorld, desk_world
from tests.support.services import written, written_service


async def test_a_service_that_needs_nothing_leaves_nothing_to_do(little: DeskWorld) -> None:
    sam = await little.as_steward()
    assert "Nothing is due." in (await sam.get("/today")).text


async def test_what_is_due_says_what_to_do_and_leads_there(examples: DeskWorld) -> None:
    sam = await examples.as_steward()
    page = (await sam.get("/today")).text
    assert '<a href="/desk/services/example-cornwall-stale/checked">Example Cornwall Support</a>' in page
    assert "Try it, then record that you did." in page
    assert '<a href="/desk/services/example-birmingham-lapsed">Example Birmingham Talk</a>' in page
    assert "fingerpost directory" not in page


async def test_reports_of_men_are_seen_from_the_first_and_deleted_when_handled(desk: DeskWorld) -> None:
    reports = Reports(desk.desk.database)
    for kind in (ReportKind.NUMBER, ReportKind.TURNED_AWAY):
        await reports.add("leeds-men", kind, desk.clock())
    sam = await desk.as_steward()
    page = (await sam.get("/today")).text
    assert "The number did not work: 1 in the week of 16 November 2026" in page
    assert "Turned away because he is a man" in page
    assert "/desk/services/leeds-men/suspend" in page
    form = {"kind": "number", "week": "2026-11-16", "done": ""}
    unsaid = await sam.after(await sam.post("/reports/leeds-men/handled", form))
    assert "Choose what was done" in unsaid.text
    done = await sam.after(await sam.post("/reports/leeds-men/handled", {**form, "done": "tried"}))
    assert "What men said is deleted" in done.text
    assert [one.kind for one in await reports.waiting()] == [ReportKind.TURNED_AWAY]
    again = await sam.after(await sam.post("/reports/leeds-men/handled", {**form, "done": "tried"}))
    assert "handled already" in again.text
    for changed in ({"kind": "rude"}, {"week": "last week"}):
        assert (await sam.post("/reports/leeds-men/handled", {**form, **changed})).status_code == 404


async def test_a_report_on_a_service_that_is_gone_is_told_by_its_id(little: DeskWorld) -> None:
    await Reports(little.desk.database).add("once-was", ReportKind.CLOSED, little.clock())
    sam = await little.as_steward()
    assert "once-was" in (await sam.get("/today")).text


async def test_a_great_heap_is_counted_and_shown_in_part(tmp_path: Path) -> None:
    many = [written_service(f"leeds-{number}", attestations=None) for number in range(MOST)]
    async with desk_world(tmp_path, document=written(*many)) as world:
        sam = await world.as_steward()
        page = (await sam.get("/today")).text
        assert f"All {2 * MOST}</a>" in page
        assert page.count('<li class="card">') == MOST


async def test_an_import_that_waits_is_looked_at_applied_or_discarded(desk: DeskWorld) -> None:
    staging = Staging(desk.desk.directory.database)
    for source in ("county.csv", "town.csv"):
        begun = await staging.begin(source, "files", at=desk.clock(), who="operator")
        rows = f"id,name,needs,phone\n{source[:4]}-men,Men of {source[:-4]},talk,0113 222 {len(source)}000\n".encode()
        reading = read_files({source: rows}, source=source, areas=desk.desk.areas, today=desk.clock().date())
        await staging.add(begun.number, source, reading)
        await staging.report(begun.number)
    sam = await desk.as_steward()
    assert "county.csv" in (await sam.get("/today")).text
    assert "town.csv" in (await sam.get("/imports")).text
    page = await sam.get("/imports/1")
    assert "Men of county" in page.text
    written_now = await sam.after(await sam.post("/imports/1/apply"))
    assert "Written: 1 new, 0 changed" in written_now.text
    gone = await sam.after(await sam.post("/imports/2/discard"))
    assert "Nothing of it was written" in gone.text
    assert "None waits" in gone.text
    found = await sam.get("/services?q=county")
    assert "Men of county" in found.text
    assert "Men of town" not in (await sam.get("/services?q=town")).text
    for path in ("/imports/1/apply", "/imports/2/discard"):
        late = await sam.post(path)
        assert (late.status_code, "already" in late.text) == (422, True)
    assert (await sam.get("/imports/9")).status_code == 404


async def test_nobody_waits_while_a_great_directory_is_looked_through(
    examples: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_PATIENCE", 0)
    sam = await examples.as_steward()
    assert "are being looked through" in (await sam.get("/today")).text
    monkeypatch.setattr(shelf, "_PATIENCE", None)
    assert "Example Cornwall Support" in (await sam.get("/today")).text
    monkeypatch.setattr(shelf, "_PATIENCE", 0)
    await sam.post("/services/example-leeds-listening/suspend", {"why": "away", "section": ""})
    assert "Example Cornwall Support" in (await sam.get("/today")).text


async def test_nor_does_whoever_asks_for_those_for_which_something_is_due(
    examples: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_PATIENCE", 0)
    sam = await examples.as_steward()
    assert "are being looked through" in (await sam.get("/services?show=due")).text
    monkeypatch.setattr(shelf, "_PATIENCE", None)
    assert "Example Cornwall Support" in (await sam.get("/services?show=due")).text
