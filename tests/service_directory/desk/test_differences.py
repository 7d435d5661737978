"""What would change, told so that nobody has to know a column's name to agree to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service_directory.desk.differences import Group, Line, groups, pieces
from service_directory.importing.proposals import ProposedField

AREAS = {"E08000035": "Leeds"}


def told(*fields: ProposedField) -> tuple[Group, ...]:
    return groups(fields, lambda code: AREAS.get(code, code))


def of_phone(name: str, before: str, after: str, action: str = "update") -> ProposedField:
    return ProposedField("phone", "leeds-men/phone/1", action, name, before, after)


def test_a_number_is_written_as_people_read_it_and_marked_as_needing_two() -> None:
    (group,) = told(of_phone("number", "+441132224444", "+441132225555"))
    assert group == Group("Telephone", "changed", (Line("Number", "0113 222 4444", "0113 222 5555", (), True),))
    assert group.two


def test_what_is_taken_away_leads_nowhere_and_is_told_whole() -> None:
    (group,) = told(
        of_phone("number", "+441132224444", "", "delete"),
        of_phone("position", "0", "", "delete"),
        of_phone("type", "voice", "", "delete"),
    )
    assert (group.done, group.two) == ("gone", False)
    assert [(line.label, line.before) for line in group.lines] == [("Number", "0113 222 4444"), ("Kind", "telephone")]


def test_areas_lists_dates_and_money_are_told_in_words() -> None:
    found = told(
        ProposedField("service_area", "leeds-men/area/E08000035", "create", "code", "", "E08000035"),
        ProposedField("attribute", "leeds-men/access_route/self", "create", "link_type", "", "access_route"),
        ProposedField("attribute", "leeds-men/access_route/self", "create", "value", "", "self"),
        ProposedField("attribute", "leeds-men/need/talk", "delete", "value", "talk", ""),
        ProposedField("cost_option", "leeds-men/cost/1", "update", "amount_pence", "", "1250"),
        ProposedField("service", "leeds-men", "update", "funding_end", "2027-03-31", "never"),
        ProposedField("service", "leeds-men", "update", "a_new_column", "", "x"),
    )
    assert [(group.title, line.label, line.before, line.after) for group in found for line in group.lines] == [
        ("Area covered", "Code", "", "Leeds"),
        ("Who can get him in", "Kind", "", "he himself"),
        ("What it helps with", "Kind", "someone to talk to", ""),
        ("Price", "Amount", "", "£12.50"),
        ("Service", "Its money ends on", "31 March 2027", "never"),
        ("Service", "A new column", "", "x"),
    ]


def test_a_long_text_is_told_word_by_word() -> None:
    before = "Someone to talk to about what is going on at home."
    woven = pieces(before, "Someone to talk to about what happened at home.")
    assert [(one.kind, one.text.strip()) for one in woven] == [
        ("same", "Someone to talk to about what"),
        ("gone", "is going on"),
        ("new", "happened"),
        ("same", "at home."),
    ]
    assert pieces(before, "Cups and saucers are kept behind the third door.") == ()


@given(st.lists(st.sampled_from("abcdef"), max_size=30), st.lists(st.sampled_from("abcdef"), max_size=30))
def test_nothing_of_either_text_is_lost_between_the_pieces(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    if woven := pieces(before, after):
        assert " ".join("".join(f"{one.text} " for one in woven if one.kind != "new").split()) == before
        assert " ".join("".join(f"{one.text} " for one in woven if one.kind != "gone").split()) == after
