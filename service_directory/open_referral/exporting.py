"""The open data as files: a folder of JSON, or a package of CSV tables. Whole, or not there at all."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from service_directory.open_referral.describing import EXAMPLE_NOTE, LICENCE, PROFILE, VERSION, Publisher
from service_directory.open_referral.snapshot import Make, Object, Snapshot

Format = Literal["json", "csv"]

_NAME: Final = "fingerpost-open-data"
_DESCRIPTOR: Final = "datapackage.json"
#: HSDS's own names of the tables; an object that stands alone inside another one goes to its table too.
_TABLE_OF_OBJECT: Final = {
    "organization": "organizations",
    "location": "locations",
    "taxonomy_term": "taxonomy_terms",
}
_TABLE_OF_LIST: Final = {"additional_urls": "urls"}
#: The hours of one number or address belong to it alone: HSDS has no table that could say so.
_WITH_HOURS: Final = frozenset({"services"})


class CannotExport(Exception):
    """There is nowhere to write to. The message says why and what to do."""


def export(
    snapshot: Snapshot, services: Iterable[Make], publisher: Publisher, target: Path, *, form: Format, examples: bool
) -> None:
    """Write the services of a snapshot into a folder, in the place of what was exported there before.

    `services` makes them one by one; how far it has come is how far the export has. Whoever stops it in the middle
    finds the folder as it was. Raises CannotExport and OSError.
    """
    with _whole_or_nothing(target) as folder:
        if form == "json":
            resources = _write_json(services, folder)
        else:
            resources = _write_tables(_tables(snapshot, services), folder)
        descriptor = _descriptor(snapshot, publisher, resources, examples=examples)
        (folder / _DESCRIPTOR).write_text(_pretty(descriptor), encoding="utf-8")
        for path in folder.rglob("*"):
            # Everybody may read them: that is what they are for.
            path.chmod(0o755 if path.is_dir() else 0o644)
        folder.chmod(0o755)


@contextlib.contextmanager
def _whole_or_nothing(target: Path) -> Iterator[Path]:
    """A folder beside the target, which takes its place in the end. What is left of one that failed is taken away."""
    target = target.absolute()
    if target.exists() and not _is_ours(target):
        raise CannotExport(f"{target} exists and is no earlier export. Name a folder that does not exist yet.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        made = Path(beside) / "new"
        made.mkdir()
        yield made
        old = Path(beside) / "old"
        try:
            if target.exists():
                os.rename(target, old)
            os.rename(made, target)
        finally:
            # Stopped between the two, what was there comes back.
            if old.exists() and not target.exists():
                os.rename(old, target)


def _is_ours(target: Path) -> bool:
    try:
        if target.is_dir() and not any(target.iterdir()):
            return True
        descriptor = json.loads((target / _DESCRIPTOR).read_text(encoding="utf-8"))
        return isinstance(descriptor, dict) and descriptor.get("name") == _NAME
    except (OSError, ValueError):
        return False


def _write_json(services: Iterable[Make], folder: Path) -> list[Object]:
    """Every service in a file of its own, and all of them in one, which is a page as the API gives it."""
    (folder / "services").mkdir()
    count = 0
    listed = folder / "services.part"
    with listed.open("w", encoding="utf-8") as together:
        for make in services:
            service = make()
            text = _pretty(service)
            (folder / "services" / f"{service['id']}.json").write_text(text, encoding="utf-8")
            together.write(("," if count else "") + "\n" + text.rstrip())
            count += 1
    head = {
        "total_items": count,
        "total_pages": 1 if count else 0,
        "page_number": 1,
        "size": count,
        "first_page": True,
        "last_page": True,
        "empty": not count,
    }
    with (folder / "services.json").open("w", encoding="utf-8") as page:
        page.write(_pretty(head).rstrip()[:-1].rstrip() + ',\n "contents": [')
        with listed.open(encoding="utf-8") as together:
            shutil.copyfileobj(together, page)
        page.write("\n]}\n")
    listed.unlink()
    return [{"name": "services", "path": "services.json", "mediatype": "application/json"}]


def _tables(snapshot: Snapshot, services: Iterable[Make]) -> dict[str, dict[str, Object]]:
    """The rows of every table, by id: an organization or a term stands there once."""
    tables: dict[str, dict[str, Object]] = {"services": {}, "organizations": {}}
    for make in services:
        _flatten("services", make(), tables)
    for make in (*snapshot.taxonomies(), *snapshot.taxonomy_terms()):
        one = make()
        _flatten("taxonomy_terms" if "taxonomy_id" in one else "taxonomies", one, tables)
    return tables


def _flatten(table: str, one: Object, tables: dict[str, dict[str, Object]]) -> None:
    row: Object = {}
    for name, value in one.items():
        if isinstance(value, Mapping):
            _flatten(_TABLE_OF_OBJECT[name], dict(value), tables)
        elif isinstance(value, list):
            if name == "schedules" and table not in _WITH_HOURS:
                continue
            for inner in value:
                _flatten(_TABLE_OF_LIST.get(name, name), inner, tables)
        else:
            row[name] = value
    tables.setdefault(table, {})[row["id"]] = row


def _write_tables(tables: Mapping[str, Mapping[str, Object]], folder: Path) -> list[Object]:
    resources: list[Object] = []
    for table, rows in sorted(tables.items()):
        columns = list(dict.fromkeys(name for row in rows.values() for name in row)) or ["id"]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows.values())
        fields = [{"name": name, "type": "string"} for name in columns]
        resources.append({"name": table, "path": f"{table}.csv", "mediatype": "text/csv", "schema": {"fields": fields}})
    return resources


def _descriptor(snapshot: Snapshot, publisher: Publisher, resources: list[Object], *, examples: bool) -> dict[str, Any]:
    """What the files are and on what terms they may be used, as a Data Package says it."""
    return {
        "name": _NAME,
        "title": EXAMPLE_NOTE if examples else "Services for men who are hurt or controlled by someone close to them",
        "description": f"{publisher.terms['meaning']} {publisher.terms['attribution']}",
        "version": VERSION,
        "homepage": PROFILE,
        "created": snapshot.day.isoformat(),
        "contributors": [{"title": publisher.name, "role": "publisher"}],
        "licenses": [{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": LICENCE}],
        "resources": resources,
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
