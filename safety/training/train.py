"""Trains the likeness model (safety/likeness.py) and writes its weights.

    python -m safety.training.train              writes safety/lexicon/likeness.tsv
    python -m safety.training.train --validate   trains without one writer at a time and says how well that writer's
                                                 sentences are met, by the model alone and with the phrases

It needs scikit-learn, a dependency for developers only. The same sentences and words give the same weights; their
digest stands in the weights file, and a test holds the two together.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safety.likeness import KINDS, Heard, Likeness, Meanings, Weights, around, parts, windows
from safety.risk import LABELS, lexicon, screen_with

HERE: Final = Path(__file__).parent
TESTS: Final = HERE.parents[1] / "tests" / "safety"  # where sentences.csv, the first development set, has stayed
LEXICON: Final = HERE.parent / "lexicon"
WEIGHTS: Final = LEXICON / "likeness.tsv"

# The writers' files, by how much a sentence counts. The fragments were written in a row by one hand and are plainer
# than what men write, so they count for less.
FILES: Final = {
    "writer1": 1.0,
    "writer2": 1.0,
    "writer3": 1.0,
    "writer4": 1.0,
    "writer5": 1.0,
    "writer6": 1.0,
    "writer7": 1.0,
    "writer8": 1.0,
    "writer9": 1.0,
    "writer10": 1.0,
    "writer11": 1.0,
    "writer12": 1.0,
    "writer13": 1.0,
    "writer14": 1.0,
    "writer15": 1.0,
    "writer16": 1.0,
    "writer17": 1.0,
    "writer18": 1.0,
    "writer19": 1.0,
    "writer20": 1.0,
    "writer21": 1.0,
    "writer22": 1.0,
    "writer23": 1.0,
    "writer24": 1.0,
    "writer25": 1.0,
    "fragments": 0.6,
    "tellings": 1.0,
    "said": 1.0,
    "short": 2.0,
    "sentences": 3.0,
}
WRITERS: Final = tuple(name for name in FILES if name.startswith("writer"))

CLASSES: Final = ("none", *KINDS, "perpetrator_self_disclosure")
STRENGTH: Final = 0.2  # inverse of the regularisation
LEAST_SEEN: Final = 2  # windows in which a feature must stand to be weighed
LEAST_WEIGHT: Final = 0.1  # below this for every kind, a feature is left out of the file
# Chosen so that of the harmless sentences of people whom it did not learn from (the blind files of tests/safety), fewer
# than one in twenty are asked about.
ASK: Final = 0.66
LONG: Final = 0.8
SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence: its features window by window, its labels (none when there is no danger), how much it
    counts."""

    text: str
    labels: frozenset[str]
    counts: float
    windows: tuple[Counter[str], ...]


def read(name: str, meanings: Meanings) -> list[Sentence]:
    """The sentences of one file, with their features."""
    with path(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Sentence(
            text=row["text"],
            labels=frozenset(row["risk_label"].split("|")) - {"none"},
            counts=FILES[name],
            windows=tuple(features(*lexicon().read(row["text"]), meanings)),
        )
        for row in rows
    ]


def path(name: str) -> Path:
    """Where a file of sentences is."""
    return (TESTS if name == "sentences" else HERE) / f"{name}.csv"


def features(words: Sequence[str], heard: Iterable[Heard], meanings: Meanings) -> Iterable[Counter[str]]:
    """The features of each window of a message, counted as safety/likeness.py counts them."""
    kinds = [meanings.at(words, place) for place in range(len(words))]
    places = [[*parts(words[place]), *around(words, kinds, place)] for place in range(len(words))]
    for place, phrase in heard:
        places[place] += phrase
    for start, end in windows(len(words)):
        found = Counter(feature for place in places[start:end] for feature in place)
        yield found


def train(sentences: Sequence[Sentence]) -> Weights:
    """Logistic regression over all kinds at once. Of a long message with danger, it learns from all windows only when
    the message is harmless; else from the one that looks most dangerous to a first model, learned from short
    messages."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    seen = Counter(feature for sentence in sentences for window in sentence.windows for feature in window)
    columns = {feature: column for column, feature in enumerate(sorted(f for f, n in seen.items() if n >= LEAST_SEEN))}
    rows = [
        (sentence, {columns[f]: n for f, n in window.items() if f in columns})
        for sentence in sentences
        for window in sentence.windows
    ]
    matrix = csr_matrix(
        (
            [n * damped(sum(found.values())) for _, found in rows for n in found.values()],
            (
                [row for row, (_, found) in enumerate(rows) for _ in found],
                [column for _, found in rows for column in found],
            ),
        ),
        shape=(len(rows), len(columns)),
    )
    short = [row for row, (sentence, _) in enumerate(rows) if not sentence.labels or len(sentence.windows) == 1]
    model = _fit(LogisticRegression, matrix, rows, short)
    first = model.predict_proba(matrix)
    telling: set[int] = set(short)
    by_sentence: dict[int, list[int]] = {}
    for row, (sentence, _) in enumerate(rows):
        if sentence.labels and len(sentence.windows) > 1:
            by_sentence.setdefault(id(sentence), []).append(row)
    for found in by_sentence.values():
        for label in rows[found[0]][0].labels:
            telling.add(max(found, key=lambda row: first[row][CLASSES.index(label)]))
    model = _fit(LogisticRegression, matrix, rows, sorted(telling))
    base = model.intercept_ - model.intercept_[0]
    against = model.coef_ - model.coef_[0]
    of = {
        feature: values
        for feature, column in columns.items()
        if max(map(abs, values := tuple(round(float(weight), 2) for weight in against[1:, column]))) >= LEAST_WEIGHT
    }
    return Weights(ASK, LONG, SHARE, tuple(round(float(one), 4) for one in base[1:]), of)


def damped(features_found: int) -> float:
    """What a feature counts for in a window with so many of them."""
    return 10.0 / math.sqrt(features_found + 20.0)


def _fit(kind: Any, matrix: Any, rows: Sequence[tuple[Sentence, object]], chosen: Sequence[int]) -> Any:
    indices, classes, counts = [], [], []
    for row in chosen:
        sentence = rows[row][0]
        for label in sorted(sentence.labels) or ["none"]:
            indices.append(row)
            classes.append(CLASSES.index(label))
            of_harmless = math.sqrt(len(sentence.windows)) if not sentence.labels else 1.0
            counts.append(sentence.counts / max(1, len(sentence.labels)) / of_harmless)
    return kind(C=STRENGTH, max_iter=200, tol=2e-3).fit(matrix[indices], classes, sample_weight=counts)


def digest() -> str:
    """Over everything that the weights come from: the sentences, the words, and how both are read."""
    found = hashlib.sha256()
    paths = [*map(path, FILES), *sorted(LEXICON.glob("*.yaml"))]
    for one in (*paths, Path(__file__)):
        found.update(one.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()[:16]


def written(weights: Weights) -> str:
    """The weights file."""
    head = [
        "# What each feature says for each kind of danger; see safety/likeness.py. Written by safety.training.train.",
        "# reviewed by: nobody yet",
        "# review due: 2027-05-22",
        f"# learned from: {digest()}",
        f"# ask: {weights.ask}",
        f"# long: {weights.long}",
        f"# share: {weights.share}",
        f"# base: {' '.join(map(str, weights.base))}",
        f"# columns: {' '.join(CLASSES[1:])}",
    ]
    body = ["\t".join([feature, *(f"{value:g}" for value in values)]) for feature, values in sorted(weights.of.items())]
    return "\n".join([*head, *body]) + "\n"


def main(arguments: Sequence[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--validate", action="store_true")
    options = parser.parse_args(arguments)
    meanings = Meanings.load(lexicon().wording)
    files = {name: read(name, meanings) for name in FILES}
    if options.validate:
        for unseen in WRITERS:
            weights = train([one for name, found in files.items() if name != unseen for one in found])
            print(unseen, report(files[unseen], Likeness(meanings, weights)))
        return
    WEIGHTS.write_text(written(train([one for found in files.values() for one in found])), encoding="utf-8")


def report(sentences: Sequence[Sentence], model: Likeness) -> str:
    """How many of a writer's sentences are met, by kind, and how many harmless ones are interrupted or asked about."""
    heard = [(sentence, screen_with(model, sentence.text)) for sentence in sentences]
    said = []
    for label in LABELS:
        of_kind = [found for sentence, found in heard if label in sentence.labels]
        met = sum(label in found.labels and found.response in {"interrupt", "ask"} for found in of_kind)
        said.append(f"{label} {met} of {len(of_kind)}")
    harmless = [found.response for sentence, found in heard if not sentence.labels]
    said += [f"harmless {response} {harmless.count(response)} of {len(harmless)}" for response in ("interrupt", "ask")]
    return " | ".join(said)


if __name__ == "__main__":
    main(sys.argv[1:])
