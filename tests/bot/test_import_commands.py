"""Bringing other people's directories in, as an operator meets it on the command line."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.cli import main
from tests.support.feed_server import Answer, FeedServer, serving
from tests.support.feeds import ORGANIZATION_ID, OTHER_ID, PHONE, SERVICE_ID, page, service
from tests.support.processes import FINGERPOST
from tests.support.services import written as written_document
from tests.support.services import written_attestations, written_service

_PUBLISHED = f"""
directory: 1
services:
  - id: {SERVICE_ID}
    organization: {ORGANIZATION_ID}
    name: Talking in Leeds
    helps: Somebody to talk to about home.
    status: open
    serves_men: all
    needs: [talk]
    areas: [E08000035]
    contacts:
      - {{kind: phone, value: "0113 222 4444", checked: 2026-11-02}}
"""


class Line:
    """The command line with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ("directory", *arguments), env={"FINGERPOST_HOME": str(self.home)})


@pytest.fixture
def directory(tmp_path: Path) -> Line:
    return Line(tmp_path / "home")


@pytest.fixture(scope="module")
def feed() -> Iterator[FeedServer]:
    with serving() as server:
        yield server


def written(folder: Path, name: str, *services: object) -> str:
    path = folder / name
    path.write_text(json.dumps(page(*services)), encoding="utf-8")
    return str(path)


def test_a_dry_run_tells_all_and_what_it_told_can_be_written_exactly(directory: Line, tmp_path: Path) -> None:
    path = written(tmp_path, "feed.json", service(), service("12", name=""), service("13", status="Hm"))
    told = directory("import", path)
    assert told.exit_code == 1
    lines = told.output.splitlines()
    assert lines[0] == "new: 2"
    assert f"  feed.json, item 1: Talking in Leeds ({SERVICE_ID})" in lines
    assert "rejected: 1" in lines
    assert "  feed.json, item 2, name: is missing, and nothing can be shown without it" in lines
    assert lines[-2:] == [
        "Nothing was written. To write exactly this:",
        "fingerpost directory import --staged 1 --apply",
    ]
    applied = directory("import", "--staged", "1", "--apply", "--by", "ann")
    assert "Written as import 1. New services are not shown to anybody until a steward decides." in applied.output
    again = directory("import", path, "--json")
    record = json.loads(again.output)
    assert [len(record[kind]) for kind in ("new", "changed", "unchanged", "rejected")] == [0, 0, 2, 1]
    assert record["rejected"][0]["row"] == "feed.json, item 2"


def test_a_file_that_is_named_by_its_date_is_the_same_source_each_month(directory: Line, tmp_path: Path) -> None:
    directory("import", written(tmp_path, "council-2026-11.json", service("12")), "--apply")
    record = json.loads(directory("import", written(tmp_path, "council-2026-12.json", service("12")), "--json").output)
    assert (record["source"], len(record["unchanged"])) == ("council", 1)
    told = directory("import", written(tmp_path, "council-2027-01.json", service("13", name="Advice"))).output
    assert "no longer in the source: 1\n  Talking in Leeds (" in told


def test_two_people_settle_a_changed_number_on_the_command_line(directory: Line, tmp_path: Path) -> None:
    directory("import", written(tmp_path, "feed.json", service()), "--apply")
    document = tmp_path / "mine.yaml"
    document.write_text(_PUBLISHED, encoding="utf-8")
    assert directory("import", str(document), "--apply").exit_code == 0
    assert directory("proposals", "list").output == "Nothing waits.\n"
    changed = service(phones=[{"number": "0113 222 6666"}], contacts=[])
    told = directory("import", written(tmp_path, "feed.json", changed), "--apply").output
    assert f"waits for two people: phone number: {PHONE} -> +441132226666" in told
    assert "Proposals that wait for two people: 1." in told
    assert "update phone, number: 0113 222 4444 -> 0113 222 6666" in directory("proposals", "list").output
    assert "one approval" in directory("proposals", "approve", "1", "--who", "Ann").output
    refused = directory("proposals", "approve", "1", "--who", "ann")
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: Ann has approved proposal 1 already; it needs another person.\n",
    )
    made = directory("proposals", "approve", "1", "--who", "Ben", "--why", "rang both")
    assert "Proposal 1 is made: Talking in Leeds is changed." in made.output
    assert "Nobody has said that the new number or address works." in made.output
    assert "[approved]" in directory("proposals", "list", "--settled").output
    (record,) = [json.loads(line) for line in directory("proposals", "list", "--settled", "--json").output.splitlines()]
    assert [decision["who"] for decision in record["decisions"]] == ["Ann", "Ben"]


def test_a_steward_completes_a_draft_of_what_came_in_and_then_men_may_be_shown_it(
    directory: Line, tmp_path: Path
) -> None:
    given = service(
        cost_options=[{"amount": 2.5, "option": "Group"}],
        maximum_age=65,
        contacts=[{"phones": [{"number": "0113 222 4444", "description": "Office"}]}],
    )
    directory("import", written(tmp_path, "feed.json", given), "--apply")
    drafted = directory("draft", SERVICE_ID).output
    assert "published: false" in drafted
    assert "value: 0113 222 4444" in drafted
    document = tmp_path / "draft.yaml"
    document.write_text(drafted, encoding="utf-8")
    told = directory("import", str(document))
    assert f"  service {SERVICE_ID}, needs: is missing" in told.output
    completed = (
        drafted.replace("  areas:", "  needs:\n  - talk\n  areas:")
        .replace("published: false", "published: true")
        .replace("serves_men: unknown", "serves_men: all")
    )
    document.write_text(completed.replace("published: true", "published: false"), encoding="utf-8")
    directory("import", str(document), "--apply")
    assert directory("draft", SERVICE_ID).output.replace("published: false", "published: true") == completed
    document.write_text(completed, encoding="utf-8")
    loaded = directory("import", str(document), "--apply")
    assert loaded.exit_code == 0, loaded.output
    assert "waits for two people" not in loaded.output
    assert "is published; change it in the document" in directory("draft", SERVICE_ID).output
    assert directory("draft", "nobody").output == "Error: There is no service nobody.\n"


def test_one_person_s_no_is_enough_and_is_told(directory: Line, tmp_path: Path) -> None:
    directory("import", written(tmp_path, "feed.json", service()), "--apply")
    document = tmp_path / "mine.yaml"
    document.write_text(_PUBLISHED, encoding="utf-8")
    directory("import", str(document), "--apply")
    document.write_text(_PUBLISHED.replace("222 4444", "222 5555"), encoding="utf-8")
    assert "waits for two people: 1" in directory("import", str(document), "--apply").output
    done = directory("proposals", "reject", "1", "--who", "Ann", "--why", "rang it: wrong house")
    assert done.output == "Proposal 1 is rejected; nothing was changed.\n"
    assert "rejected by Ann" in directory("proposals", "list", "--settled").output
    assert "is rejected already" in directory("proposals", "approve", "1", "--who", "Ben").output


def test_a_day_that_has_not_come_is_no_day_on_which_a_number_was_tried(directory: Line) -> None:
    assert "lies in the future" in directory("proposals", "approve", "1", "--who", "a", "--tried", "2999-01-01").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Name a file, a folder or a feed"),
        (("nowhere.json",), "does not exist"),
        (("--staged", "7"), "There is no import 7."),
        (("http://council.gov.uk/api",), "read over https://"),
    ],
)
def test_what_cannot_be_done_is_told_in_plain_words(directory: Line, arguments: tuple[str, ...], told: str) -> None:
    result = directory("import", *arguments)
    assert result.exit_code != 0
    assert told in result.output


def test_a_file_that_is_nothing_of_the_kind_is_told_plainly(directory: Line, tmp_path: Path) -> None:
    torn, folder = tmp_path / "torn.json", tmp_path / "empty"
    torn.write_text("{", encoding="utf-8")
    folder.mkdir()
    assert "torn.json is not JSON: line 1" in directory("import", str(torn)).output
    assert "empty holds no .json or .csv file." in directory("import", str(folder)).output
    for name in ("torn.yaml", "torn.txt"):
        document = tmp_path / name
        document.write_bytes(b"\xff\xfe\xff")
        assert "is not a text file" in directory("import", str(document)).output


async def test_long_work_shows_how_far_it_is_on_a_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, "feed.json", *(service(str(number), name=f"Place {number}") for number in range(30)))
    screen, terminal = os.openpty()
    process = await asyncio.create_subprocess_exec(
        FINGERPOST,
        "directory",
        "import",
        path,
        "--apply",
        env={"FINGERPOST_HOME": str(tmp_path / "home"), "PATH": "", "TERM": "xterm"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=terminal,
    )
    await process.wait()
    os.close(terminal)
    shown = os.read(screen, 65_536).decode()
    os.close(screen)
    for work in ("Reading", "Comparing", "Writing"):
        assert work in shown
    assert "100%" in shown


def test_long_reports_are_cut_and_told_whole_when_asked(directory: Line, tmp_path: Path) -> None:
    path = written(tmp_path, "feed.json", *(service(str(number), name=f"Place {number}") for number in range(30)))
    assert "and 10 more; --all lists them" in directory("import", path).output
    assert "more; --all" not in directory("import", path, "--all").output


def test_a_feed_is_fetched_whole_and_applied(directory: Line, feed: FeedServer) -> None:
    feed.pages([service()], [service(OTHER_ID, name="Advice")])
    record = json.loads(directory("import", feed.address, "--apply", "--json").stdout)
    assert [entry["row"] for entry in record["new"]] == ["page 1, item 1", "page 2, item 1"]
    assert record["source"] == f"{feed.address}/services"


async def test_a_fetch_that_is_killed_goes_on_at_the_page_where_it_stopped(tmp_path: Path, feed: FeedServer) -> None:
    feed.asked.clear()
    asked, never = threading.Event(), threading.Event()

    def answer(path: str, query: dict[str, str]) -> Answer:
        if query["page"] == "1":
            return Answer(page(service(), number=1, of=2))
        asked.set()
        return Answer(page(number=2, of=2), wait=never)

    feed.answer = answer
    home = tmp_path / "home"
    process = await asyncio.create_subprocess_exec(
        FINGERPOST,
        "directory",
        "import",
        feed.address,
        "--apply",
        env={"FINGERPOST_HOME": str(home), "PATH": ""},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await asyncio.to_thread(asked.wait, 60), "it never came to the second page"
    process.kill()
    await process.wait()
    never.set()
    feed.pages([service()], [service(OTHER_ID, name="Advice")])
    result = await asyncio.to_thread(Line(home), "import", feed.address, "--json")
    record = json.loads(result.stdout)
    assert [entry["service_id"] for entry in record["new"]] == [SERVICE_ID, OTHER_ID]
    assert feed.asked == ["/api/services 1", "/api/services 2", "/api/services 2"]
    assert "Going on at page 2" in result.stderr


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_we_give_away_comes_in_elsewhere_whole_and_here_changes_nothing(
    directory: Line, tmp_path: Path, form: str
) -> None:
    today = datetime.now(UTC).date()
    contacts = [
        {"kind": "phone", "value": "0113 222 4444", "label": "Office", "checked": today},
        {"kind": "website", "value": "https://leedsmen.org.uk/talk", "checked": today},
    ]
    attested = written_attestations(decided=today, valid_from=today, valid_until=today)
    entry = written_service(contacts=contacts, attestations=attested, hours_checked=today, age={"from": 18})
    document = tmp_path / "mine.yaml"
    document.write_text(yaml.safe_dump(written_document(entry)), encoding="utf-8")
    assert directory("import", str(document), "--apply").exit_code == 0
    folder = str(tmp_path / "given")
    assert directory("export", folder, "--format", form).exit_code == 0
    here = json.loads(directory("import", folder, "--json").output)
    assert [entry["service_id"] for entry in here["unchanged"]] == ["leeds-men"]
    elsewhere = Line(tmp_path / "elsewhere")
    there = json.loads(elsewhere("import", folder, "--apply", "--json").output)
    assert [len(there[kind]) for kind in ("new", "rejected", "notes", "duplicates")] == [1, 0, 0, 0]
    drafted = elsewhere("draft", there["new"][0]["service_id"]).output
    for words in ("Leeds Men", "0113 222 4444", "https://leedsmen.org.uk/talk", "E08000035", "Mo-Fr 09:00-17:00"):
        assert words in drafted
