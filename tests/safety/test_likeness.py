"""The likeness model hears what no phrase foresaw, only ever asks, and is what the training script makes."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.likeness import KINDS, Likeness, Meanings, Weights, around, parts, windows
from safety.risk import lexicon, screen, screen_with
from safety.training import train

TEXT = (files("safety") / "lexicon" / "likeness.tsv").read_text(encoding="utf-8")
WEIGHTS = Weights.parse(TEXT)
MEANINGS = Meanings.load(lexicon().wording)
MODEL = Likeness(MEANINGS, WEIGHTS)
words = st.lists(
    st.sampled_from(["she", "i", "knife", "has", "a", ".", "rope", "tonight", "qzx", "my", "son"]), max_size=90
)


def test_it_asks_about_danger_that_no_phrase_foresaw() -> None:
    text = "she keeps patting the meat fork and humming and the back door is bolted"

    assert screen_with(None, text).response == "none"
    assert screen(text).response == "ask"
    assert "immediate_danger" in screen(text).labels


@given(st.lists(st.sampled_from(sorted(WEIGHTS.of)), max_size=12).map(lambda found: " ".join(f[2:] for f in found)))
def test_it_never_interrupts_takes_nothing_away_and_never_speaks_of_his_own_violence(text: str) -> None:
    by_phrases, together_heard = screen_with(None, text), screen(text)

    assert by_phrases.labels <= together_heard.labels
    assert (together_heard.response == "interrupt") == (by_phrases.response == "interrupt")
    assert together_heard.labels - by_phrases.labels <= set(KINDS)


def test_danger_at_the_end_of_a_long_story_is_weighed_like_danger_alone() -> None:
    danger = "ive written to each of the kids and found the dog a home and i shant need the bed after tonight"
    story = "we went to the garden centre and had soup and the lad served us was lovely. " * 40

    assert MODEL.asks(*lexicon().read(story + danger))
    assert not MODEL.asks(*lexicon().read(story))


@given(words)
def test_the_packed_sums_are_those_of_the_plain_weights(said: list[str]) -> None:
    kinds = [MEANINGS.at(said, place) for place in range(len(said))]
    for (start, end), chances in zip(windows(len(said)), MODEL.chances(said), strict=bool(said)):
        found = Counter(
            one for place in range(start, end) for one in (*parts(said[place]), *around(said, kinds, place))
        )
        known = {feature: count for feature, count in found.items() if feature in WEIGHTS.of}
        damped = train.damped(sum(known.values()))
        scores = [
            base + damped * sum(WEIGHTS.of[feature][column] * count for feature, count in known.items())
            for column, base in enumerate(WEIGHTS.base)
        ]
        whole = 1 + sum(map(math.exp, scores))
        assert chances == pytest.approx([math.exp(score) / whole for score in scores[: len(KINDS)]], abs=1e-6)


@given(st.integers(0, 900))
def test_the_windows_cover_every_word_and_overlap(length: int) -> None:
    found = list(windows(length))

    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(before[0] < after[0] < before[1] for before, after in pairwise(found))
    assert all(end - start <= 40 for start, end in found)


def test_nothing_said_is_like_nothing() -> None:
    assert MODEL.asks([]) == ()


def test_a_line_with_too_few_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="has 2 weights"):
        Weights.parse("# ask: 0.9\n# long: 0.9\n# share: 0.1\n# base: 0 0 0 0 0 0\nw knife\t1\t2\n")


def test_the_weights_file_says_who_reviewed_it_and_what_it_was_learned_from() -> None:
    assert "# reviewed by: " in TEXT
    assert "# review due: " in TEXT
    assert f"# learned from: {train.digest()}\n" in TEXT, "run: python -m safety.training.train"


def test_the_same_sentences_make_the_same_weights() -> None:
    """On one file of the fifteen: all of them take half a minute. That the shipped weights are of the shipped sentences
    is held by their digest."""
    sentences = train.read("sentences", MEANINGS)
    once, again = train.train(sentences), train.train(sentences)

    assert once == again
    assert train.written(once) == train.written(again)
    assert Weights.parse(train.written(once)) == once


def test_the_program_runs_without_what_only_training_needs() -> None:
    code = (
        "import sys; from safety.risk import screen; screen('hello'); "
        "sys.exit(any(m in sys.modules for m in ('sklearn', 'numpy', 'safety.training')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_report_counts_what_is_met_and_what_is_asked_for_nothing() -> None:
    sentences = [
        train.Sentence("she has a knife", frozenset({"immediate_danger"}), 1.0, ()),
        train.Sentence("kettles on", frozenset(), 1.0, ()),
    ]

    said = train.report(sentences, MODEL)

    assert "immediate_danger 1 of 1" in said
    assert said.endswith("harmless interrupt 0 of 1 | harmless ask 0 of 1")
