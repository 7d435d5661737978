from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs import parsing
from dialogs.book import Book
from dialogs.codes import CODES
from dialogs.findings import Finding, Findings, FlowErrors, as_github, as_json, closest, render_text
from dialogs.known import Known, LifelineFacts
from dialogs.loading import check, load_book
from dialogs.source import MOST_FILES, Source, shipped
from dialogs.steps import Ask, Find, Locate
from tests.dialogs.conftest import HERE

BROKEN = HERE / "broken"
HEAD = """\
language: 1
flow: main
title: T
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
"""


def checked(path: Path) -> list[Finding]:
    """The findings on one case, with every kind of outside knowledge given."""
    facts = LifelineFacts(always_open=True, emergency=True, longest=60)
    known = Known(
        lifelines={"samaritans": facts},
        labels=["suicide", "immediate_danger"],
        asides=["trouble", "edited"] if path.name == "asides" else None,
        bland=lambda line: "abuse" not in line,
    )
    return check(path, known)


def broken() -> list[Path]:
    return [path for path in sorted(BROKEN.iterdir()) if path.suffix != ".txt"]


@pytest.mark.parametrize("path", broken(), ids=lambda path: path.name)
def test_a_broken_flow_is_explained_in_these_words(path: Path) -> None:
    # The expected words stand beside each broken flow, so that a change of wording is seen as such.
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert render_text(checked(path)).replace(f"{BROKEN}/", "") == expected


def test_the_broken_flows_show_every_code_of_loading_that_needs_no_large_file() -> None:
    shown = {finding.code for path in broken() for finding in checked(path)}
    assert {code for code in CODES if code < "F200"} - shown == {"F102"}


@pytest.mark.parametrize("path", broken(), ids=lambda path: path.name)
def test_a_flow_is_loaded_exactly_when_no_finding_is_an_error(path: Path) -> None:
    errors = [f for f in check(path) if f.severity == "error" and f.code < "F200"]
    if not errors:
        load_book(path)
        return
    with pytest.raises(FlowErrors) as raised:
        load_book(path)
    assert [f for f in raised.value.findings if f.severity == "error"] == errors
    assert errors[0].message in str(raised.value)


# --- what is read -----------------------------------------------------------------------------------------------


def write(folder: Path, steps: str, *, name: str = "main") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(HEAD.replace("flow: main", f"flow: {name}") + steps, encoding="utf-8")
    return path


def test_every_scalar_is_the_text_that_was_written(tmp_path: Path) -> None:
    steps = """\
  hello:
    ask:
      text: 0777123
      why: +441234567
      options:
        - {id: "yes", label: yes, words: [no, 22:30, 1.10, ~], go: done}
      skip: done
  done:
    end: {text: 2026-01-05}
"""
    at = load_book(write(tmp_path, steps)).flows["main"].steps["hello"]
    assert isinstance(at, Ask)
    assert at.text.words == "0777123"
    assert at.why.words == "+441234567"
    assert (at.options[0].label, at.options[0].words) == ("yes", ("no", "22:30", "1.10", "~"))


def test_the_book_holds_what_the_files_say(book: Book) -> None:
    assert book.start == "main"
    assert dict(book.interrupts) == {
        "immediate_danger": "danger",
        "strangulation": "danger",
        "suicide": "thoughts",
    }
    assert dict(book.asides) == {"trouble": "Something is wrong here."}
    main = book.flows["main"]
    assert main.title == "The main road of the tests"
    assert (main.review.by, main.review.on, main.review.due) == ("nobody yet", "", "2027-01-31")
    assert main.answers["need"].values == ("talk", "stay", "money")
    assert main.answers["where"].values is None
    assert main.sources[0].confidence == "D"
    assert book.step("main", "nowhere") is None
    assert book.step("nowhere", "hello") is None
    hello = main.steps["hello"]
    assert (hello.span.line, hello.span.column) == (24, 3)


def test_a_shared_way_on_is_taken_by_options_without_one(tmp_path: Path) -> None:
    steps = """\
  hello:
    ask:
      text: Well?
      why: To know.
      options:
        - {id: a, label: A}
        - {id: b, label: B, go: hello}
      go: done
      skip: done
  done:
    end: {text: Bye.}
"""
    at = load_book(write(tmp_path, steps)).flows["main"].steps["hello"]
    assert isinstance(at, Ask)
    assert [choice.go.name for choice in at.options] == ["done", "hello"]


def test_one_file_is_read_with_the_flows_beside_it_that_it_calls() -> None:
    book = load_book(HERE / "book" / "reading.yaml")
    assert set(book.flows) == {"reading", "small_print"}
    assert book.start == "reading"


def test_the_digest_names_the_files_and_nothing_else() -> None:
    def digest(files: dict[str, bytes], catalogues: dict[str, bytes] | None = None) -> str:
        return Source(files, catalogues or {}, alone=False, shown="x").digest

    files = {"a.yaml": b"one", "b.yaml": b"two"}
    assert digest(files) == digest(dict(reversed(files.items()))) == digest({f"x/{k}": v for k, v in files.items()})
    assert re.fullmatch("[0-9a-f]{12}", digest(files))
    assert digest(files) != digest({"a.yaml": b"onetwo", "b.yaml": b""})
    assert digest(files) != digest({"a.yaml": b"one", "c.yaml": b"two"})
    assert digest(files) != digest(files, {"cy": b"dau"})


def test_a_missing_folder_is_a_finding_and_no_crash(tmp_path: Path) -> None:
    (finding,) = check(tmp_path / "nowhere")
    assert (finding.code, finding.line) == ("F101", 1)


def test_a_folder_with_too_many_flows_is_not_read(tmp_path: Path) -> None:
    for n in range(MOST_FILES + 1):
        (tmp_path / f"f{n}.yaml").touch()
    assert [finding.code for finding in check(tmp_path)] == ["F102"]


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_bytes(b"#" * (parsing.LARGEST_FILE + 1))
    assert [finding.code for finding in check(path)] == ["F102"]


def test_a_file_with_too_many_parts_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_text("a: [" + "1, " * parsing.MOST_NODES + "]\n")
    assert [finding.code for finding in check(path)] == ["F104"]


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").mkdir()
    assert [finding.code for finding in check(tmp_path)] == ["F101"]


# --- the flows that come with the program -----------------------------------------------------------------------


def test_the_shipped_flows_can_be_loaded_from_wherever_the_program_is_installed() -> None:
    book = load_book()
    assert book.digest == load_book(shipped()).digest
    assert book.flows[book.start].starts
    assert book.step(book.start, book.flows[book.start].first_step.name) is not None


def test_a_file_inside_a_package_can_be_checked() -> None:
    file = resources.files("dialogs").joinpath("flows").joinpath("this_bot.yaml")
    assert all(finding.severity != "error" for finding in check(file) if finding.code < "F200")


def test_the_shipped_flows_ask_no_more_than_is_allowed_and_miss_nothing() -> None:
    assert render_text(check()) == ""


def test_every_question_of_the_shipped_flows_can_be_skipped_and_says_why() -> None:
    for flow in load_book().flows.values():
        for at in flow.steps.values():
            if isinstance(at, Locate) or (isinstance(at, Ask) and not at.answerless):
                assert at.why
                assert at.skip


def test_the_shipped_flows_word_every_line_of_a_card() -> None:
    finds = [at for flow in load_book().flows.values() for at in flow.steps.values() if isinstance(at, Find)]
    assert finds


# --- findings ---------------------------------------------------------------------------------------------------


def test_twenty_findings_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    lines = "".join(f"        - {{id: o{n}, label: L{n}, go: nowhere}}\n" for n in range(25))
    steps = f"  hello:\n    ask:\n      text: A\n      why: B\n      options:\n{lines}      skip: hello\n"
    text = render_text([f for f in check(write(tmp_path, steps)) if f.code == "F130"])
    assert text.count("error F130") == 20
    assert text.endswith("... and 5 more. Put these right first.\n")


def test_findings_as_json_are_one_documented_object_a_line() -> None:
    findings = checked(BROKEN / "no_such_step.yaml")
    objects = [json.loads(line) for line in as_json(findings).splitlines()]
    assert len(objects) == len(findings)
    assert {"code", "severity", "file", "line", "column", "message", "replay"} <= objects[0].keys()
    assert objects[0]["replay"] is None


def test_findings_for_github_keep_to_one_line_each() -> None:
    finding = Finding("F130", "error", "a,b:c.yaml", 3, 4, "50% of\nit", "Why.")
    assert as_github([finding]) == "::error file=a%2Cb%3Ac.yaml,line=3,col=4,title=F130::50%25 of%0Ait Why."


@pytest.mark.parametrize(
    ("name", "likely"),
    [("nead", "need"), ("ende", "end"), ("whe", "where"), ("xyzzy", ""), ("", ""), ("ab", ""), ("edn", "end")],
)
def test_a_slip_is_guessed_among_the_names_that_are_valid_there(name: str, likely: str) -> None:
    assert closest(name, ["need", "where", "end"]) == likely


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    flow = b"flow: main\n" + data
    for content in (data, flow):
        findings = Findings()
        assert parsing.parse("main.yaml", content, findings) is not None or findings.found
        render_text(findings.sorted())


PIECES = st.lists(
    st.sampled_from(
        ["a", ":", " ", "\n", "-", "[", "]", "{", "}", "'", '"', "|", ">", "#", "&", "*", "!", "\t", "%", "@", ","]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=200)
@given(PIECES)
def test_no_scramble_of_yaml_signs_crashes_the_reader(text: str) -> None:
    findings = Findings()
    assert parsing.parse("main.yaml", text.encode(), findings) is not None or findings.found
    render_text(findings.sorted())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_flow_with_any_line_lost_or_doubled_is_explained_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = (HERE / "book" / "main.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at : at + 1] = data.draw(
        st.sampled_from([[], [lines[at]] * 2, ["  " + lines[at]], [lines[at].replace(":", "")]])
    )
    path = tmp_path_factory.mktemp("flows") / "main.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    for finding in check(path):
        assert finding.message
        assert finding.why
