"""Faults as editors make them are sown into the conversations, and every one has to be caught.

Each is an edit to a copy (tests/dialogs/proof/seeded). It has to be reported as an error, in the right file, at a line
that an editor would look at, and the conversation that comes with it has to lead there on the real engine.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from dialogs.book import Book
from dialogs.engine import Words, step
from dialogs.findings import Finding, FlowErrors
from dialogs.loading import check_source, load_source
from service_directory.areas import Areas
from service_directory.places import Gazetteer, find
from tests.dialogs.proof.seeded import SEEDS
from tests.dialogs.proof.seeded.planting import Folder, Seed, errors, knowledge, missing, planted, sound
from tests.support.naive_reading import Where
from tests.support.replaying import Player
from tests.support.walking import LIFELINES

FEWEST = 60
MOST_MESSAGES = 5
FEWEST_OF_EACH = 2
PROMISES = (
    *(f"4.3/{n}" for n in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16)),
    *(f"DESIGN {n}" for n in (2, 3, 4, 5)),
)
"""The invariants of engines.md 4.3 that apply here, and those of DESIGN.md that a conversation can break."""


@pytest.mark.parametrize("folder", ["shipped", "small"])
def test_before_anything_is_sown_there_is_no_error(folder: Folder) -> None:
    findings = check_source(sound(folder), knowledge(folder))
    assert [f"{f.file}:{f.line} {f.code} {f.message}" for f in findings if f.severity == "error"] == []


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.slip)
def test_a_fault_is_caught_where_it_was_made_and_its_conversation_leads_there(seed: Seed) -> None:
    found = errors(seed)
    assert list(missing(seed, found)) == []
    expected = {told.code for told in seed.told} | set(seed.also)
    assert {f"{f.code} {f.message}" for f in found if f.code not in expected} == set()
    replayed = [finding for finding in found if finding.replay is not None]
    if replayed:
        book = load_source(planted(seed), knowledge(seed.folder))
        for finding in replayed:
            leads_there(seed, book, finding)


def test_what_does_not_load_has_no_conversation_and_cannot_be_used() -> None:
    unloadable = [seed for seed in SEEDS if any(told.code < "F200" for told in seed.told)]
    assert len(unloadable) > 20
    for seed in unloadable:
        with pytest.raises(FlowErrors):
            load_source(planted(seed), knowledge(seed.folder))


def test_there_are_enough_of_them_and_enough_of_each() -> None:
    assert len({seed.slip for seed in SEEDS}) == len(SEEDS) >= FEWEST
    broken = Counter(promise for seed in SEEDS for promise in seed.breaks)
    assert set(broken) == set(PROMISES)
    assert {promise: count for promise, count in broken.items() if count < FEWEST_OF_EACH} == {}


# --- The conversation that comes with a finding --------------------------------------------------------------


def leads_there(seed: Seed, book: Book, finding: Finding) -> None:
    """The conversation can be had, comes to the step that the finding is at, and shows what is wrong there."""
    assert finding.replay is not None
    known = knowledge(seed.folder)
    plays = player(seed.folder, book, finding)
    at = owner(planted(seed).flows[finding.file].decode(), finding)
    if finding.code in ("F217", "F220"):
        # The last thing is typed, and is not heard as the option that it stands on.
        *taps, typed = finding.replay
        led = plays(taps)
        assert at in led.passed
        leaves = known.leaves is not None and known.leaves(typed)
        heard = step(book, led.state, Words(typed), lifelines=plays.lifelines, channel=plays.channel).state
        assert leaves if finding.code == "F217" else heard.offered
        return
    led = plays(finding.replay)
    if finding.code == "F205":
        assert led.failed
        assert at in (*plays(finding.replay[:-1]).passed, *led.passed)
        return
    assert not led.failed
    if finding.code == "F216" and "saves" in finding.message:
        assert at in plays(finding.replay[:-1]).passed
        began = max(n for n, tap in enumerate(finding.replay) if tap in plays.ways_in)
        assert plays(finding.replay[:began]).state.answers != led.state.answers
        return
    assert at in led.passed
    match finding.code:
        case "F211":
            assert len(led.said) > MOST_MESSAGES
        case "F212":
            assert max(len(reply.text) for reply in led.said) > known.longest_message
        case "F214":
            assert known.lifelines is not None
            emergency = [key for key, facts in known.lifelines.items() if facts.emergency]
            assert not any(f"<{key}>" in led.said[0].text for key in emergency)


def player(folder: Folder, book: Book, finding: Finding) -> Player:
    known = knowledge(folder)
    assert known.lifelines is not None
    # A line of every length, filled up so that a message is as long as it can get.
    lines = {key: f"<{key}>".ljust(facts.longest, ".") for key, facts in known.lifelines.items()}
    lines = {"helpline": "<helpline>", **lines} if folder == "shipped" else dict(LIFELINES)
    channel = re.search(r"\(On (\w+)\.\)", finding.message)
    ways_in = {known.ways_in.get(label, f"(words that mean {label})"): label for label in book.interrupts}
    return Player(book, channel.group(1) if channel else "terminal", lines, places, ways_in)


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.load(Areas.load())


def places(typed: str) -> str:
    """The area that a typed place is really found to be."""
    place = find(_gazetteer(), typed)
    assert place.outcome == "area", typed
    return place.areas[0].code


def owner(text: str, finding: Finding) -> Where:
    """The step that a line of a file belongs to; for a line above the steps, the first."""
    names = [
        (number, match.group(1))
        for number, line in enumerate(text.splitlines(), 1)
        if (match := re.fullmatch(r"  (\w+):", line)) and "\nsteps:" in "\n" + "\n".join(text.splitlines()[:number])
    ]
    flow = finding.file.rsplit("/", 1)[-1].removesuffix(".yaml")
    above = [name for number, name in names if number <= finding.line]
    first = re.search(r"^first_step: (\w+)", text, re.MULTILINE)
    assert first is not None
    return flow, above[-1] if above else first.group(1)
