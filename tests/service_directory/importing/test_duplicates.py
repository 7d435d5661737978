"""What may be there twice is pointed out; what merely shares a switchboard is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service_directory.importing.duplicates import Listed, find, host_of, plain_name
from tests.support.feeds import PHONE

ONE = Listed("one", "Leeds Men's Line", "a", "A", frozenset({PHONE}), frozenset({"leedsmen.org.uk"}))


def other(**changes: object) -> Listed:
    blank = Listed("other", "Something Else", "b", "B", frozenset(), frozenset())
    return replace(blank, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("twin", "shared"),
    [
        (other(numbers=frozenset({PHONE})), (f"phone {PHONE}",)),
        (other(hosts=frozenset({"leedsmen.org.uk"})), ("domain leedsmen.org.uk",)),
        (other(name="The Leeds Mens Line (service)"), ("name 100 % alike",)),
        (other(name="Mens line, Leeds", organization_id="a"), ("name 100 % alike",)),
        (other(name="Leeds Men Line"), ("name 97 % alike",)),
    ],
    ids=["phone", "domain", "name", "order", "misspelt"],
)
def test_a_shared_number_or_domain_or_a_similar_name_is_pointed_out(twin: Listed, shared: tuple[str, ...]) -> None:
    (likeness,) = find([twin], [ONE])
    assert (likeness.service_id, likeness.other, likeness.shared) == ("other", ONE, shared)
    assert str(likeness).startswith("may be the same as Leeds Men's Line (one): ")


@pytest.mark.parametrize(
    "apart",
    [
        other(name="Bradford Women's Group"),
        other(numbers=frozenset({PHONE}), organization_id="a"),
        other(hosts=frozenset({"leedsmen.org.uk"}), organization_id="a"),
    ],
    ids=["nothing in common", "own switchboard", "own site"],
)
def test_services_that_are_not_the_same_are_left_alone(apart: Listed) -> None:
    assert find([apart], [ONE]) == []


def test_each_pair_is_told_once_also_among_the_new_ones_themselves() -> None:
    twin = other(numbers=frozenset({PHONE}))
    assert len(find([ONE, twin], [])) == 1


def test_a_number_that_a_dozen_services_share_tells_none_of_them_apart() -> None:
    crowd = [
        other(id=f"s{number}", organization_id=str(number), name=f"{number}" * 9, numbers=frozenset({PHONE}))
        for number in range(20)
    ]
    assert find(crowd, []) == []


def test_a_name_of_common_words_alone_is_found_when_it_is_the_very_same() -> None:
    crowd = [other(id=f"s{number}", name=f"Talking Leeds {number}{number}") for number in range(500)]
    found = find([other(id="new", name="Leeds talking")], [*crowd, other(id="old", name="Talking Leeds")])
    assert [likeness.other.id for likeness in found] == ["old"]


def test_hosts_that_belong_to_everybody_tell_nothing() -> None:
    assert host_of("https://www.facebook.com/leedsmen") == ""
    assert host_of("someone@gmail.com") == ""
    assert host_of("hello@LeedsMen.org.uk") == host_of("https://www.leedsmen.org.uk/x") == "leedsmen.org.uk"


def test_a_name_of_nothing_but_plain_words_still_has_a_name() -> None:
    assert plain_name("The Support Project") == "the support project"
