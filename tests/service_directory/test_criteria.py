"""A standard is data: versioned, in words of our own, and the operator's to replace."""

from __future__ import annotations

from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
import yaml

from service_directory.areas import Areas
from service_directory.criteria import SECTIONS, StandardError, read_standard, shipped
from service_directory.store import Directory, Report
from tests.support.services import NOON, TODAY, days, written, written_attestations, written_service

SHIPPED: dict[str, Any] = yaml.safe_load(
    (files("service_directory") / "data" / "standards" / "mdan-da-1.yaml").read_text(encoding="utf-8")
)


def changed(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(SHIPPED), **changes}


def second(**changes: Any) -> dict[str, Any]:
    """A version of the operator's own, in which AE6 is essential too."""
    made = changed(version="2", wording="The operator's own copy.", **changes)
    made["sections"][1]["criteria"][5]["essential"] = True
    return made


async def load_standard(directory: Directory, standard: dict[str, Any], apply: bool = True) -> Report:
    return await directory.load_standard(standard, at=NOON, who="Sam", why="our copy came", apply=apply)


async def load(directory: Directory, **changes: Any) -> Report:
    document = written(written_service(**changes))
    return await directory.load_document(document, at=NOON, who="Sam", why="test", apply=True)


async def shown(directory: Directory) -> bool:
    return bool(await directory.still_shown(["leeds-men"], NOON))


def test_the_shipped_standard_has_every_section_and_criterion_and_the_essential_ones() -> None:
    standard = shipped()
    assert (standard.id, standard.counts, standard.replaces) == ("MDAN-DA/1", True, ())
    assert {section.code: len(section.criteria) for section in standard.sections} == {
        "LG": 10,
        "AE": 18,
        "SD": 18,
        "OE": 7,
    }
    for section in standard.sections:
        numbered = [f"{section.code}{number + 1}" for number in range(len(section.criteria))]
        assert [criterion.code for criterion in section.criteria] == numbered
        assert section.aim
        assert all(criterion.text and criterion.evidence for criterion in section.criteria)
    assert dict(standard.essential) == {
        "LG": (),
        "AE": ("AE1", "AE2", "AE5"),
        "SD": ("SD1", "SD2", "SD5", "SD6", "SD11"),
        "OE": (),
    }
    assert standard.criteria("XX") == ()


def test_it_says_that_its_words_are_not_those_of_the_standards() -> None:
    assert "Not a quotation" in shipped().wording


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"standard": 2}, "the standard, standard: must be 1, the format this program reads"),
        ({"code": None}, "the standard, code: is missing"),
        ({"code": "MDAN/DA"}, "the standard, code: may hold letters, digits, dots and hyphens"),
        ({"version": 2}, "the standard, version: must be text; put it in quotes"),
        ({"version": "1,2"}, "the standard, version: may hold letters, digits, dots and hyphens"),
        ({"wording": None}, "the standard, wording: is missing"),
        ({"sections": SHIPPED["sections"][:3]}, "the standard, sections: must be LG, AE, SD, OE, each once"),
        ({"essential": True}, "the standard, essential: there is no such field"),
    ],
)
def test_a_mistake_in_a_standard_is_named(changes: dict[str, Any], mistake: str) -> None:
    with pytest.raises(StandardError) as caught:
        read_standard(changed(**changes))
    assert mistake in str(caught.value)
    assert [str(one) for one in caught.value.mistakes] == [mistake]


@pytest.mark.parametrize(
    ("criterion", "mistake"),
    [
        ({"code": "SD99", "text": "x"}, "must be AE and a number, such as AE1"),
        ({"code": "AE", "text": "x"}, "must be AE and a number, such as AE1"),
        ({"code": "AE1", "text": "x"}, "two of them have the same code"),
        ({"code": "AE19"}, "text: is missing"),
        ({"code": "AE19", "text": "x", "must": True}, "there is no such field"),
    ],
)
def test_a_mistake_in_a_criterion_is_named(criterion: dict[str, Any], mistake: str) -> None:
    standard = changed()
    standard["sections"][1]["criteria"].append(criterion)
    with pytest.raises(StandardError, match=mistake):
        read_standard(standard)


@pytest.mark.parametrize("source", ["standard: [", "- a list", "", "standard: \x00"])
def test_what_is_no_standard_is_refused(source: str) -> None:
    with pytest.raises(StandardError):
        read_standard(source)


@pytest.mark.parametrize("section", [1, 2])
def test_a_standard_that_counts_leaves_something_to_meet_in_both_sections(section: int) -> None:
    standard = changed()
    for criterion in standard["sections"][section]["criteria"]:
        criterion["essential"] = False
    with pytest.raises(StandardError, match="anything would meet it"):
        read_standard(standard)
    assert not read_standard({**standard, "counts": False}).counts


async def test_a_new_directory_knows_the_shipped_standard_and_accepts_it(small: Directory) -> None:
    assert await small.standards() == {"MDAN-DA/1": shipped()}
    assert small.policy.accepted == {"1": shipped().essential}


async def test_an_operators_version_is_kept_word_for_word_with_its_history(directory: Directory) -> None:
    standard = second(replaces=["1"])
    told = await load_standard(directory, standard, apply=False)
    assert (told.new, told.applied, set(await directory.standards())) == (("standard MDAN-DA/2",), False, {"MDAN-DA/1"})
    await load_standard(directory, standard)
    assert (await directory.standards())["MDAN-DA/2"] == read_standard(standard)
    assert (await load_standard(directory, standard)).unchanged == ("standard MDAN-DA/2",)
    standard["sections"][0]["criteria"][0]["text"] = "Somebody answers for it."
    standard["sections"][3]["criteria"].pop()
    assert (await load_standard(directory, standard)).changed == ("standard MDAN-DA/2",)
    assert (await directory.standards())["MDAN-DA/2"] == read_standard(standard)


async def test_a_version_that_replaces_another_ends_what_was_recorded_under_it(small: Directory) -> None:
    await load(small)
    assert await shown(small)
    await load_standard(small, second())
    assert await shown(small)
    await load_standard(small, second(replaces=["1"]))
    assert small.policy.versions == {"2"}
    assert not await shown(small)
    met = written_attestations(version="2", decided=TODAY)
    await load(small, attestations=met)
    assert await shown(small)
    assert len(await small.history("leeds-men")) > 0


async def test_a_judgement_is_held_to_the_essential_criteria_of_its_own_version(small: Directory) -> None:
    await load_standard(small, second())
    quiet = {"criteria": {"AE6": "not_met"}}
    await load(small, attestations=[{**written_attestations(version="2")[0], **quiet}, written_attestations()[1]])
    assert not await shown(small)
    later = [{**one, "decided": TODAY - days(1)} for one in written_attestations()]
    await load(small, attestations=later)
    assert await shown(small)


async def test_essential_said_at_once_means_those_of_that_version(small: Directory) -> None:
    await load_standard(small, second())
    await load(small, attestations=written_attestations(version="2"))
    fields = {line.what for line in await small.history("leeds-men")}
    assert "criterion_result leeds-men/MDAN-DA/AE/2026-03-02/01/AE6" in fields


async def test_a_version_that_does_not_count_is_no_use_to_the_rule(small: Directory) -> None:
    await load_standard(small, second(counts=False, replaces=["1"]))
    assert small.policy.versions == {"1"}
    await load(small, attestations=written_attestations(version="2"))
    assert not await shown(small)


async def test_with_no_version_that_counts_nobody_is_shown(small: Directory) -> None:
    await load(small)
    await load_standard(small, changed(counts=False))
    assert small.policy.versions == frozenset()
    assert not await shown(small)


async def test_every_process_holds_to_a_standard_that_another_one_loaded(directory_url: str) -> None:
    first, other = await Directory.open(directory_url), await Directory.open(directory_url)
    try:
        await load(first)
        assert await shown(other)
        await load_standard(first, second(replaces=["1"]))
        assert not await shown(other)
    finally:
        await first.close()
        await other.close()


async def test_an_index_brought_up_to_date_holds_to_the_new_standard_too(small: Directory) -> None:
    areas = Areas.load()
    await load(small)
    before = await small.index(areas, TODAY)
    assert "leeds-men" in before
    await load_standard(small, second(replaces=["1"]))
    assert "leeds-men" not in await small.index(areas, TODAY, before)


async def test_another_standard_counts_for_nothing(small: Directory) -> None:
    await load_standard(small, changed(code="MSP-SV"))
    await load(small, attestations=written_attestations(standard="MSP-SV"))
    assert not await shown(small)


@pytest.mark.parametrize("missing", ["who", "why"])
async def test_a_standard_is_not_changed_without_a_name_and_a_reason(small: Directory, missing: str) -> None:
    given = {"who": "Sam", "why": "test", missing: " "}
    with pytest.raises(ValueError, match="history"):
        await small.load_standard(second(), at=NOON, apply=True, **given)


def test_the_sections_are_the_four() -> None:
    assert tuple(section.code for section in shipped().sections) == SECTIONS
