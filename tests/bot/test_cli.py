"""The command line as an operator, an editor or a script meets it: exit codes, output, errors in plain words."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click import Context, Group, HelpFormatter
from click.testing import CliRunner, Result

from bot.cli import COMMANDS, main
from safety.lifelines import Lifelines
from service_directory.store import example_document

TOKEN = "123456:" + "A" * 35


class Line:
    """The command line with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, given: str = "", **variables: str) -> Result:
        environment = {"FINGERPOST_HOME": str(self.home)}
        environment |= {f"FINGERPOST_{name}": value for name, value in variables.items()}
        return CliRunner().invoke(main, arguments, input=given, env=environment)


@pytest.fixture
def fingerpost(tmp_path: Path) -> Line:
    return Line(tmp_path / "home")


def test_every_command_has_help(fingerpost: Line) -> None:
    def commands(group: object, path: tuple[str, ...]) -> None:
        result = fingerpost(*path, "--help")
        assert result.exit_code == 0
        assert result.output.startswith("Usage:")
        for name, command in getattr(group, "commands", {}).items():
            commands(command, (*path, name))

    for name in COMMANDS:
        commands(main.get_command(Context(main), name), (name,))
    commands(main, ())


def test_the_help_names_every_command_and_an_unknown_one_is_refused(fingerpost: Line) -> None:
    told = fingerpost("--help").output
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", told, re.MULTILINE), name
    refused = fingerpost("serve")
    assert refused.exit_code == 2
    assert "No such command 'serve'" in refused.output


def test_the_help_says_of_every_command_what_it_would_say_had_it_loaded_them() -> None:
    context, unloaded, loaded = Context(main), HelpFormatter(width=80), HelpFormatter(width=80)
    main.format_commands(context, unloaded)
    Group.format_commands(main, context, loaded)
    assert unloaded.getvalue() == loaded.getvalue() != ""


def test_no_command_is_loaded_before_it_is_asked_for() -> None:
    loaded = "import sys, bot.cli; print(*sorted(name for name in sys.modules if name.startswith('bot.')))"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["bot.cli", "bot.quiet", "bot.rubbish"]


def test_safety_scan_answers_each_line_with_labels_response_and_identifiers(fingerpost: Line) -> None:
    result = fingerpost("safety", "scan", given='she has got a knife\nhello\n"my number is 07700 900123"\n')
    assert result.exit_code == 0
    danger, nothing, number = map(json.loads, result.output.splitlines())
    assert danger == {"labels": ["immediate_danger"], "response": "interrupt", "identifiers": []}
    assert nothing == {"labels": [], "response": "none", "identifiers": []}
    assert number["identifiers"] == ["phone"]


def test_safety_evaluate_tells_recall_and_false_alarms(fingerpost: Line, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.csv"
    corpus.write_text("text,risk_label,notes\nshe's got a knife,immediate_danger,\nhello,none,\nkettle,suicide,\n")
    result = fingerpost("safety", "evaluate", str(corpus), "--missed")
    assert result.exit_code == 0
    assert "immediate_danger: 1 of 1 met (100.0 %), 1 by this name" in result.output
    assert "suicide: 0 of 1 met (0.0 %), 0 by this name\n  missed on lines 4\n" in result.output
    assert "harmless, interrupted: 0 of 1 (0.0 %)" in result.output
    corpus.write_text("words\nhello\n")
    assert "the columns `text` and `risk_label` are needed" in fingerpost("safety", "evaluate", str(corpus)).output


def test_safety_evaluate_tells_how_well_identity_is_noticed(fingerpost: Line, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.csv"
    corpus.write_text("text,identifiers\n07700 900123,phone\nkettle,name\nhello,\nmy name is Dave,\n")
    result = fingerpost("safety", "evaluate", str(corpus), "--missed")
    assert result.exit_code == 0
    assert "phone: 1 of 1 noticed (100.0 %)" in result.output
    assert "email: 0 of 0 noticed (none in the file)" in result.output
    assert "sentences, all noticed: 1 of 2 (50.0 %)\n  missed on lines 3\n" in result.output
    assert "harmless, false alarm: 1 of 2 (50.0 %)\n  on lines 5\n" in result.output
    corpus.write_text("text,identifiers\nhello,greeting\n")
    assert "`greeting` is no kind" in fingerpost("safety", "evaluate", str(corpus)).output


def test_places_find_answers_each_line_with_an_outcome_and_areas(fingerpost: Line) -> None:
    result = fingerpost("places", "find", given="Leeds\nNewport\nqqqqqq\n")
    leeds, newport, nowhere = map(json.loads, result.output.splitlines())
    assert leeds["outcome"] == "area"
    assert leeds["areas"] == [{"code": "E08000035", "name": "Leeds", "county": "West Yorkshire", "nation": "England"}]
    assert newport["outcome"] == "choose"
    assert 2 <= len(newport["areas"]) <= 4
    assert nowhere == {"outcome": "unknown", "areas": []}


def test_directory_match_answers_best_first_with_reasons_and_the_record(fingerpost: Line) -> None:
    result = fingerpost("directory", "match", "--need", "talk", "--area", "E08000035", "--json")
    assert result.exit_code == 0
    first = json.loads(result.output.splitlines()[0])
    assert set(first) == {
        "service_id", "name", "contacts", "reasons", "widened_to", "recorded_by", "recorded_on",
    }  # fmt: skip
    assert first["name"].startswith("Example")
    assert fingerpost("directory", "match", "--need", "talk", "--area", "E08000035").output.startswith("Example")


def test_directory_match_without_a_match_says_nothing(fingerpost: Line) -> None:
    # Facing the public, an empty directory is not filled with examples.
    result = fingerpost("directory", "match", "--need", "talk", "--area", "E08000035", "--json", HOST="0.0.0.0")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("directory", "match", "--need", "talk", "--area", "Leeds"), "not the code of an area"),
        (("directory", "match", "--need", "talk", "--area", "E08000035", "--at", "noon"), "not a time"),
        (("directory", "match", "--need", "tea", "--area", "E08000035"), "'tea' is not one of"),
        (("lifelines", "rung", "nobody", "--by", "Sam"), "No such lifeline: nobody"),
        (("lifelines", "rung", "samaritans", "--by", "Sam", "--on", "today"), "not a date"),
        (("flows", "check", "/nowhere"), "does not exist"),
    ],
)
def test_a_mistake_is_told_in_plain_words(fingerpost: Line, arguments: tuple[str, ...], says: str) -> None:
    result = fingerpost(*arguments)
    assert result.exit_code in (1, 2)
    assert says in result.output
    assert "Traceback" not in result.output


def test_flows_check_passes_the_shipped_conversations(fingerpost: Line) -> None:
    result = fingerpost("flows", "check")
    assert result.exit_code == 0, result.output


def test_flows_check_shows_a_mistake_in_three_forms_and_exits_with_1(fingerpost: Line, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("language: 1\nflow: broken\n")
    for form, says in (("text", "broken.yaml:"), ("json", '"code"'), ("github", "::error")):
        result = fingerpost("flows", "check", str(broken), "--format", form)
        assert result.exit_code == 1
        assert says in result.output


def test_flows_schema_is_a_json_schema(fingerpost: Line) -> None:
    assert json.loads(fingerpost("flows", "schema").output)["$schema"].startswith("http://json-schema.org/")


def test_flows_schema_of_a_folder_knows_its_names_and_those_that_the_program_offers(
    fingerpost: Line, tmp_path: Path
) -> None:
    (tmp_path / "sad.yaml").write_text("flow: sad\nsteps:\n  one:\n    end: {text: Bye.}\n  two: nothing\n")
    (tmp_path / "unreadable.yaml").write_text("[")
    schema = json.loads(fingerpost("flows", "schema", "--for", str(tmp_path)).output)["properties"]
    assert schema["first_step"]["anyOf"][0] == {"enum": ["one", "two"]}
    assert "immediate_danger" in schema["interrupt"]["items"]["anyOf"][0]["enum"]


def test_chat_speaks_json_lines_with_the_example_directory(fingerpost: Line) -> None:
    result = fingerpost("chat", "--jsonl", "--at", "2026-12-25T03:00", given="Yes\nTalk to someone\nleeds\n")
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert lines[0]["in"] is None
    assert any("EXAMPLE" in reply["text"] for reply in lines[-1]["replies"])


def test_one_flow_alone_can_be_previewed_and_still_answers_danger(fingerpost: Line) -> None:
    flow = Path(__file__).parents[2] / "dialogs" / "flows" / "friend.yaml"
    said = "my number is 07700 900123\nshes got a knife\nCarry on\n"
    result = fingerpost("chat", "--flow", str(flow), "--jsonl", given=said)
    first, number, danger, back = map(json.loads, result.output.splitlines())
    assert (first["flow"], danger["flow"], back["flow"]) == ("friend", "danger", "friend")
    assert "You don't need to tell me names" in number["replies"][0]["text"]


def test_what_is_written_is_for_its_owner_only(fingerpost: Line) -> None:
    fingerpost.home.mkdir(mode=0o755)
    fingerpost("lifelines", "list")
    written = [path for path in fingerpost.home.iterdir() if path.is_file()]
    assert written
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)


def test_chat_leaves_nothing_of_the_conversation_behind(fingerpost: Line) -> None:
    fingerpost("chat", "--jsonl", given="Yes\n")
    assert not (fingerpost.home / "sessions.sqlite").exists()


def test_importing_is_a_dry_run_unless_told_to_apply(fingerpost: Line, tmp_path: Path) -> None:
    document = tmp_path / "examples.yaml"
    document.write_text(example_document(), encoding="utf-8")
    dry = fingerpost("directory", "import", str(document))
    assert "Nothing was written" in dry.output
    assert dry.output == fingerpost("directory", "import", str(document)).output
    applied = fingerpost("directory", "import", str(document), "--apply")
    assert applied.exit_code == 0, applied.output
    assert "Nothing was written" not in applied.output
    assert "unchanged: 0" not in fingerpost("directory", "import", str(document)).output


def test_an_import_with_mistakes_names_each_and_exits_with_1(fingerpost: Line, tmp_path: Path) -> None:
    document = tmp_path / "wrong.yaml"
    document.write_text("services: nonsense\n")
    result = fingerpost("directory", "import", str(document))
    assert result.exit_code == 1
    assert "rejected: 2" in result.output
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "not a text file" in fingerpost("directory", "import", str(binary)).output


def test_the_doctor_says_what_stands_in_the_way_and_exits_with_1(fingerpost: Line) -> None:
    result = fingerpost("doctor")
    assert result.exit_code == 1
    for missing in (
        "directory is empty",
        "recorded ringing",
        "Never ring them",
        "FINGERPOST_OPERATOR",
        "Nobody has reviewed `accused`",
    ):
        assert missing in result.output


def test_the_doctor_asks_for_who_runs_it_whom_to_ask_and_where_to_complain(fingerpost: Line) -> None:
    named = {"OPERATOR": "The Larch Trust", "PRIVACY_CONTACT": "privacy@larch.example", "COMPLAINTS": "0161 496 0001"}
    for missing in named:
        given = {name: value for name, value in named.items() if name != missing}
        result = fingerpost("doctor", **given)
        assert result.exit_code == 1
        assert [name for name in named if f"MUST  FINGERPOST_{name}" in result.output] == [missing]


def test_the_doctor_tells_who_is_reached_through_a_proxy_that_its_visitors_cannot_be_told_apart(
    fingerpost: Line,
) -> None:
    public = {"PUBLIC_URL": "https://chat.example.org"}
    assert "note  FINGERPOST_PROXY_HEADER is not set" in fingerpost("doctor", **public).output
    assert "PROXY_HEADER" not in fingerpost("doctor", **public, PROXY_HEADER="X-Real-IP").output
    assert "PROXY_HEADER" not in fingerpost("doctor").output


def test_the_doctor_lists_every_lifeline_to_be_rung_or_read(fingerpost: Line) -> None:
    said = fingerpost("doctor").output
    for line in Lifelines.load().lines():
        assert line.key in said


def test_a_lifeline_that_was_rung_is_no_longer_in_the_way(fingerpost: Line) -> None:
    assert fingerpost("lifelines", "rung", "samaritans", "--by", "Sam").exit_code == 0
    listed = fingerpost("lifelines", "list").output
    assert "rung: 20" in listed.partition("samaritans: ")[2][:300]
    assert "rung: not yet" in listed.partition("childline: ")[2][:300]
    assert "samaritans" not in fingerpost("doctor").output


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"TELEGRAM_TOKEN": TOKEN}, "may not face the public yet"),
        ({"PUBLIC_URL": "https://chat.example.org"}, "The directory is empty"),
        ({"HOST": "0.0.0.0"}, "Nobody has recorded ringing"),
        ({"PORT": "eighty"}, "FINGERPOST_PORT: must be a number"),
        ({"DIRECTORY_URL": "sqlite:////nowhere/at/all.sqlite"}, "FINGERPOST_DIRECTORY_URL"),
        ({"SESSIONS_URL": "sqlite:////nowhere/at/all.sqlite"}, "FINGERPOST_SESSIONS_URL"),
        ({"HOST": "nowhere.invalid"}, "Cannot listen on nowhere.invalid"),
    ],
)
def test_run_refuses_with_the_reason(fingerpost: Line, variables: dict[str, str], says: str) -> None:
    result = fingerpost("run", **{"PORT": "18080", **variables})
    assert result.exit_code == 1
    assert says in result.output
    assert "Traceback" not in result.output


def test_run_with_imported_examples_refuses_the_public(fingerpost: Line, tmp_path: Path) -> None:
    document = tmp_path / "examples.yaml"
    document.write_text(example_document(), encoding="utf-8")
    fingerpost("directory", "import", str(document), "--apply")
    result = fingerpost("run", PORT="18081", TELEGRAM_TOKEN=TOKEN)
    assert result.exit_code == 1
    assert "example services" in result.output
    assert TOKEN not in result.output


def test_run_explains_a_port_in_use(fingerpost: Line) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = fingerpost("run", PORT=str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "in use by another program" in result.output


def test_run_explains_an_unwritable_home(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    result = Line(blocked / "home")("run")
    assert result.exit_code == 1
    assert "FINGERPOST_HOME: cannot write" in result.output


def test_a_damaged_key_file_is_explained(fingerpost: Line) -> None:
    fingerpost.home.mkdir()
    (fingerpost.home / "session-keys.json").write_text("{")
    result = fingerpost("run", PORT="18082")
    assert result.exit_code == 1
    assert "session-keys.json is damaged" in result.output


def test_a_fault_of_our_own_is_told_without_what_it_was_handling(
    fingerpost: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(text: str) -> None:
        raise RuntimeError(f"cannot screen {text}")

    monkeypatch.setattr("safety.risk.screen", fails)
    result = fingerpost("safety", "scan", given="zanzibarquetzal\n")
    assert result.exit_code == 1
    assert "Something went wrong inside Fingerpost (RuntimeError at" in result.output
    assert "zanzibarquetzal" not in result.output


def test_the_command_is_installed() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("fingerpost"), "--version"], capture_output=True, text=True, check=True
    )
    assert "fingerpost" in result.stdout


def test_output_that_nobody_reads_to_its_end_is_no_fault() -> None:
    program = subprocess.Popen(
        [Path(sys.executable).with_name("fingerpost"), "flows", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    with program, program.stdout, program.stderr:
        # Closed before anything is written, as by a reader that has seen enough.
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 1
