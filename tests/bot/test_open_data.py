"""The open data where the program puts them: at /o, and in a folder of the operator's choosing."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner
from starlette.applications import Starlette

from bot.cli import main
from bot.open_data import open_data_routes
from service_directory.standards import LONDON
from tests.support.patience import PATIENCE
from tests.support.processes import running, stopped
from tests.support.services import days, written, written_attestations, written_service
from tests.support.world import Clock, served, world

DOCS = Path(__file__).parents[2] / "docs" / "open-data.md"
#: Who asks, and for what: none of it may be found again.
ASKER = {"User-Agent": "MARKED-AGENT", "X-Forwarded-For": "203.0.113.77", "Referer": "https://marked.example/him"}


def curl(line: str, origin: str) -> tuple[str, str]:
    """The method and address of a curl command in the documentation, turned to another origin."""
    _, *words = shlex.split(line)
    method = "HEAD" if "-I" in words else "GET"
    (address,) = [word for word in words if not word.startswith("-")]
    return method, address.replace("http://127.0.0.1:8080", origin)


async def test_every_example_in_the_documentation_works_and_who_asked_is_written_nowhere(tmp_path: Path) -> None:
    examples = re.findall(r"^curl .+$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(examples) >= 12
    home = tmp_path / "home"
    async with running(home) as (process, said):
        (origin,) = re.findall(r"at (http://\S+)", said)
        async with httpx.AsyncClient(headers=ASKER, timeout=PATIENCE) as client:
            for line in examples:
                method, address = curl(line, origin)
                answer = await client.request(method, address)
                assert answer.status_code == 200, line
                assert method == "HEAD" or answer.json().get("contents", True), line
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
            services = (await client.get(f"{origin}/o/services")).json()
            for question in (
                "services?search=MARKED",
                "service_at_locations?postcode=LS2 7ZZ",
                "services/MARKED",
                "MARKED",
            ):
                await client.get(f"{origin}/o/{question}")
        code, rest = await stopped(process)
    assert code == 0
    assert all(service["name"].startswith("Example") for service in services["contents"])
    kept = "".join(path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file())
    for mark in ("MARKED", "marked.example", "203.0.113.77", "LS2 7ZZ"):
        assert mark not in said + rest + kept


async def test_made_up_services_leave_only_where_nobody_else_can_come_upon_them(tmp_path: Path) -> None:
    clock = Clock()
    async with world(tmp_path, clock) as rooms:
        for url, host, shown in (
            (None, "127.0.0.1", True),
            ("https://men.example", "127.0.0.1", False),
            (None, "0.0.0.0", False),
        ):
            settings = replace(rooms.settings, public_url=url, host=host)
            app = Starlette(routes=open_data_routes(replace(rooms, settings=settings), clock))
            async with served(app) as origin, httpx.AsyncClient(base_url=origin, timeout=PATIENCE) as client:
                root, services = (await client.get("/o")).json(), (await client.get("/o/services?full=true")).json()
            assert (services["total_items"] > 0) is shown
            assert ("example" in root["fingerpost"]) is shown
            assert all(service["alert"].startswith("EXAMPLE") for service in services["contents"])
            assert root["openapi_url"] == f"{url or settings.local_address}/o/openapi.json"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("FINGERPOST_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_an_export_says_how_many_services_it_wrote_and_takes_the_place_of_the_last(
    command: CliRunner, tmp_path: Path
) -> None:
    today = datetime.now(LONDON).date()
    judged = written_attestations(decided=today, valid_from=today, valid_until=today + days(300))
    ways = [{"kind": "phone", "value": "0113 222 4444", "checked": today}]
    document = written(written_service(attestations=judged, contacts=ways, hours_checked=today))
    (tmp_path / "services.yaml").write_text(yaml.safe_dump(document))
    imported = command.invoke(main, ["directory", "import", "services.yaml", "--apply"])
    assert imported.exit_code == 0, imported.output
    for form in ("json", "csv"):
        done = command.invoke(main, ["directory", "export", "out", "--format", form])
        assert done.exit_code == 0, done.output
        assert "1 service was written to out." in done.output
    assert (tmp_path / "out" / "services.csv").is_file()
    assert not (tmp_path / "out" / "services.json").exists()


def test_made_up_services_are_exported_only_when_asked_for_and_then_say_so(command: CliRunner, tmp_path: Path) -> None:
    nothing = command.invoke(main, ["directory", "export", "none"])
    assert "0 services were written" in nothing.output
    done = command.invoke(main, ["directory", "export", "out", "--with-examples"])
    assert done.exit_code == 0, done.output
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["title"].startswith("EXAMPLE")
    names = [one["name"] for one in json.loads((tmp_path / "out" / "services.json").read_text())["contents"]]
    assert names
    assert all(name.startswith("Example") for name in names)


def test_a_directory_of_examples_is_not_exported_by_mistake(
    command: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Path(__file__).parents[2] / "service_directory" / "data" / "example_directory.yaml"
    assert command.invoke(main, ["directory", "import", str(document), "--apply"]).exit_code == 0
    refused = command.invoke(main, ["directory", "export", "out"])
    assert refused.exit_code == 1
    assert "made-up services only" in refused.output
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_elses_is_left_alone_and_told_plainly(command: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    refused = command.invoke(main, ["directory", "export", "mine"])
    assert refused.exit_code == 1
    assert "exists and is no earlier export" in refused.output
    (tmp_path / "file").write_text("")
    unwritable = command.invoke(main, ["directory", "export", "file/out"])
    assert unwritable.exit_code == 1
    assert "cannot be written" in unwritable.output
