"""`fingerpost doctor` is the gate before going live: it opens when all is done, and not without the databases."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bot.cli import main
from bot.rooms import now
from safety.lifelines import Lifelines
from service_directory.standards import day_in_london
from tests.support.processes import command, free_port
from tests.support.services import written, written_attestations, written_service

FLOWS = Path(__file__).parents[2] / "dialogs" / "flows"


def test_it_opens_when_all_is_done_that_it_asks_for(tmp_path: Path) -> None:
    today = day_in_london(now())
    ago, ahead = today - timedelta(days=9), today + timedelta(days=300)
    settings = {"OPERATOR": "The Larch Trust", "PRIVACY_CONTACT": "p@larch.example", "COMPLAINTS": "0161 496 0001"}
    environment = {f"FINGERPOST_{name}": value for name, value in settings.items()}
    environment["FINGERPOST_HOME"] = str(tmp_path / "home")

    def fingerpost(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, arguments, env=environment)
        assert result.exit_code == code, result.output
        return result.output

    assert "MUST" in fingerpost("doctor", code=1)
    attestations = written_attestations(decided=ago, valid_from=ago, valid_until=ahead)
    contacts = [{"kind": "phone", "value": "0113 222 4444", "checked": ago}]
    service = written_service(assured=ago, hours_checked=ago, contacts=contacts, attestations=attestations)
    document = tmp_path / "services.yaml"
    document.write_text(yaml.safe_dump(written(service)), encoding="utf-8")
    fingerpost("directory", "import", str(document), "--apply")
    lifelines = Lifelines.load().lines()
    fingerpost("lifelines", "rung", *(line.key for line in lifelines), "--by", "Sam")
    flows = tmp_path / "flows"
    shutil.copytree(FLOWS, flows)
    for flow in flows.glob("*.yaml"):
        words = flow.read_text(encoding="utf-8")
        flow.write_text(words.replace('by: nobody yet, on: ""', f'by: Sam, on: "{ago}"'), encoding="utf-8")
    fingerpost("flows", "publish", str(flows), "--by", "Ann", "--why", "reviewed")
    said = fingerpost("doctor")
    assert "MUST" not in said
    assert said.endswith("Nothing stands in the way.\n")


@pytest.mark.parametrize("which", ["DIRECTORY_URL", "SESSIONS_URL"])
async def test_a_database_that_cannot_be_reached_is_named_and_stands_in_the_way(which: str, tmp_path: Path) -> None:
    nobody_there = f"postgresql://u:hidden@127.0.0.1:{free_port()}/d"
    code, said = await command(tmp_path, "doctor", **{which: nobody_there})
    assert code == 1
    assert f"FINGERPOST_{which}: " in said
    assert "hidden" not in said


async def test_a_word_about_pooling_that_is_not_known_is_named_too(tmp_path: Path) -> None:
    code, said = await command(tmp_path, "doctor", SESSIONS_URL="postgresql://u@h/d?pooling=statement")
    assert code == 1
    assert "FINGERPOST_SESSIONS_URL: " in said
    assert "pooling=transaction" in said
