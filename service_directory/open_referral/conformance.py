"""Does every answer of an Open Referral UK 3.0 API, or every file of an export, hold to the standard's schemas?

    python -m service_directory.open_referral.conformance --schemas FOLDER http://127.0.0.1:8080/o
    python -m service_directory.open_referral.conformance --schemas FOLDER EXPORTED_FOLDER

FOLDER is the standard's, with `openapi.json` and `compiled/`. The schemas are not part of this program. Everything is
asked: each page of each list, each entry by its id, each parameter. It needs the development requirements.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from service_directory.open_referral.asking import LISTS

Fetch = Callable[[str], tuple[int, Any]]

#: Which compiled schema holds for the items of a list, and for one by itself. What has none has the parts of others.
_COMPILED: Final = {
    "services": ("service_list", "service"),
    "service_at_locations": ("service_at_location", "service_at_location"),
    "organizations": ("organization", "organization"),
}
#: None of the compiled schemas is that of a taxonomy: its fields are those of a term.
_TAXONOMY: Final = {"type": "object", "required": ["id", "name", "description"], "properties": {}}
_SOME: Final = {
    "search": "men",
    "page": "2",
    "per_page": "3",
    "minimum_age": "1",
    "maximum_age": "99",
    "start_time": "08:00",
    "end_time": "20:00",
    "day": "MO",
    "postcode": "LS6",
    "modified_after": "2000-01-01T00:00:00Z",
    "full": "true",
    "format": "json",
}
_MOST_FINDINGS: Final = 50


@dataclass(slots=True)
class Report:
    """How much was looked at, and what was wrong."""

    looked_at: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def finding(self, where: str, what: str) -> None:
        self.findings.append(f"{where}: {what}")


class Schemas:
    """The standard's schemas, read from a folder."""

    def __init__(self, folder: Path) -> None:
        from jsonschema import Draft202012Validator, FormatChecker

        formats = FormatChecker()
        # The library checks these two only with the help of others.
        formats.checks("uri", raises=ValueError)(_is_uri)
        formats.checks("date-time", raises=ValueError)(_is_moment)

        def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
            return Draft202012Validator(schema, format_checker=formats)

        compiled = {
            name: json.loads((folder / "compiled" / f"{name}.json").read_text(encoding="utf-8"))
            for pair in _COMPILED.values()
            for name in pair
        }
        term = compiled["service"]["properties"]["attributes"]["items"]["properties"]["taxonomy_term"]
        taxonomy = {
            **_TAXONOMY,
            "properties": {name: term["properties"][name] for name in ("id", "name", "description")},
        }
        openapi = json.loads((folder / "openapi.json").read_text(encoding="utf-8"))
        self.parameters = {
            path.strip("/"): [one["$ref"].rpartition("/")[2] for one in operations["get"].get("parameters", ())]
            for path, operations in openapi["paths"].items()
            if "{" not in path and path != "/"
        }
        self._counts = tuple(openapi["components"]["schemas"]["Page"]["properties"])
        self._page = validator(openapi["components"]["schemas"]["Page"])
        self._of_lists = {name: validator(compiled[pair[0]]) for name, pair in _COMPILED.items()}
        self._whole = {name: validator(compiled[pair[1]]) for name, pair in _COMPILED.items()}
        for name, schema in (("taxonomies", taxonomy), ("taxonomy_terms", term)):
            self._of_lists[name] = self._whole[name] = validator(schema)

    def page(self, value: Any, where: str, report: Report) -> None:
        """A page's own fields: all of them must be there, whatever the schema leaves open."""
        for name in self._counts:
            if name not in value:
                report.finding(where, f"{name} is missing")
        self._hold(self._page, value, where, report)

    def item(self, listed: str, value: Any, where: str, report: Report) -> None:
        report.looked_at[f"items of /{listed}"] += 1
        self._hold(self._of_lists[listed], value, where, report)

    def whole(self, listed: str, value: Any, where: str, report: Report) -> None:
        report.looked_at[f"/{listed}/{{id}}"] += 1
        self._hold(self._whole[listed], value, where, report)
        if listed == "service_at_locations":
            # The standard's own description promises a service at this address. What is there is held to both.
            self._hold(self._whole["services"], value, where, report)

    def _hold(self, validator: Any, value: Any, where: str, report: Report) -> None:
        for error in validator.iter_errors(value):
            path = "/".join(str(part) for part in error.absolute_path)
            report.finding(where, f"{path or 'the whole'}: {error.message[:200]}")


def examine_api(base: str, schemas: Schemas, fetch: Fetch) -> Report:
    """Ask an API everything there is to ask."""
    report = Report()
    root = _good(fetch, f"{base}/", report)
    for name in ("version", "profile", "openapi_url"):
        if not isinstance(root, dict) or not root.get(name):
            report.finding("/", f"{name} is missing")
    for listed in LISTS:
        ids = list(_all_pages(base, listed, schemas, fetch, report))
        for own in ids:
            where = f"/{listed}/{own}"
            found = _good(fetch, f"{base}{where}", report)
            if found is not None:
                schemas.whole(listed, found, where, report)
                if found.get("id") != own:
                    report.finding(where, "it has another id")
        if len(set(ids)) != len(ids):
            report.finding(f"/{listed}", "an id stands in it twice")
        status, _ = fetch(f"{base}/{listed}/00000000-0000-0000-0000-000000000000")
        if status != 404:
            report.finding(f"/{listed}", f"an unknown id is answered with {status}")
        for name in {*schemas.parameters.get(listed, ()), *LISTS[listed]} & _SOME.keys():
            _ask(f"{base}/{listed}?{urllib.parse.urlencode({name: _SOME[name]})}", listed, schemas, fetch, report)
    return report


def examine_folder(folder: Path, schemas: Schemas) -> Report:
    """Read the JSON files of an export."""
    report = Report()
    together = json.loads((folder / "services.json").read_text(encoding="utf-8"))
    schemas.page(together, "services.json", report)
    alone = sorted((folder / "services").glob("*.json"))
    if len(alone) != len(together["contents"]):
        report.finding("services.json", "holds another number of services than the folder beside it")
    for number, service in enumerate(together["contents"], start=1):
        schemas.item("services", service, f"services.json, {number}", report)
    for path in alone:
        schemas.whole("services", json.loads(path.read_text(encoding="utf-8")), path.name, report)
    return report


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", value))


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


def _all_pages(base: str, listed: str, schemas: Schemas, fetch: Fetch, report: Report) -> Iterator[str]:
    number, last = 1, False
    while not last:
        page = _ask(f"{base}/{listed}?page={number}&per_page=20", listed, schemas, fetch, report)
        if page is None:
            return
        yield from (str(item.get("id")) for item in page["contents"])
        number, last = number + 1, bool(page.get("last_page", True))


def _ask(url: str, listed: str, schemas: Schemas, fetch: Fetch, report: Report) -> Any:
    page = _good(fetch, url, report)
    if page is None or not isinstance(page.get("contents"), list):
        return None
    report.looked_at[f"pages of /{listed}"] += 1
    where = url[url.index(f"/{listed}") :]
    schemas.page(page, where, report)
    for number, item in enumerate(page["contents"], start=1):
        # What was asked for whole is held to the schema of the whole.
        (schemas.whole if "full=true" in url else schemas.item)(listed, item, f"{where}, {number}", report)
    return page


def _good(fetch: Fetch, url: str, report: Report) -> Any:
    status, value = fetch(url)
    if status != 200:
        report.finding(url, f"is answered with {status}")
        return None
    return value


def fetch_http(url: str) -> tuple[int, Any]:
    """One question over HTTP: the status, and the JSON of the answer. Raises OSError when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:  # noqa: S310
            if response.headers.get("Access-Control-Allow-Origin") != "*":
                return 0, None
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, None


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="conformance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--schemas", type=Path, required=True, help="the standard's folder, with openapi.json")
    parser.add_argument("source", help="the address of an API, or an exported folder")
    given = parser.parse_args(arguments)
    try:
        schemas = Schemas(given.schemas)
        if given.source.startswith(("http://", "https://")):
            report = examine_api(given.source.rstrip("/"), schemas, fetch_http)
        else:
            report = examine_folder(Path(given.source), schemas)
    except ImportError:
        sys.stderr.write("This needs jsonschema; it is among the development requirements.\n")
        return 2
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"It could not be examined: {error}\n")
        return 2
    for name, count in sorted(report.looked_at.items()):
        sys.stdout.write(f"{name}: {count}\n")
    for finding in report.findings[:_MOST_FINDINGS]:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(report.findings)} findings\n")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
