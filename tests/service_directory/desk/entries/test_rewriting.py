"""An entry that is changed in parts: nothing is lost, nothing changes that was not touched, every mistake is named."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service_directory.changes import Row, as_text
from service_directory.desk.entries.parts import PARTS
from service_directory.desk.entries.rewriting import Rewritten, rewritten, shown, without_unchanged
from tests.support.entries import AREAS, entries, rows_of
from tests.support.services import TODAY, written_service


def told(rows: tuple[Row, ...], **fragments: Any) -> Rewritten:
    return rewritten(rows, fragments, areas=AREAS, today=TODAY, says="the service")


def said(outcome: Rewritten) -> list[tuple[str, str, str, str]]:
    return [
        (change.action, change.row.id, name, as_text(after))
        for change in outcome.changes
        for name, before, after in change.fields
        if change.action == "update" or as_text(before) != as_text(after)
    ]


def usual(**changes: Any) -> tuple[Row, ...]:
    return rows_of(written_service(**changes))


@settings(max_examples=60)
@given(entries(), st.sets(st.sampled_from(sorted(PARTS)), min_size=1))
def test_whatever_an_entry_says_sending_every_page_back_unchanged_changes_nothing(
    entry: dict[str, Any], parts: set[str]
) -> None:
    rows = rows_of(entry)
    fragments = {part: shown(rows, part) for part in parts}
    assert without_unchanged(rows, fragments) == {}
    again = told(rows, **fragments)
    assert again.changes == ()
    assert again.mistakes == ()
    assert {row.key: row for row in again.rows} == {
        row.key: row for row in rows if row.key in {r.key for r in again.rows}
    }


def test_every_column_and_list_that_a_document_fills_stands_on_one_page_and_no_more() -> None:
    columns = [column for part in PARTS.values() for column in part.columns]
    assert len(columns) == len(set(columns))
    for stewards_own in ("published", "hold_reason", "perpetrator_service", "do_not_list", "funding_end", "status"):
        assert stewards_own not in columns


def test_one_new_word_changes_one_field() -> None:
    rows = usual()
    about = {**shown(rows, "about"), "helps": "A group for men in Leeds."}
    assert said(told(rows, about=about)) == [("update", "leeds-men", "description", "A group for men in Leeds.")]


def test_taking_the_first_number_away_leaves_the_second_as_it_was() -> None:
    rows = usual(
        contacts=[
            {"kind": "phone", "value": "0113 222 4444", "hours": "24/7"},
            {"kind": "phone", "value": "020 7946 1234", "checked": TODAY},
        ]
    )
    reach = shown(rows, "reach")
    outcome = told(rows, reach={"contacts": reach["contacts"][1:]})
    assert {(change.action, change.row.id) for change in outcome.changes} == {
        ("delete", "leeds-men/phone/1"),
        ("delete", "leeds-men/phone/1/hours"),
    }


def test_a_new_number_in_the_place_of_an_old_one_was_tried_by_nobody_and_a_new_label_takes_nothing_away() -> None:
    rows = usual()
    contacts = shown(rows, "reach")["contacts"]
    renumbered = told(rows, reach={"contacts": [{**contacts[0], "value": "020 7946 1234"}, contacts[1]]})
    assert set(said(renumbered)) == {
        ("update", "leeds-men/phone/1", "checked_on", ""),
        ("update", "leeds-men/phone/1", "source", "the service"),
        ("update", "leeds-men/phone/1", "number", "+442079461234"),
    }
    relabelled = told(rows, reach={"contacts": [{**contacts[0], "label": "Desk"}, contacts[1]]})
    assert said(relabelled) == [("update", "leeds-men/phone/1", "description", "Desk")]


def test_a_second_number_gets_an_id_that_nobody_has() -> None:
    rows = usual()
    contacts = shown(rows, "reach")["contacts"]
    more = {"row": "", "kind": "phone", "value": "020 7946 1234", "label": "", "bill": ""}
    outcome = told(rows, reach={"contacts": [*contacts, more]})
    assert [(change.action, change.row.id) for change in outcome.changes] == [("create", "leeds-men/phone/2")]
    assert outcome.changes[0].row.values["position"] == 2


def test_a_row_of_somebody_else_that_is_named_makes_a_new_one() -> None:
    rows = usual()
    stolen = {"row": "other-service/phone/1", "kind": "phone", "value": "020 7946 1234", "label": "", "bill": ""}
    outcome = told(rows, reach={"contacts": [*shown(rows, "reach")["contacts"], stolen]})
    assert [change.row.id for change in outcome.changes] == ["leeds-men/phone/2"]


def test_the_hours_of_one_number_are_changed_and_those_of_the_service_are_not() -> None:
    rows = usual()
    hours = {**shown(rows, "hours"), "ways": {"leeds-men/phone/1": "24/7"}}
    outcome = told(rows, hours=hours)
    assert [(change.action, change.row.id) for change in outcome.changes] == [("create", "leeds-men/phone/1/hours")]
    values = outcome.changes[0].row.values
    assert (values["link_id"], values["checked_on"], values["checked_by"]) == (
        "leeds-men/phone/1",
        TODAY,
        "the service",
    )


def test_mistakes_are_named_by_the_readers_of_documents_with_the_part_they_were_typed_in() -> None:
    rows = usual()
    outcome = told(
        rows,
        about={**shown(rows, "about"), "helps": "Ring 0113 222 4444", "needs": []},
        who={**shown(rows, "who"), "age": {"from": "old", "to": "12"}},
        reach={"contacts": [{"row": "", "kind": "phone", "value": "0113", "label": "", "bill": ""}]},
        costs={
            "cost": "",
            "bill": "",
            "costs": [{"row": "", "option": "", "amount": "a lot", "description": "", "from": "soon", "until": ""}],
        },
    )
    assert {(one.part, one.field) for one in outcome.mistakes} == {
        ("about", "helps"),
        ("about", "needs"),
        ("who", "age, from"),
        ("reach", "contacts 1, value"),
        ("costs", "costs 1, amount"),
        ("costs", "costs 1, from"),
    }


def test_what_was_wrong_before_in_another_part_keeps_nobody_from_changing_this_one() -> None:
    rows = tuple(
        Row(row.table, row.id, row.service_id, {**row.values, "description": ""}) if row.table == "service" else row
        for row in usual()
    )
    assert told(rows, family={**shown(rows, "family"), "pets": "Dogs"}).mistakes == ()
    assert [one.field for one in told(rows, about=shown(rows, "about")).mistakes] == ["helps"]


def test_when_a_service_becomes_a_place_to_stay_where_it_is_goes_and_what_still_tells_of_it_is_named() -> None:
    place = {
        "type": "physical",
        "address": {"line_1": "12 Station Road", "town": "Otley", "postcode": "LS21 3HX"},
    }
    rows = usual(locations=[place], access="Step-free at 12 Station Road")
    stay = {"accommodation": True, "accommodation_kinds": ["refuge"], "hides_address": True}
    outcome = told(rows, stay=stay)
    assert {change.row.table for change in outcome.changes if change.action == "delete"} == {
        "location",
        "service_at_location",
        "address",
    }
    assert [(one.part, one.field) for one in outcome.mistakes] == [("access", "access")]
