"""Publishing from the command line: what an editor types, what he reads, and the exit code a script goes by."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.publications import Overtaken, Publications
from dialogs.source import Source

# In one process, where a version that was proved for one test is proved for the next.
BY = ("--by", "Ann Editor", "--why", "shorter words")


class Line:
    """The command line with a home of its own, and a copy of the shipped conversations to change."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.flows = folder / "flows"
        shutil.copytree(Path(__file__).parents[2] / "dialogs" / "flows", self.flows)

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ("flows", *arguments), env={"FINGERPOST_HOME": str(self.home)})

    def change(self, before: str, after: str) -> str:
        """Edit the main flow; returns the digest of what there is then."""
        path = self.flows / "main.yaml"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
        return Source.read(self.flows).digest


@pytest.fixture
def fingerpost(tmp_path: Path) -> Line:
    return Line(tmp_path)


def test_publishing_rolling_back_and_listing(fingerpost: Line) -> None:
    shipped = Source.read().digest
    digest = fingerpost.change("What would help most right now?", "What would help you most?")
    result = fingerpost("publish", str(fingerpost.flows), *BY)
    assert result.exit_code == 0
    assert result.output.endswith(
        f"The version {digest} is current. Nobody is in the middle of a conversation now. "
        "Running processes take it up within five seconds.\n"
    )
    result = fingerpost("publish", str(fingerpost.flows), *BY)
    assert result.exit_code == 0
    assert result.output.endswith(f"The version {digest} is current already: nothing was changed.\n")
    assert fingerpost("rollback", "--by", "Bob", "--why", "  a\n slip ").exit_code == 0
    listed = fingerpost("versions").output.splitlines()
    assert listed[0].startswith(f"{shipped}  current  rolled back ")
    assert listed[0].endswith(" by Bob: a slip")
    assert listed[1] == "  0 people are in the middle of it."
    records = [json.loads(line) for line in fingerpost("versions", "--json").output.splitlines()]
    assert [record["digest"] for record in records] == [shipped, digest, shipped]
    assert records[1]["by"] == "Ann Editor"
    assert set(records[1]) == {
        "digest", "current", "at", "by", "why", "action", "moves", "finish_old", "live",
    }  # fmt: skip


def test_with_nothing_published_the_shipped_version_is_listed_as_current(fingerpost: Line) -> None:
    (record,) = [json.loads(line) for line in fingerpost("versions", "--json").output.splitlines()]
    assert (record["digest"], record["current"], record["at"]) == (Source.read().digest, True, None)
    assert "never published. They came with the program." in fingerpost("versions").output


def test_what_strands_people_is_told_and_exits_with_1_and_a_move_makes_it_good(fingerpost: Line) -> None:
    fingerpost.change("  where:\n    locate", "  place:\n    locate")
    fingerpost.change("go: where", "go: place")
    digest = fingerpost.change("skip: where", "skip: place")
    result = fingerpost("publish", str(fingerpost.flows), *BY)
    assert result.exit_code == 1
    assert "error F270: `main/where` is not in the new version. Nobody is there now: `main/where` (0)." in result.output
    assert result.output.endswith("Nothing was changed: put right first what is an error.\n")
    result = fingerpost("publish", str(fingerpost.flows), *BY, "--move", "main/where=main/place", "--dry-run")
    assert result.exit_code == 0
    assert f"The version {digest} would be current now." in result.output
    assert fingerpost("publish", str(fingerpost.flows), *BY, "--move", "main/where=main/place").exit_code == 0
    (record, _) = [json.loads(line) for line in fingerpost("versions", "--json").output.splitlines()]
    assert record["moves"] == {"main/where": "main/place"}


def test_findings_and_the_outcome_can_be_read_by_a_program(fingerpost: Line) -> None:
    digest = fingerpost.change("skip: where", "skip: whre")
    result = fingerpost("publish", str(fingerpost.flows), *BY, "--format", "json")
    assert result.exit_code == 1
    *findings, outcome = map(json.loads, result.output.splitlines())
    assert {finding["code"] for finding in findings} >= {"F130"}
    assert outcome == {"digest": digest, "current": False, "refused": True, "carried": 0, "finishing": 0}
    fingerpost.change("skip: whre", "skip: where")
    *findings, outcome = map(
        json.loads, fingerpost("publish", str(fingerpost.flows), *BY, "--format", "json").output.splitlines()
    )
    assert {finding["severity"] for finding in findings} <= {"warning"}
    assert outcome["current"]
    (outcome,) = map(json.loads, fingerpost("rollback", outcome["digest"], *BY, "--format", "json").output.splitlines())
    assert outcome["current"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--move", "main/where"), "is not a move. Write it like main/where=main/place."),
        (("--move", "main/where=place"), "is not a move. Write it like main/where=main/place."),
        (("--move", "main/need=main/need", "--move", "main/need=main/where"), "'main/need' is moved twice."),
        (("--by", " "), "say it in a word or two"),
        (("--why", "\n"), "say it in a word or two"),
    ],
)
def test_what_cannot_be_understood_is_explained_before_anything_is_read(
    fingerpost: Line, arguments: tuple[str, ...], said: str
) -> None:
    result = fingerpost("publish", str(fingerpost.flows), *BY, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


def test_who_answers_for_it_and_why_must_be_said(fingerpost: Line) -> None:
    for missing in (BY[:2], BY[2:]):
        assert fingerpost("publish", str(fingerpost.flows), *missing).exit_code == 2
        assert fingerpost("rollback", *missing).exit_code == 2


def test_a_rollback_to_nothing_is_explained(fingerpost: Line) -> None:
    result = fingerpost("rollback", *BY)
    assert result.exit_code == 1
    assert result.output == "Error: Nothing was ever published here, so there is nothing to roll back to.\n"


def test_a_folder_that_cannot_be_read_is_explained(fingerpost: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogs.source.MOST_FILES", 2)
    result = fingerpost("publish", str(fingerpost.flows), *BY)
    assert result.exit_code == 1
    assert "the most is 2" in result.output


def test_who_is_overtaken_is_told(fingerpost: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def taken(self: Publications, *given: object) -> None:
        raise Overtaken

    monkeypatch.setattr(Publications, "add", taken)
    result = fingerpost("publish", str(fingerpost.flows), *BY)
    assert result.exit_code == 1
    assert "Somebody else published in the meantime" in result.output


def test_a_database_that_cannot_be_used_is_explained(fingerpost: Line, tmp_path: Path) -> None:
    (tmp_path / "directory.sqlite").write_bytes(b"this is no database, whatever it is called" * 50)
    environment = {
        "FINGERPOST_HOME": str(fingerpost.home),
        "FINGERPOST_DIRECTORY_URL": f"sqlite:///{tmp_path}/directory.sqlite",
    }
    result = CliRunner().invoke(main, ("flows", "versions"), env=environment)
    assert result.exit_code == 1
    assert (
        "FINGERPOST_DIRECTORY_URL: the conversations database cannot be used: file is not a database" in result.output
    )


def test_the_doctor_looks_at_what_is_published(fingerpost: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def doctor() -> str:
        return CliRunner().invoke(main, ("doctor",), env={"FINGERPOST_HOME": str(fingerpost.home)}).output

    assert "This program brings other conversations" not in doctor()
    digest = fingerpost.change("What would help most right now?", "What would help you most?")
    assert fingerpost("publish", str(fingerpost.flows), *BY).exit_code == 0
    assert "This program brings other conversations" not in doctor()

    with monkeypatch.context() as upgraded:
        newer = Source.read(fingerpost.flows)
        flows = {name: data.replace(b"What would help you most?", b"What now?") for name, data in newer.flows.items()}
        newer = Source(flows, newer.catalogues, alone=False, shown="dialogs/flows")
        upgraded.setattr(Source, "read", classmethod(lambda cls, root=None: newer))
        assert f"note  This program brings other conversations ({newer.digest}) than were ever" in doctor()

    from bot import doctor as doctors
    from bot import versions
    from dialogs.findings import Finding, FlowErrors

    rule = Finding("F222", "error", "main.yaml", 1, 1, "A rule of tomorrow.", "Because.")
    with monkeypatch.context() as upgraded:
        upgraded.setattr(doctors, "check_source", lambda source, facts: [rule, rule])
        assert f"MUST  The conversations ({digest}) do not pass the check of this program any more: F222" in doctor()
        assert "A rule of tomorrow. And 1 more." in doctor()

    def unreadable(source: Source, facts: object) -> None:
        raise FlowErrors([rule])

    monkeypatch.setattr(versions, "load_published", unreadable)
    assert f"MUST  The version {digest} of the conversations is current and cannot be used" in doctor()
