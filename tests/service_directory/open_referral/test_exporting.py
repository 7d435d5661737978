"""The open data as files: what the API tells, whole or not at all, and on what terms."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service_directory.open_referral.exporting import CannotExport, export
from service_directory.open_referral.snapshot import Make, Snapshot, Wanted
from tests.support.open_data import AREAS, PAGE, PUBLISHER, SERVICE, a_directory, faults
from tests.support.services import NOON, written_service


@pytest.fixture
async def snapshot(tmp_path: Path) -> Snapshot:
    shown = written_service(cost="Free")
    other = written_service("other", name="Other “Men”, = and more", languages=["en"])
    async with a_directory(tmp_path, shown, other) as directory:
        return await directory.open_data(AREAS, NOON)


def write(snapshot: Snapshot, target: Path, *, form: Any = "json", services: Iterable[Make] | None = None) -> None:
    made = snapshot.services(Wanted(), full=True) if services is None else services
    export(snapshot, made, PUBLISHER, target, form=form, examples=False)


def table(target: Path, name: str) -> list[dict[str, str]]:
    with (target / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_folder_holds_every_service_by_itself_and_all_of_them_in_one_page(snapshot: Snapshot, tmp_path: Path) -> None:
    target = tmp_path / "to" / "folder"
    write(snapshot, target)
    page = json.loads((target / "services.json").read_text(encoding="utf-8"))
    assert faults(page, PAGE) == []
    assert (page["total_items"], page["size"], page["last_page"]) == (2, 2, True)
    for service in page["contents"]:
        assert faults(service, SERVICE) == []
        assert json.loads((target / "services" / f"{service['id']}.json").read_text(encoding="utf-8")) == service
    assert page["contents"] == [make() for make in snapshot.services(Wanted(), full=True)]
    assert sorted(path.name for path in target.iterdir()) == ["datapackage.json", "services", "services.json"]


def test_nothing_to_export_is_an_empty_page(snapshot: Snapshot, tmp_path: Path) -> None:
    write(snapshot, tmp_path / "none", services=[])
    page = json.loads((tmp_path / "none" / "services.json").read_text(encoding="utf-8"))
    assert (page["empty"], page["total_pages"], page["contents"]) == (True, 0, [])


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_files_say_whose_they_are_and_on_what_terms(snapshot: Snapshot, tmp_path: Path, form: str) -> None:
    target = tmp_path / "out"
    write(snapshot, target, form=form)
    package = json.loads((target / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert "Test Helpline" in package["description"]
    assert "Office for National Statistics" in package["description"]
    assert package["created"] == "2026-11-23"
    assert all((target / resource["path"]).is_file() for resource in package["resources"])
    assert {(target / "datapackage.json").stat().st_mode & 0o777, target.stat().st_mode & 0o777} == {0o644, 0o755}


def test_tables_hold_each_thing_once_and_point_at_one_another(snapshot: Snapshot, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    write(snapshot, target, form="csv")
    services = table(target, "services")
    assert sorted(row["name"] for row in services) == ["Leeds Men", "Other “Men”, = and more"]
    assert [row["name"] for row in table(target, "organizations")] == ["Northern Men"]
    ids = {row["id"] for row in services}
    for name in ("phones", "contacts", "schedules", "service_areas", "languages", "service_at_locations"):
        rows = table(target, name)
        assert {row["service_id"] for row in rows} == ids, name
        assert len({row["id"] for row in rows}) == len(rows), name
    assert {row["location_id"] for row in table(target, "service_at_locations")} == {
        row["id"] for row in table(target, "locations")
    }
    terms = {row["id"]: row for row in table(target, "taxonomy_terms")}
    assert {row["taxonomy_term_id"] for row in table(target, "attributes")} <= terms.keys()
    assert {row["taxonomy_id"] for row in terms.values()} == {row["id"] for row in table(target, "taxonomies")}


def test_an_earlier_export_is_replaced_and_nothing_else_ever_is(snapshot: Snapshot, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    write(snapshot, target)
    (target / "services" / "gone.json").write_text("{}")
    write(snapshot, target)
    assert not (target / "services" / "gone.json").exists()
    for name, content in (("notes.txt", "mine"), ("datapackage.json", "{}"), ("datapackage.json", "mine")):
        other = tmp_path / "mine"
        other.mkdir(exist_ok=True)
        (other / name).write_text(content)
        with pytest.raises(CannotExport, match="exists and is no earlier export"):
            write(snapshot, other)
        assert (other / name).read_text() == content
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(CannotExport):
        write(snapshot, file)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_stopped_in_the_middle_it_leaves_what_was_there_and_nothing_beside_it(
    snapshot: Snapshot, tmp_path: Path, form: str
) -> None:
    def stopped() -> Iterator[Make]:
        yield from snapshot.services(Wanted(), full=True)[:1]
        raise KeyboardInterrupt

    folder = tmp_path / "place"
    with pytest.raises(KeyboardInterrupt):
        write(snapshot, folder / "out", form=form, services=stopped())
    assert list(folder.iterdir()) == []
    write(snapshot, folder / "out")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(KeyboardInterrupt):
        write(snapshot, folder / "out", form=form, services=stopped())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_disk_that_fails_at_the_last_moment_leaves_the_earlier_export_where_it_was(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write(snapshot, target)
    rename = os.rename

    def failing(source: Path, aim: Path) -> None:
        if Path(source).name == "new":
            raise OSError("the disk is full")
        rename(source, aim)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OSError, match="full"):
        write(snapshot, target)
    assert (target / "services.json").is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []
