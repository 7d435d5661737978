"""How hard a text is to read, and what an editor is told about one that is too hard."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.editorial.reading_age import FEWEST_WORDS, HARDEST_GRADE, grade, sentences, syllables, words
from dialogs.findings import Finding
from dialogs.loading import check

# As the CMU Pronouncing Dictionary has them; the groups are the rule and its exceptions.
BEATS = {
    1: "a he see time whole chance asked called times rules halves don't phone's ring king friend house hurt",
    2: "being doing quiet something lifeline careful lately movement doesn't hundred settled little rhythm",
    3: "area violence serious usual anyone suicide example easier family animal remember",
    4: "situation anxiety education secretary necessary",
    5: "accommodation university opportunity",
}


@pytest.mark.parametrize(
    ("word", "beats"),
    [(word, beats) for beats, group in BEATS.items() for word in group.split()],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, beats: int) -> None:
    assert syllables(word) == beats


def test_what_is_spelt_out_counts_by_its_letters_and_a_number_as_one() -> None:
    assert [syllables(word) for word in ("OK", "UK", "NHS", "999", "I", "STOP")] == [2, 2, 3, 1, 1, 1]


def test_a_line_of_its_own_and_what_a_colon_introduces_are_sentences() -> None:
    text = 'One thing: "Is it OK?" he asked.\nA line without a stop\n\nThe last one! Ring 0808 800 1170.'
    assert sentences(text) == [
        "One thing:", '"Is it OK?"', "he asked.", "A line without a stop", "The last one!", "Ring 0808 800 1170.",
    ]  # fmt: skip
    assert words("I'm at the A&E, on 0808 800.") == ["I'm", "at", "the", "A", "E", "on", "0808", "800"]


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        # 0.39 x words in a sentence + 11.8 x syllables in a word - 15.59
        ("The cat sat on the mat.", 0.39 * 6 + 11.8 * 1 - 15.59),
        ("Is it OK? You can stop.", 0.39 * 3 + 11.8 * 7 / 6 - 15.59),
        ("Accommodation", 0.39 * 1 + 11.8 * 5 - 15.59),
        ("", 0.0),
        ("...", 0.0),
    ],
)
def test_the_grade_is_that_of_flesch_and_kincaid(text: str, measured: float) -> None:
    assert grade(text) == pytest.approx(measured)


@given(st.text(alphabet=string.ascii_letters + " .,:?!'\n0123456789", max_size=400))
def test_any_text_can_be_measured_and_its_sentences_hold_all_its_words(text: str) -> None:
    assert isinstance(grade(text), float)
    assert [word for part in sentences(text) for word in words(part)] == words(text)


@given(st.lists(st.sampled_from(["he", "can", "ring", "the", "line", "and", "say", "it"]), min_size=1, max_size=19))
def test_one_long_word_does_not_fail_a_short_line_but_four_do(plain: list[str]) -> None:
    line = " ".join([*plain, "counsellor"])
    assert grade(line, at_least=FEWEST_WORDS) <= HARDEST_GRADE
    assert grade("Accommodation necessitates administrative coordination.", at_least=FEWEST_WORDS) > HARDEST_GRADE


def test_an_easy_text_of_full_length_is_measured_as_it_is() -> None:
    text = "You can ring the line at any hour. They can talk with you, or just listen. You choose what you tell them."
    assert len(words(text)) >= FEWEST_WORDS
    assert grade(text, at_least=FEWEST_WORDS) == grade(text)


# --- What an editor is told ------------------------------------------------------------------------------------------


def found(
    folder: Path, *, text: str = "Is it OK to talk?", why: str = "So that we know.", **more: str
) -> list[Finding]:
    """The findings on a conversation of one question."""
    entries = "".join(
        f"      {name}: |\n{_indented(words)}" for name, words in {"text": text, "why": why, **more}.items()
    )
    (folder / "main.yaml").write_text(
        "language: 1\nflow: main\ntitle: T\nstarts: yes\nfirst_step: hello\n"
        'review: {by: nobody yet, on: "", due: 2027-01-31}\nsteps:\n  hello:\n    ask:\n'
        + entries
        + "      options: [{id: ok, label: Fine, go: done}]\n      skip: done\n"
        + "  done:\n    end:\n      text: |\n        That is all.\n",
        encoding="utf-8",
    )
    return [finding for finding in check(folder) if finding.code in ("F230", "F236")]


def _indented(text: str) -> str:
    return "".join(f"        {line}\n" if line else "\n" for line in text.splitlines())


HARD = """\
You can ring the line.
Professional organisations facilitate appropriate accommodation arrangements immediately.
They can talk.
Comprehensive administrative documentation necessitates considerable preparation.
Our multidisciplinary representatives subsequently communicate alternative possibilities.
Individual circumstances occasionally necessitate additional information."""


def test_a_hard_text_is_told_by_its_age_with_the_caret_at_its_hardest_sentence(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, text=HARD)
    assert finding.code == "F230"
    assert finding.severity == "error"
    assert finding.message.startswith("`text` of step `hello` needs a reading age of ")
    assert finding.message.endswith("; the most is 11.")
    assert (finding.line, finding.column) == (12, 9)
    assert finding.source.strip().startswith("Professional organisations")
    assert finding.width == len(HARD.splitlines()[1])
    assert finding.hint.startswith("Find shorter words for `accommodation`, `immediately`, `organisations` and ")


def test_at_most_three_sentences_are_named_and_only_hard_ones(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, text=HARD)
    assert [(related.line, related.message.partition(":")[0]) for related in finding.related] == [
        (15, "then"),
        (14, "then"),
    ]
    (finding,) = found(tmp_path, text="\n".join(HARD.splitlines()[:3]))
    assert finding.related == ()


def test_a_long_sentence_of_plain_words_is_to_be_split(tmp_path: Path) -> None:
    text = " and ".join(["you can ring the line and say what you want to say"] * 3) + "."
    (finding,) = found(tmp_path, text=text)
    assert finding.hint == "Make two or three of this sentence: it has 38 words."


def test_a_sentence_of_middling_words_is_to_be_made_shorter(tmp_path: Path) -> None:
    (finding,) = found(
        tmp_path, text="Certain advice centres conduct private welfare meetings during normal office working hours."
    )
    assert finding.hint == "Make shorter sentences of it."


def test_slots_are_not_counted_and_every_text_of_a_step_is(tmp_path: Path) -> None:
    assert found(tmp_path, text="Ring the line.\n\n{helpline}\n\nForget it {silence} later.") == []
    assert [f.message.split("`")[1] for f in found(tmp_path, why=HARD, unknown=HARD)] == ["why", "unknown"]


def test_a_sentence_is_found_where_it_stands_the_second_time_and_behind_slots(tmp_path: Path) -> None:
    hard = "Administrative documentation necessitates preparation."
    (finding,) = found(tmp_path, text=f"{{helpline}} {hard} Ring.\nYes.\n{hard} {hard}")
    assert (finding.line, finding.column) == (11, 20)


def test_a_text_with_escapes_is_pointed_at_as_a_whole(tmp_path: Path) -> None:
    found(tmp_path)
    file = tmp_path / "main.yaml"
    escaped = HARD.replace("\n", " ").replace(" ", "\\x20")
    file.write_text(file.read_text().replace("text: |\n        That is all.\n", f'text: "{escaped}"\n'))
    (finding,) = [finding for finding in check(tmp_path) if finding.code == "F230"]
    assert finding.source.strip().startswith('text: "You')
    assert finding.column == len('      text: "')


# --- Long messages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "long"), [(50, []), (61, ["F236"])])
def test_a_message_of_more_than_sixty_words_is_a_warning(tmp_path: Path, count: int, long: list[str]) -> None:
    findings = found(tmp_path, text=" ".join(["Go on."] * (count // 2) + ["Go."] * (count % 2)), why="So.")
    assert [finding.code for finding in findings] == long
    assert {finding.severity for finding in findings} <= {"warning"}


def test_the_first_line_counts_with_the_question_and_the_question_with_its_why(tmp_path: Path) -> None:
    text, first = "Go on now. " * 13, "Thanks for that. Here is the next question."
    assert found(tmp_path, text=text, why="So. " * 20) == []
    (whole,) = found(tmp_path, text=text * 2)
    assert whole.message == "`text` of step `hello` makes a message of 78 words."
    (why,) = found(tmp_path, text=text, why="So. " * 22)
    assert why.message == "`why` of step `hello` makes a message of 61 words."
    assert found(tmp_path, text="Go on now. " * 17) == []
    (opened,) = found(tmp_path, text="Go on now. " * 18, first=first, why="So.")
    assert opened.message == "`text` of step `hello` makes a message of 62 words."
