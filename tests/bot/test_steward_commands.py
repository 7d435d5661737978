"""The stewards' commands as a steward or a program meets them: what they print, how they refuse, what they return."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from bot.cli import main
from tests.support.services import NOON, TODAY, days, written, written_attestations, written_service

SAM = ("--who", "Sam", "--why", "test")
MET = ("--section", "SD", "--basis", "verified", "--outcome", "met", "--assessor", "Helpline Team", "--essential-met")


class Line:
    """The stewards' command line, over a directory of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, **variables: str) -> Result:
        environment = {"FINGERPOST_HOME": str(self.home)}
        environment |= {f"FINGERPOST_{name}": value for name, value in variables.items()}
        return CliRunner().invoke(main, ("directory", *arguments), env=environment)


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a directory with one service that is shown, one that lapsed and one that was never decided."""
    folder = tmp_path_factory.mktemp("steward")
    access, delivery = written_attestations()
    lapsed = {**delivery, "valid_until": TODAY - days(1)}
    document = written(
        written_service(),
        written_service("york-men", name="York Men", attestations=[access, lapsed]),
        written_service("hull-men", name="Hull Men", attestations=[access], hours=None, hours_checked=None),
    )
    (folder / "services.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.import_commands.now", lambda: NOON - days(1))
        result = Line(folder / "home")("import", str(folder / "services.yaml"), "--apply", "--by", "Sam")
    assert result.exit_code == 0, result.output
    return folder / "home"


@pytest.fixture
def line(full_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    shutil.copytree(full_home, tmp_path / "home")
    for clock in ("bot.steward_commands.now", "bot.backup_commands.now"):
        monkeypatch.setattr(clock, lambda: NOON)
    return Line(tmp_path / "home")


def test_an_empty_directory_has_nothing_due_and_nothing_to_explain(tmp_path: Path) -> None:
    empty = Line(tmp_path / "home")
    assert empty("due").output == "Nothing is due within 60 days.\n"
    assert empty("history").output == "Nothing was changed.\n"
    assert empty("history", "--json").output == ""
    result = empty("suspend", "leeds-men", *SAM)
    assert result.exit_code == 1
    assert result.output == "Error: The directory is empty: 'fingerpost directory import' fills it.\n"


def test_due_is_told_in_words_and_one_object_a_line(line: Line) -> None:
    said = line("due").output
    assert said.startswith(
        "Now: men miss these services, or may be told what is no longer true (1)\n  York Men (york-men)"
    )
    assert "\n\nLater (1)\n  Hull Men (hull-men)\n    SD, service delivery, was never decided" in said
    now, later = map(json.loads, line("due", "--json").output.splitlines())
    assert now["urgency"] == "now"
    assert now["kind"] == "attestation"
    assert now["service_id"] == "york-men"
    assert now["on"] == "2026-11-22"
    assert later["on"] is None
    assert len(line("due", "--json", "--within", "98").output.splitlines()) > 2
    assert line("due", "--within", "-1").exit_code == 2


def test_why_answers_for_a_service_that_is_shown(line: Line) -> None:
    result = line("why", "leeds-men")
    assert result.exit_code == 0
    assert "Leeds Men (leeds-men) is shown to men today, 23 November 2026." in result.output
    assert "1 March 2027 is the last day on which it is." in result.output
    assert (
        "Men read: Recorded as meeting the access and delivery standards for men by Helpline Team, March 2026."
        in result.output
    )
    assert "It is for men who look for: health, talk. In: Leeds." in result.output
    assert "Missing" not in result.output


def test_a_section_of_which_nothing_is_recorded_is_told_once(line: Line) -> None:
    said = line("why", "hull-men").output
    assert said.count("Recorded: nothing is recorded.") == 1
    assert "2. The latest decision on SD, service delivery, is confirmed" in said


def test_why_answers_a_program_for_a_service_that_is_not_shown(line: Line) -> None:
    told = json.loads(line("why", "york-men", "--json").output)
    assert (told["shown"], told["last_day"], told["men_read"]) == (False, None, "")
    assert [(one["number"], one["section"]) for one in told["clauses"] if not one["holds"]] == [(2, "SD")]


def test_a_service_that_does_not_exist_is_told_in_one_sentence(line: Line) -> None:
    for command in (
        ("why",),
        ("attest", *SAM),
        ("checked", "--hours", "--who", "Sam"),
        ("suspend", *SAM),
        ("resume", *SAM),
    ):
        result = line(command[0], "leeds-man", *command[1:])
        assert result.exit_code == 1
        assert result.output == "Error: There is no service 'leeds-man'. Did you mean leeds-men?\n", command
    assert line("history", "--service", "leeds-man").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("suspend", "leeds-men", "--why", "test"),
        ("suspend", "leeds-men", "--who", "Sam"),
        ("suspend", "leeds-men", "--who", " ", "--why", "test"),
        ("resume", "leeds-men", "--who", "Sam"),
        ("attest", "leeds-men", "--who", "Sam"),
        ("attest", "leeds-men", "--criterion", "SD3", *SAM),
        ("attest", "leeds-men", "--decided", "yesterday", *SAM),
        ("checked", "leeds-men", "--hours"),
        ("checked", "leeds-men", "--who", "Sam"),
        ("restore", "nowhere.zip", *SAM),
    ],
)
def test_what_is_typed_wrongly_is_told_with_exit_code_two(line: Line, arguments: tuple[str, ...]) -> None:
    result = line(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.output


def test_a_decision_is_tried_then_recorded_and_its_effect_told(line: Line) -> None:
    asked = ("attest", "york-men", *MET, "--decided-by", "Ada", "--criterion", "SD3=partly", *SAM)
    tried = line(*asked, "--dry-run")
    assert tried.output.startswith(
        "This would be recorded; nothing was written. With it:\nYork Men is shown to men now"
    )
    assert json.loads(line("due", "--json").output.splitlines()[0])["service_id"] == "york-men"
    recorded = line(*asked, "--criterion", "SD5=not_applicable: it never meets anybody")
    assert recorded.exit_code == 0
    assert recorded.output.startswith("Recorded.\nYork Men is shown to men now, until 1 March 2027")
    assert "Men read: Recorded as meeting" in recorded.output
    told = line("history", "--service", "york-men").output
    assert "result not_applicable; reason it never meets anybody" in told
    assert "SD3: new: result partly" in told


def test_a_decision_that_the_rule_would_never_accept_is_refused(line: Line) -> None:
    result = line("attest", "york-men", *MET, "--decided-by", "Sam", "--criterion", "SD5=not_applicable", *SAM)
    assert result.exit_code == 1
    assert result.output == "Error: criteria, SD5, reason: is missing; say why it does not apply.\n"


def test_a_decision_that_leaves_something_missing_says_what_and_what_men_will_read(line: Line) -> None:
    line("suspend", "hull-men", *SAM)
    said = line("attest", "hull-men", *MET, "--decided-by", "Ada", "--decided", "2026-11-20", *SAM).output
    assert said.startswith("Recorded.\nHull Men is not shown to men now. What is missing:\n  5. It is not suspended")
    assert said.splitlines()[-1] == (
        "Once nothing is missing, men read: Recorded as meeting the access and delivery standards for men by "
        "Helpline Team, March 2026."
    )


def test_a_services_own_word_counts_only_where_the_operator_says_so(line: Line) -> None:
    own = ("--section", "SD", "--basis", "self", "--outcome", "met", "--assessor", "Northern Men", "--essential-met")
    asked = ("attest", "york-men", *own, "--decided-by", "Ada", *SAM)
    refused = line(*asked)
    assert refused.exit_code == 1
    assert "only where the operator sets FINGERPOST_ACCEPT_SELF_ASSESSMENT" in refused.output
    recorded = line(*asked, ACCEPT_SELF_ASSESSMENT="yes")
    assert "Men read: The service says it meets the standards for men (March 2026). No one else" in recorded.output


def test_a_decision_is_read_from_a_file_and_options_go_before_it(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "decision.yaml"
    values = {"section": "SD", "basis": "verified", "outcome": "met", "by": "Helpline Team", "essential": "met"}
    file.write_text(yaml.safe_dump({**values, "decided": date(2026, 11, 1)}), encoding="utf-8")
    result = line("attest", "york-men", "--from", str(file), "--decided-by", "Ada", "--decided", "2026-11-20", *SAM)
    assert result.exit_code == 0, result.output
    assert "decided_on 2026-11-20" in line("history", "--service", "york-men").output
    for content, told in (
        ("section: [", "cannot be read as YAML (line 1)"),
        ("- SD", "must hold the fields of one decision"),
        ("criteria: [SD3]", "criteria: must have fields of its own"),
    ):
        file.write_text(content, encoding="utf-8")
        result = line("attest", "york-men", "--from", str(file), "--criterion", "SD3=partly", *SAM)
        assert result.exit_code == 1
        assert told in result.output


def test_suspending_resuming_and_checking_tell_what_men_see_then(line: Line) -> None:
    said = line("suspend", "leeds-men", "--until", "2026-12-01", *SAM).output
    assert said.startswith("Suspended.\nLeeds Men is not shown to men now. What is missing:\n  5. ")
    assert "until the end of 1 December 2026" in said
    assert line("resume", "leeds-men", *SAM).output == (
        "Its suspension has ended.\nLeeds Men is shown to men now, until 1 March 2027 as things are recorded.\n"
    )
    said = line(
        "checked", "leeds-men", "--way", "0113 222 4444", "--hours", "--on", "2026-11-20", "--who", "Sam"
    ).output
    assert said.startswith("Recorded.\nLeeds Men is shown")
    said = line("checked", "leeds-men", "--hours", "--who", "Sam").output
    assert said.startswith("Recorded.\n")


def test_what_a_service_said_on_the_telephone_is_recorded_for_the_day_on_which_it_said_so(line: Line) -> None:
    said = line("still-right", "leeds-men", "--on", "2026-11-20", "--who", "Sam").output
    assert said.startswith("Recorded.\nLeeds Men is shown to men now")
    assert "asked, and the entry is right as it stands" in line("history", "--service", "leeds-men").output
    earlier = line("still-right", "leeds-men", "--on", "2026-11-19", "--who", "Sam")
    assert earlier.exit_code == 1
    assert "later than that already, on 20 November 2026" in earlier.output


def test_history_of_all_says_that_services_are_new_and_of_one_with_what(line: Line) -> None:
    line("suspend", "leeds-men", *SAM)
    said = line("history").output
    assert "Sam: import of services.yaml\n  organization northern-men: new: name Northern Men" in said
    assert "\n  service york-men: new\n" in said
    assert "\n\n23 November 2026, 12:00  Sam: test\n  service leeds-men\n  suspension/all/2026-11-23: new: " in said
    whole = line("history", "--service", "leeds-men", "--since", "2020-01-01").output
    assert "  service leeds-men: new: organization_id northern-men; name Leeds Men; " in whole
    last = json.loads(line("history", "--json").output.splitlines()[-1])
    assert (last["who"], last["service_id"], last["action"], last["why"]) == ("Sam", "leeds-men", "create", "test")


def test_a_backup_comes_back_into_a_new_home_and_replaces_only_when_told(line: Line, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.zip")
    assert "3 services and all their history, as of 23 November 2026, 12:00; digest " in line("backup", file).output
    assert line("backup", file).exit_code == 1
    again = Line(tmp_path / "again")
    assert again("restore", file, *SAM).output.startswith("Restored: 3 services")
    assert "directory " in again("history").output.splitlines()[-1]
    refused = again("restore", file, *SAM)
    assert refused.exit_code == 1
    assert "add --replace" in refused.output
    replaced = again("restore", file, "--replace", *SAM)
    assert f"What the directory held is kept in {again.home}" in replaced.output
    assert [path.name for path in again.home.glob("replaced-*")] == ["replaced-20261123-120000.zip"]
    Path(file).write_text("torn")
    assert again("restore", file, "--replace", *SAM).exit_code == 1
    assert again("restore", file, "--replace", *SAM).output.endswith("or it is damaged. Use another one.\n")


def test_a_restore_that_brings_back_what_was_redacted_says_so(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "backup.zip")
    line("backup", file)
    monkeypatch.setattr("bot.standard_commands.now", lambda: NOON + days(1))
    environment = {"FINGERPOST_HOME": str(line.home)}
    asked = ("directory", "redact", "--who", "Sam", "--why", "it named a street")
    assert CliRunner().invoke(main, asked, input="York Men\n", env=environment).exit_code == 0
    said = line("restore", file, "--replace", *SAM).output
    assert "Words were taken out of the directory after this backup was made, and are back now." in said
    assert "Words were taken out" not in line("restore", file, "--replace", *SAM).output


def test_what_was_published_comes_back_only_where_nothing_was(line: Line, tmp_path: Path) -> None:
    environment = {"FINGERPOST_HOME": str(line.home)}
    flows = Path(__file__).parents[2] / "dialogs" / "flows"
    asked = ("flows", "publish", str(flows), "--by", "Ed", "--why", "first")
    assert CliRunner().invoke(main, asked, env=environment).exit_code == 0
    line("backup", str(tmp_path / "backup.zip"))
    again = Line(tmp_path / "again")
    for _ in range(2):
        assert again("restore", str(tmp_path / "backup.zip"), "--replace", *SAM).exit_code == 0
        found = CliRunner().invoke(main, ("flows", "versions", "--json"), env={"FINGERPOST_HOME": str(again.home)})
        assert "first" in found.output
