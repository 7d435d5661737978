"""Words that a flow does not use: the list itself, how words are found, and how a flow allows one with a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import dialogs
from dialogs.codes import CODES
from dialogs.editorial import plain_words
from dialogs.editorial.plain_words import Avoided, avoided_words
from dialogs.findings import Finding
from dialogs.loading import check

LIST = Path(plain_words.__file__).with_name("plain_words.yaml")
WORDING = ("F231", "F232", "F233", "F234", "F235")


def found(
    folder: Path, *, text: str = "Is it OK?", label: str = "Fine", head: str = "", said: str = ""
) -> list[Finding]:
    """What is found in how a conversation of one question is worded."""
    (folder / "main.yaml").write_text(
        "language: 1\nflow: main\ntitle: T\nstarts: yes\nfirst_step: hello\n"
        'review: {by: nobody yet, on: "", due: 2027-01-31}\n'
        f"{head}steps:\n  hello:\n    ask:\n      text: |\n        {text}\n      why: |\n        So.\n"
        f'      options: [{{id: ok, label: "{label}", words: [{said}], go: done}}]\n      skip: done\n'
        "  done:\n    end:\n      text: |\n        That is all.\n",
        encoding="utf-8",
    )
    return [finding for finding in check(folder) if finding.code in WORDING]


def codes(folder: Path, text: str) -> list[str]:
    return [finding.code for finding in found(folder, text=text)]


# --- The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", avoided_words(), ids=lambda entry: entry.pattern.pattern[:30])
def test_every_word_has_its_reason_what_to_do_instead_and_a_source(entry: Avoided) -> None:
    assert entry.why.endswith(".")
    assert entry.instead[-1] in '."'
    assert entry.instead.split()[0] in ("Say", "Use", "Write", "Leave")
    assert entry.source == "house rule" or re.match(r"https?://[\w.-]+/", entry.source)


def test_the_list_holds_only_what_its_first_lines_explain() -> None:
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    explained = set(re.findall(r"^# (\w+)  ", LIST.read_text(encoding="utf-8"), re.MULTILINE))
    assert {key for entry in entries for key in entry} <= explained
    assert {entry["kind"] for entry in entries} == set(plain_words.CODES)
    assert all(entry.get("where", "buttons") == "buttons" for entry in entries)
    assert all(entry.get("words") or entry.get("signs") for entry in entries)


def test_claims_and_what_turns_him_away_stop_a_flow_and_style_does_not() -> None:
    assert {kind: CODES[code].severity for kind, code in plain_words.CODES.items()} == {
        "claim": "error",
        "turns_away": "error",
        "style": "warning",
        "telling": "warning",
    }


# --- How words are found ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("This service is accredited.", "F231"),
        ("ACCREDITATION counts.", "F231"),
        ("It has a quality-mark.", None),
        ("It is quality-marked.", "F231"),
        ("It is a safe place.", "F231"),
        ("Stay safely where you are.", "F231"),
        ("Put it in a safe-box.", "F231"),
        ("The safety of all.", None),
        ("It is unsafe to say.", None),
        ("You are anonymous here.", "F231"),
        ("You are a victim.", "F232"),
        ("Services call it domestic   abuse.", "F232"),
        ("You should leave now.", "F232"),
        ("You've got to tell someone.", "F232"),
        ("You\u2019ve got to tell someone.", "F232"),
        ("You should rest.", None),
        ("You can leave at any time.", None),
        ("Why didn't you say?", "F232"),
        ("She may see this.", "F232"),
        ("Somebody sheds a tear.", None),
        ("Just dial 55.", "F232"),
        ("A man who committed suicide.", "F232"),
        ("Well done!", "F233"),
        ("A sun \u2600 for you.", "F233"),
        ("We utilise words.", "F233"),
        ("Call the police.", None),
    ],
)
def test_words_are_found_whole_in_any_case_with_either_apostrophe(tmp_path: Path, text: str, code: str | None) -> None:
    assert codes(tmp_path, text) == ([code] if code else [])


def test_the_caret_stands_at_the_word_with_why_and_what_to_say_instead(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, text="Is it a vetted place? {helpline}")
    assert finding.message == "`text` of step `hello` says `vetted`."
    assert finding.source[finding.column - 1 :][: finding.width] == "vetted"
    assert finding.hint == (
        "No body accredits services to these standards; somebody recorded that one meets them. "
        "Say that it is recorded as meeting the standards, by whom and when."
    )


def test_a_word_in_a_slot_is_the_programs_own(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, text="{helpline} {lifeline.safe} A safe place.")
    assert finding.source[: finding.column - 1].endswith("{lifeline.safe} A ")


def test_each_text_tells_of_a_word_once(tmp_path: Path) -> None:
    assert codes(tmp_path, "Safe and safe, but SAFER is safe.") == ["F231", "F231"]


def test_a_button_that_tells_is_a_warning_where_a_text_may_say_it(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, text="Call the police?", label="Call the police")
    assert (finding.code, finding.severity) == ("F234", "warning")
    assert finding.source[finding.column - 1 :].startswith("police")


def test_asides_and_the_lines_of_a_card_are_read_too(tmp_path: Path) -> None:
    shipped = Path(dialogs.__file__).parent / "flows"
    for file in shipped.glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("Open day and night.", "Open, and safe.")
        (tmp_path / file.name).write_text(text.replace("This may help with", "This is safe with"), encoding="utf-8")
    assert [finding.message for finding in check(tmp_path) if finding.code in WORDING] == [
        "The aside `note` says `safe`.",
        "The card's line `open_always` says `safe`.",
    ]


def test_what_he_may_say_himself_is_not_judged(tmp_path: Path) -> None:
    assert found(tmp_path, said="victim, abuse, she hits me") == []


ENTRIES = yaml.load(LIST.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 strings only


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["why"][:40])
def test_every_word_of_the_list_is_found(tmp_path: Path, entry: dict[str, list[str]]) -> None:
    code = plain_words.CODES[str(entry["kind"])]
    signs = [{"emoji": "\u2600"}.get(sign, sign) for sign in entry.get("signs", [])]
    for before in entry.get("after", [""]):
        for word in [*entry.get("words", []), *signs]:
            said = f"{before} {word.removesuffix('*')}".strip()
            where = {"label": f"Go {said}"} if "where" in entry else {"text": f"So {said.upper()} so."}
            assert code in {finding.code for finding in found(tmp_path, **where)}, said


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    for entry in avoided_words():
        for hit in entry.pattern.finditer(text):
            assert hit[0]


# --- Exceptions ------------------------------------------------------------------------------------------------------

ALLOW = "allow:\n  - {words: whether you are safe, why: It says what the chat cannot do.}\n"


def test_a_word_is_allowed_within_the_words_of_the_exception_and_nowhere_else(tmp_path: Path) -> None:
    assert found(tmp_path, text="I can't check whether you are safe.", head=ALLOW) == []
    (finding,) = found(tmp_path, text="Whether you are safe, and a safe place.", head=ALLOW)
    assert finding.code == "F231"


def test_an_exception_that_nothing_needs_is_a_warning(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, head=ALLOW)
    assert (finding.code, finding.severity) == ("F235", "warning")
    assert finding.message == "`whether you are safe` is allowed, and nothing in this flow needs it."
    (unneeded,) = found(tmp_path, text="You can rest.", head=ALLOW.replace("whether you are safe", "can rest"))
    assert unneeded.code == "F235"


def test_an_exception_says_what_and_why(tmp_path: Path) -> None:
    found(tmp_path, head="allow:\n  - {words: safe}\n  - safe\n")
    assert [finding.code for finding in check(tmp_path)] == ["F113", "F111"]


def test_an_option_that_several_questions_share_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(
        "language: 1\nflow: main\ntitle: T\nstarts: yes\nfirst_step: one\n"
        'review: {by: nobody yet, on: "", due: 2027-01-31}\n'
        "choices:\n  police: {label: The police, go: done}\n"
        "steps:\n"
        + "".join(
            f"  {name}:\n    ask:\n      text: |\n        Well?\n      why: |\n        So.\n"
            f"      options: [police]\n      skip: {skip}\n"
            for name, skip in (("one", "two"), ("two", "done"))
        )
        + "  done:\n    end:\n      text: |\n        That is all.\n"
    )
    assert [finding.code for finding in check(tmp_path)] == ["F234"]
