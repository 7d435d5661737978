"""What is read from a file is what was written there, and nothing that a file holds can harm the reader."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from dialogs import parsing
from dialogs.book import Book
from dialogs.findings import Findings, render_text
from dialogs.loading import check, load_book
from dialogs.source import MOST_FILES, Source, shipped
from dialogs.steps import Ask, Branch, Find, Locate
from tests.dialogs.conftest import HERE

HEAD = """\
language: 1
flow: main
title: T
starts: yes
review: {by: nobody yet, on: "", due: 2027-01-31}
first_step: hello
steps:
"""


def write(folder: Path, steps: str, *, name: str = "main", head: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    text = HEAD.replace("flow: main", f"flow: {name}").replace("first_step", f"{head}first_step")
    path.write_text(text + steps, encoding="utf-8")
    return path


def codes(path: Path) -> list[str]:
    return [finding.code for finding in check(path)]


def parsed(text: str) -> parsing.Node | None:
    return parsing.parse("main.yaml", text.encode(), Findings())


# --- scalars ----------------------------------------------------------------------------------------------------

AS_WRITTEN = (
    "0808 800 1170",
    "no",
    "Yes",
    "off",
    "22:30",
    "1.10",
    "2026-01-05",
    "+441234567",
    "0777123",
    "012",
    "1e3",
    "~",
    "null",
    "0x1F",
    ".inf",
    "12:30:45",
    "=",
    "<<",
)


@pytest.mark.parametrize("value", AS_WRITTEN)
def test_a_scalar_is_the_text_that_was_written(value: str, tmp_path: Path) -> None:
    steps = f"""\
  hello:
    ask:
      text: {value}
      why: |
        {value}
      options:
        - {{id: a, label: {value}, words: [{value}], go: done}}
      skip: done
  done:
    end: {{text: '{value}'}}
"""
    at = load_book(write(tmp_path, steps)).flows["main"].steps["hello"]
    assert isinstance(at, Ask)
    assert (at.text.words, at.why.words, at.options[0].label, at.options[0].words) == (value, value, value, (value,))


@pytest.mark.parametrize("name", ["yes", "no", "on", "off", "null", "true", "y"])
def test_a_name_is_the_text_that_was_written(name: str, tmp_path: Path) -> None:
    steps = f"""\
  hello:
    branch: {{on: mood, cases: {{{name}: {name}}}, else: {name}}}
  {name}:
    end: {{text: Bye.}}
"""
    flow = load_book(write(tmp_path, steps, head=f"answers:\n  mood: [{name}]\n")).flows["main"]
    branch = flow.steps["hello"]
    assert isinstance(branch, Branch)
    assert (branch.cases[0].value.name, branch.cases[0].go.name) == (name, name)
    assert set(flow.steps) == {"hello", name}


def test_signs_of_yaml_in_a_text_after_the_bar_are_just_signs(tmp_path: Path) -> None:
    text = "Call us: # 5 & more, \"now\" - 'yes' @ [here] *{helpline}* %"
    steps = f"  hello:\n    end:\n      text: |\n        {text}\n"
    at = load_book(write(tmp_path, steps)).flows["main"].steps["hello"]
    assert at.text.render({"helpline": "0808"}) == text.replace("{helpline}", "0808")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["CRLF", "BOM", "both", "no end of line"],
)
def test_files_of_every_system_are_read_alike(change: object, tmp_path: Path) -> None:
    path = HERE / "book" / "goodbye.yaml"
    copy = tmp_path / "goodbye.yaml"
    copy.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    there, here = (load_book(p).flows["goodbye"] for p in (path, copy))
    assert {name: at.text.words for name, at in there.steps.items() if hasattr(at, "text")} == {
        name: at.text.words for name, at in here.steps.items() if hasattr(at, "text")
    }
    assert [at.span.line for at in there.steps.values()] == [at.span.line for at in here.steps.values()]


# --- what is refused, and before it can cost anything -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &b c", "F107"),
        ("a: *b", "F107"),
        ("a: &x [*x, *x]", "F107"),
        ("a: !!int 3", "F108"),
        ("a: !!python/object/apply:os.system [x]", "F108"),
        ("a: !b c", "F108"),
        ("%TAG ! tag:example.org,2026:\n---\na: !b c", "F108"),
        ("a: b\n---\nc: d", "F106"),
        ("a: b\na: c", "F109"),
        ("{a: b}: c", "F110"),
        ("? [a, b]\n: c", "F110"),
        ("", "F105"),
        ("# only a note", "F105"),
        ("---", "F105"),
    ],
)
def test_what_could_surprise_an_author_is_refused(text: str, code: str) -> None:
    findings = Findings()
    parsing.parse("main.yaml", text.encode(), findings)
    assert [finding.code for finding in findings.found] == [code]


def test_both_places_of_an_entry_given_twice_are_named() -> None:
    findings = Findings()
    parsing.parse("main.yaml", b"a: 1\nb: 2\na: 3\n", findings)
    (finding,) = findings.found
    assert (finding.line, finding.related[0].line) == (3, 1)


def test_a_file_that_is_too_big_is_not_even_decoded(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_bytes(b"\xff" * (parsing.LARGEST_FILE + 1))
    assert codes(path) == ["F102"]


@pytest.mark.parametrize("sign", ["[", "{a: ", "- ", "? "])
def test_no_depth_is_followed_further_than_a_flow_can_need(sign: str) -> None:
    findings = Findings()
    parsing.parse("main.yaml", (sign * 50_000).encode(), findings)
    assert [finding.code for finding in findings.found] == ["F104"]


def test_a_file_with_too_many_parts_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_text("a: [" + "1, " * parsing.MOST_NODES + "]\n")
    assert codes(path) == ["F104"]


def test_copies_of_copies_are_refused_before_they_are_made() -> None:
    findings = Findings()
    copies = (f"{name}: &{name} [{', '.join([f'*{of}'] * 9)}]" for of, name in zip("abcdefg", "bcdefgh", strict=True))
    bomb = "\n".join(["a: &a [x, x]", *copies])
    parsing.parse("main.yaml", bomb.encode(), findings)
    assert [finding.code for finding in findings.found] == ["F107"]


def test_all_mistakes_of_all_files_are_told_in_one_run(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, "  hello:\n    ask: {text: A, options: [x]}\n  done:\n    say: {txt: A}\n", name=name)
    (tmp_path / "three.yaml").write_text("a: [\n")
    found = check(tmp_path)
    assert {(Path(f.file).stem, f.code) for f in found} >= {
        *((name, code) for name in ("one", "two") for code in ("F112", "F113", "F159")),
        ("three", "F103"),
    }
    assert found == sorted(found, key=lambda f: (f.file, f.line, f.column, f.code))


def test_a_tree_knows_where_each_part_was_written() -> None:
    tree = parsed("a: [b, 'c d']\ne:\n  f: |\n    g\n    h\n")
    assert isinstance(tree, parsing.Mapping)
    (a, b), (_, e) = tree.entries
    assert (a.span.line, a.span.column, a.span.end_column) == (1, 1, 2)
    assert isinstance(b, parsing.Sequence)
    assert b.bracketed
    assert [(item.span.column, item.span.end_column) for item in b.items] == [(5, 6), (8, 13)]
    assert isinstance(e, parsing.Mapping)
    assert not e.bracketed
    (_, text) = e.entries[0]
    assert isinstance(text, parsing.Scalar)
    assert (text.value, text.span.line, text.plain, text.block) == ("g\nh\n", 3, False, True)


# --- flows, and files of flows ----------------------------------------------------------------------------------


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


def test_an_option_that_questions_share_is_an_option_of_each(tmp_path: Path) -> None:
    head = """\
answers: {mood: [good, bad]}
choices:
  good: {label: Good, words: [fine]}
  stop: {label: That's all, go: done, saves: no}
"""
    steps = """\
  hello:
    ask:
      text: Well?
      why: To know.
      save: mood
      options: [good, {id: bad, label: Bad, go: again}, stop]
      go: again
      skip: done
  again:
    ask:
      text: And now?
      why: To know.
      options:
        - good
        - stop
      go: done
      skip: done
  done:
    end: {text: Bye.}
"""
    flow = load_book(write(tmp_path, steps, head=head)).flows["main"]
    hello, again = flow.steps["hello"], flow.steps["again"]
    assert isinstance(hello, Ask)
    assert isinstance(again, Ask)
    assert [(c.id, c.label, c.go.name, c.saves, c.shared) for c in hello.options] == [
        ("good", "Good", "again", True, True),
        ("bad", "Bad", "again", True, False),
        ("stop", "That's all", "done", False, True),
    ]
    assert [(c.id, c.words, c.go.name) for c in again.options] == [("good", ("fine",), "done"), ("stop", (), "done")]
    # The place of an option is in its question; that of its label, where the label is written.
    assert (again.options[0].span.line, again.options[0].label_span.line) == (25, 8)
    assert codes(tmp_path / "main.yaml") == []


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
    assert codes(tmp_path) == ["F102"]


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").mkdir()
    assert codes(tmp_path) == ["F101"]


# --- the flows that come with the program -----------------------------------------------------------------------


def test_the_shipped_flows_can_be_loaded_from_wherever_the_program_is_installed() -> None:
    book = load_book()
    assert book.digest == load_book(shipped()).digest
    assert book.flows[book.start].starts
    assert book.step(book.start, book.flows[book.start].first_step.name) is not None


def test_a_file_inside_a_package_can_be_checked() -> None:
    file = resources.files("dialogs").joinpath("flows").joinpath("this_bot.yaml")
    assert all(finding.severity != "error" for finding in check(file) if finding.code < "F200")


def test_the_shipped_flows_are_written_without_a_mistake() -> None:
    assert render_text([finding for finding in check() if finding.code < "F200"]) == ""


def test_every_question_of_the_shipped_flows_can_be_skipped_and_says_why() -> None:
    for flow in load_book().flows.values():
        for at in flow.steps.values():
            if isinstance(at, Locate) or (isinstance(at, Ask) and not at.answerless):
                assert at.why
                assert at.skip


def test_the_shipped_flows_word_every_line_of_a_card() -> None:
    finds = [at for flow in load_book().flows.values() for at in flow.steps.values() if isinstance(at, Find)]
    assert finds
