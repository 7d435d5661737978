"""Nothing is deleted, except what should never have been written: and that is gone from everywhere."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.engine import make_url

from service_directory.changes import Change, Row
from service_directory.database import DatabaseError
from service_directory.hiding import HiddenPlaceError
from service_directory.model import StagedEntryRow, StagedImportRow
from service_directory.redacting import REDACTED, pattern_of
from service_directory.rows import write_changes
from service_directory.store import Directory
from tests.support.services import NOON, TODAY, written, written_attestations, written_service

CHECKED = date(2026, 11, 2)
PLACE = {"line_1": "12 Station Road", "town": "Otley", "postcode": "LS21 3HX"}
DROP_IN: dict[str, Any] = {"locations": [{"type": "physical", "name": "The Old Chapel", "address": PLACE}]}


async def load(directory: Directory, *services: dict[str, Any], why: str = "test") -> list[str]:
    report = await directory.load_document(written(*services), at=NOON, who="Sam", why=why, apply=True)
    return [str(one) for one in report.rejected]


async def everything(directory: Directory) -> str:
    """All that is in the tables, as one text."""
    async with directory.database.read() as connection:
        names = await connection.run_sync(lambda found: inspect(found).get_table_names())
        rows = [row for name in names for row in await connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    return "\n".join(json.dumps([str(value) for value in row], ensure_ascii=False) for row in rows)


def on_disk(url: str) -> bytes:
    """All that is in the files of a SQLite database, its write-ahead log among them."""
    path = Path(make_url(url).database or "")
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def stage(directory: Directory, **content: str) -> None:
    async with directory.database.write() as connection:
        source = {"source": "a feed", "format": "oruk", "state": "staged", "staged_at": NOON, "staged_by": "Sam"}
        made = await connection.execute(insert(StagedImportRow).values(source).returning(StagedImportRow.id))
        entry = {"resource_type": "service", "resource_id": "leeds-men", "outcome": "new", "place": "row 7"}
        values = {**entry, "import_id": made.scalar_one(), "content": json.dumps(content)}
        await connection.execute(insert(StagedEntryRow).values(values))


async def test_words_are_gone_from_what_is_live_staged_proposed_and_history(
    directory: Directory, directory_url: str
) -> None:
    await load(directory, written_service(happens="Ask for Zebedee Featherstone at the desk."))
    await load(directory, written_service(happens="Ask for zebedee  featherstone, or his deputy."))
    await load(directory, written_service(happens="Ask at the desk."), why="Zebedee Featherstone left")
    await load(
        directory,
        written_service(
            happens="Ask at the desk.",
            hold="Zebedee Featherstone is to ring back",
            contacts=[{"kind": "phone", "value": "0113 222 5555", "label": "Zebedee Featherstone", "checked": CHECKED}],
            suspensions=[{"from": TODAY, "reason": "ZEBEDEE FEATHERSTONE asked"}],
        ),
    )
    await stage(directory, helps="Zebedee Featherstone, Zébédée Featherstone", name="Leeds Men")
    assert "Featherstone" in await everything(directory)
    done = await directory.redact(
        ["Zebedee Featherstone", "Zébédée Featherstone"], at=NOON, who="Alex", why="he asked us to"
    )
    kept = await everything(directory)
    assert not re.search("zebedee|z.b.d.e|featherstone", kept, re.IGNORECASE)
    assert set(done.rows) == {"service", "suspension", "metadata", "proposed_change", "staged_entry"}
    assert done.left == ()
    # What surrounds the words stays, and the staged entry can still be read.
    assert f"Ask for {REDACTED} at the desk." in kept
    assert '"name": "Leeds Men"' in kept.replace("\\", "")
    last = (await directory.history("leeds-men"))[-1]
    assert (last.action, last.who, last.why, last.before, last.after) == (
        "redact",
        "Alex",
        "he asked us to",
        "",
        REDACTED,
    )
    if directory_url.startswith("sqlite"):
        found = on_disk(directory_url)
        assert b"eatherstone" not in found
        assert "ébédée".encode() not in found
        assert b"Ask at the desk." in found


async def test_a_number_is_found_however_it_was_written_and_its_row_goes(directory: Directory) -> None:
    own = {"kind": "text", "value": "07400 123456", "hours": "24/7", "hours_checked": CHECKED, "checked": CHECKED}
    office = {"kind": "phone", "value": "0113 222 4444", "checked": CHECKED}
    note = "on 07400-123-456 or +44 7400 123456"
    await load(directory, written_service(contacts=[office, own], suspensions=[{"from": TODAY, "reason": note}]))
    await directory.redact(["07400123456"], at=NOON, who="Alex", why="it was a worker's own")
    kept = await everything(directory)
    assert not re.search(r"7400\W{0,3}123", kept)
    assert f"on {REDACTED} or {REDACTED}" in kept
    views = await directory.still_shown(["leeds-men"], NOON)
    assert views == {}
    async with directory.database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM phone")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM schedule WHERE link_id <> ''")) == 0


async def test_what_was_not_asked_for_stays(directory: Directory) -> None:
    await load(directory, written_service(happens="Ann answers. Annual report. Joanne too."))
    before = await directory.revision()
    assert (await directory.redact(["Nobody Here"], at=NOON, who="Alex", why="test")).total == 0
    assert await directory.revision() == before
    await directory.redact(["Ann"], at=NOON, who="Alex", why="asked us to")
    views = await directory.still_shown(["leeds-men"], NOON)
    assert views["leeds-men"].happens == f"{REDACTED} answers. Annual report. Joanne too."
    assert await directory.revision() == before + 1


async def test_an_id_that_holds_the_words_is_told_because_it_cannot_be_changed(directory: Directory) -> None:
    await load(directory, written_service("featherstone-house", name="Featherstone House"))
    done = await directory.redact(["Featherstone House"], at=NOON, who="Alex", why="asked us to")
    assert "featherstone-house" in done.left


@pytest.mark.parametrize(
    ("words", "who", "why"),
    [
        ([], "Alex", "test"),
        (["x."], "Alex", "test"),
        (["Zebedee"], "Alex", "Zebedee asked"),
        (["Zebedee"], "Zebedee", "test"),
        (["Zebedee"], " ", "test"),
        (["Zebedee"], "Alex", ""),
    ],
)
async def test_redaction_refuses_what_it_cannot_do_well(small: Directory, words: list[str], who: str, why: str) -> None:
    with pytest.raises(ValueError, match="say"):
        await small.redact(words, at=NOON, who=who, why=why)


@pytest.mark.parametrize(
    ("word", "said", "expected"),
    [
        ("LS21 3HX", "at LS213HX now", True),
        ("LS213HX", "at ls21 3hx", False),
        ("12 Station Road", "12,  station\u00a0road", True),
        ("12 Station Road", "112 Station Road", False),
        ("0113 222 4444", "(0113) 222-4444", True),
        ("0113 222 4444", "0044 (0)113 222 4444", True),
        ("0113 222 4444", "0113 222 44445", False),
        ("01632 960123", "+441632960123", True),
    ],
)
def test_words_are_found_as_they_may_have_been_written(word: str, said: str, expected: bool) -> None:
    assert (pattern_of([word]).search(said) is not None) is expected


# --- places that are to be hidden


async def test_a_place_that_nobody_hides_is_kept(directory: Directory) -> None:
    assert await load(directory, written_service(**DROP_IN)) == []
    assert "12 Station Road" in await everything(directory)


@pytest.mark.parametrize("hides", [{"hides_address": True}, {"accommodation": True}, {"needs": ["talk", "stay"]}])
async def test_a_service_that_hides_where_it_is_has_it_forgotten_everywhere(
    directory: Directory, hides: dict[str, Any]
) -> None:
    await load(directory, written_service(happens="It was at 3 Old Mill Lane."), written_service("other", **DROP_IN))
    told = "By the bus stop. Come to 12 Station Road, LS213HX."
    await load(directory, written_service(happens=told, hours_source="They moved", **DROP_IN))
    await load(directory, written_service(**hides), written_service("other"), why="it was found out")
    kept = await everything(directory)
    of_it = [line for line in kept.splitlines() if "leeds-men" in line]
    assert not [line for line in of_it if re.search(r"station road|ls21 ?3hx|otley|chapel|mill", line, re.IGNORECASE)]
    assert [line for line in of_it if "They moved" in line]
    # The other service moved, and hides nothing: its history stays.
    assert "12 Station Road" in kept


async def test_a_reason_that_names_the_place_is_kept_without_it(small: Directory) -> None:
    place = {**PLACE, "line_1": "The Old Chapel"}
    await load(small, written_service(locations=[{"type": "physical", "address": place}]))
    await load(small, written_service(hides_address=True), why="the old chapel was found out")
    assert "hapel" not in await everything(small)
    last = (await small.history("leeds-men"))[-1]
    assert (last.action, last.why) == ("redact", f"{REDACTED} was found out")


async def test_an_address_too_short_to_look_for_elsewhere_is_forgotten_all_the_same(small: Directory) -> None:
    place = {"line_1": "7", "town": "Otley", "postcode": "x"}
    await load(small, written_service(locations=[{"type": "physical", "address": place}]))
    await load(small, written_service(hides_address=True))
    assert "Otley" not in await everything(small)


async def test_where_men_stay_leaves_no_trace_in_the_files(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'directory.db'}"
    directory = await Directory.open(url)
    try:
        await load(directory, written_service(**DROP_IN))
        assert b"12 Station Road" in on_disk(url)
        await load(directory, written_service(accommodation=True))
        assert not re.search(rb"Station Road|LS21|Otley", on_disk(url))
    finally:
        await directory.close()


@pytest.mark.parametrize("hides", [{"hides_address": True}, {"accommodation": True}, {"needs": ["stay"]}])
@pytest.mark.parametrize("kind", ["physical", "postal"])
async def test_no_place_of_a_hidden_service_is_written_down(small: Directory, hides: dict[str, Any], kind: str) -> None:
    told = await load(small, written_service(**hides, locations=[{"type": kind, "name": "The Old Chapel"}]))
    assert told == [
        "service leeds-men, locations 1, type: this service keeps where it is to itself; leave the place out"
    ]


ADDRESS: dict[str, Any] = {
    "location_id": "leeds-men/location/1",
    "address_type": "physical",
    "address_1": "12 Station Road",
    "address_2": "",
    "city": "Otley",
    "state_province": "",
    "postal_code": "LS21 3HX",
    "country": "GB",
    "position": 0,
}
LOCATION: dict[str, Any] = {
    "location_type": "virtual",
    "name": "",
    "description": "",
    "transportation": "",
    "accessibility": "",
    "position": 0,
}


def created(table: str, row_id: str, values: dict[str, Any]) -> Change:
    row = Row(table, row_id, "leeds-men", values)
    return Change("create", row, tuple((name, None, value) for name, value in values.items()))


@pytest.mark.parametrize(
    "changes",
    [
        [
            created("location", "leeds-men/location/1", LOCATION),
            created("address", "leeds-men/location/1/address", ADDRESS),
        ],
        [created("location", "leeds-men/location/1", {**LOCATION, "location_type": "physical"})],
    ],
)
@pytest.mark.parametrize("hides", [{"hides_address": True}, {"accommodation": True}, {"needs": ["stay"]}])
async def test_whoever_writes_one_all_the_same_is_stopped_and_nothing_is_kept(
    small: Directory, changes: list[Change], hides: dict[str, Any]
) -> None:
    await load(small, written_service(**hides))
    with pytest.raises(HiddenPlaceError, match="leeds-men"):
        async with small.database.write() as connection:
            await write_changes(connection, changes, at=NOON, who="Sam", why="test")
    assert "Station Road" not in await everything(small)
    assert await small.revision() == 1


@pytest.mark.parametrize("said", [{"why": "12 Station Road is not safe"}, {"who": "Sam of 12 Station Road"}])
async def test_nor_does_the_history_of_a_hidden_service_take_an_address(small: Directory, said: dict[str, str]) -> None:
    await load(small, written_service(accommodation=True))
    given: dict[str, Any] = {"at": NOON, "who": "Sam", "why": "broken into", **said}
    with pytest.raises(HiddenPlaceError, match="reason for it"):
        await small.suspend("leeds-men", **given)
    assert "Station Road" not in await everything(small)
    await load(small, written_service("other"))
    await small.suspend("other", **given)


async def test_a_virtual_place_of_a_hidden_service_may_stay(small: Directory) -> None:
    assert await load(small, written_service(accommodation=True, locations=[{"type": "virtual"}])) == []


async def test_who_still_reads_old_pages_is_told_of_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    directory = await Directory.open(f"sqlite:///{path}")
    reader = sqlite3.connect(path)
    try:
        await load(directory, written_service(attestations=written_attestations(note="Zebedee said so")))
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM service").fetchone()
        with pytest.raises(DatabaseError, match="everything was written, but"):
            await directory.redact(["Zebedee"], at=NOON, who="Alex", why="asked us to")
        reader.rollback()
        assert "Zebedee" not in await everything(directory)
        await directory.redact(["Zebedee"], at=NOON, who="Alex", why="once more")
        assert b"Zebedee" not in on_disk(f"sqlite:///{path}")
    finally:
        reader.close()
        await directory.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another reader waits a moment only."""
    monkeypatch.setattr("service_directory.database.BUSY_SECONDS", 1)
