from __future__ import annotations

import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service_directory.areas import Areas
from service_directory.changes import Row, as_text, difference
from service_directory.documents import Document, read_document
from service_directory.fields import Rejection
from tests.support.services import TODAY, days, written, written_attestations, written_service

AREAS = Areas.load()


def read(source: Any) -> Document:
    return read_document(source, today=TODAY, areas=AREAS)


def complaints(**changes: Any) -> list[str]:
    """What is said of the usual service with some fields changed."""
    return [str(one).removeprefix("service leeds-men, ") for one in read(written(written_service(**changes))).rejected]


def rows(document: Document, table: str) -> list[Row]:
    return [row for entry in document.entries for row in entry.rows if row.table == table]


def contact(**changes: Any) -> list[dict[str, Any]]:
    return [{"kind": "phone", "value": "0113 222 4444", "checked": date(2026, 11, 2), **changes}]


def test_a_good_document_becomes_rows() -> None:
    document = read(written())
    assert document.rejected == ()
    assert [entry.name for entry in document.entries] == ["organization northern-men", "service leeds-men"]
    tables = [row.table for row in document.entries[1].rows]
    assert tables.count("attribute") == 2
    assert tables.count("criterion_result") == 8
    (phone,) = rows(document, "phone")
    assert phone.values["number"] == "+441132224444"
    assert phone.values["checked_on"] == date(2026, 11, 2)


def test_the_same_document_as_text_is_the_same() -> None:
    assert read(yaml.safe_dump(written())) == read(written())


def test_everything_that_can_be_written_of_a_service_is_kept() -> None:
    service = written_service(
        status="paused",
        published=False,
        hold="waiting for a call back",
        perpetrator_service=True,
        accommodation=True,
        age={"from": 18, "to": 65},
        happens="You speak to a worker.",
        asks="They ask both of you.",
        cost="Free",
        bill="Not shown",
        workers="You can ask for a man",
        children="Any age",
        access="Step-free",
        languages=["en", {"code": "yo", "name": "Yoruba"}],
        hours_checked_by="Sam, by phone",
        hours_source="https://www.leedsmen.org.uk/hours",
        suspensions=[{"from": date(2026, 1, 1), "until": date(2026, 1, 2), "section": "AE", "reason": "x", "by": "y"}],
        contacts=contact(checked_by="Sam", source="their website", hours="24/7", hours_checked=date(2026, 11, 1)),
        attestations=written_attestations(assessed=date(2026, 3, 1), decided_by="Panel", review_due=date(2027, 1, 1)),
    )
    document = read(written(service))
    assert document.rejected == ()
    (kept,) = rows(document, "service")
    assert (kept.values["minimum_age"], kept.values["maximum_age"]) == (18, 65)
    assert kept.values["hold_reason"] == "waiting for a call back"
    assert [row.values["name"] for row in rows(document, "language")] == ["English", "Yoruba"]
    assert [row.values["link_id"] for row in rows(document, "schedule")] == ["", "leeds-men/phone/1"]
    assert rows(document, "suspension")[0].values["until_date"] == date(2026, 1, 2)


def test_there_is_nowhere_in_a_service_to_put_an_address() -> None:
    assert complaints(address="1 High Street") == ["address: there is no such field; did you mean hides_address?"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": None}, "name: is missing"),
        ({"name": "   "}, "name: is missing"),
        ({"name": "x" * 81}, "name: is 81 characters long; at most 80 fit"),
        ({"name": 7}, "name: must be text; put it in quotes"),
        ({"name": "Leeds\u202eMen"}, "name: holds characters that cannot be seen; type it again"),
        ({"helps": None}, "helps: is missing"),
        (
            {"helps": "An accredited service."},
            "helps: says “accredited”; record who found what under attestations instead",
        ),
        (
            {"access": "Quality-marked"},
            "access: says “Quality-marked”; record who found what under attestations instead",
        ),
        ({"id": "Leeds Men"}, "service Leeds Men, id: may hold up to 60 small letters, digits and hyphens"),
        ({"status": "active"}, "status: “active” is not one of open, paused, closed"),
        ({"status": None}, "status: is missing; it is one of open, paused, closed"),
        ({"status": True}, "status: “True” is not one of open, paused, closed"),
        ({"serves_men": "yes"}, "serves_men: “yes” is not one of men_only, all, women_only, unknown"),
        (
            {"needs": ["talking"]},
            "needs: “talking” is not one of talk, stay, police_legal, children, money, health, browsing",
        ),
        (
            {"needs": None},
            "needs: is missing; it is a list of talk, stay, police_legal, children, money, health, browsing",
        ),
        ({"needs": "talk"}, "needs: must be a list; write each item on a line of its own after “- ”"),
        ({"areas": ["E06000999"]}, "areas: “E06000999” is not the code of an area"),
        ({"areas": []}, "areas: is missing; list the areas it covers by their GSS codes, such as E08000035"),
        ({"published": "yes"}, "published: must be yes or no"),
        ({"age": {"from": 65, "to": 18}}, "age, to: is less than the age it begins at"),
        ({"age": {"from": "18"}}, "age, from: must be a whole number from 0 to 120"),
        ({"age": {"from": True}}, "age, from: must be a whole number from 0 to 120"),
        ({"age": {"over": 18}}, "age, over: there is no such field"),
        ({"age": 18}, "age: must have fields of its own"),
        (
            {"languages": [False]},
            "languages: “False” is not a language known here; write it like {code: yo, name: Yoruba}, in quotes if no",
        ),
        (
            {"languages": ["xx"]},
            "languages: “xx” is not a language known here; write it like {code: yo, name: Yoruba}, in quotes if no",
        ),
        (
            {"hours": "9 to 5"},
            "hours: the opening hours “9 to 5” cannot be read; write them like “Mo-Fr 09:00-17:00; PH off” or “24/7”",
        ),
        ({"hours_checked": date(2026, 12, 1)}, "hours_checked: 2026-12-01 lies in the future"),
        ({"hours_checked": "yesterday"}, "hours_checked: must be a date like 2026-03-31"),
        (
            {"hours_checked": {"days_ago": 3}},
            "hours_checked: only examples may count days from today; write the date itself",
        ),
        ({"hours_checked": {"days_ago": -3}}, "hours_checked: must be a date like 2026-03-31"),
        ({"contacts": None}, "contacts: is missing; give at least one way to reach the service"),
        ({"contacts": ["0113 222 4444"]}, "contacts 1: must have fields of its own"),
        (
            {"contacts": contact(value="0113 222 444")},
            "contacts 1, value: “0113 222 444” cannot be a working UK number; check its digits",
        ),
        ({"contacts": contact(value=1132224444)}, "contacts 1, value: must be in quotes"),
        ({"contacts": contact(value=None)}, "contacts 1, value: is missing"),
        (
            {"contacts": contact(kind="fax")},
            "contacts 1, kind: “fax” is not one of phone, text, whatsapp, webchat, email, website",
        ),
        (
            {"contacts": contact(kind="website", value="javascript:alert(1)")},
            "contacts 1, value: must be a web address that begins with https://",
        ),
        ({"contacts": contact(kind="email", value="hello at leeds")}, "contacts 1, value: must be an email address"),
        (
            {"contacts": contact(kind="website", value="https://leeds.example.org")},
            "contacts 1, value: example.org belongs to nobody; write the real address",
        ),
        (
            {"contacts": contact(kind="email", value="a@example.com")},
            "contacts 1, value: example.org belongs to nobody; write the real address",
        ),
        ({"contacts": contact(chekced=1)}, "contacts 1, chekced: there is no such field; did you mean checked?"),
        ({"organization": "Northern Men"}, "organization: may hold up to 60 small letters, digits and hyphens"),
        ({"suspensions": [{"reason": "x"}]}, "suspensions 1, from: is missing; write a date like 2026-03-31"),
        (
            {"suspensions": [{"from": date(2026, 1, 2), "until": date(2026, 1, 1)}]},
            "suspensions 1, until: lies before the day it begins",
        ),
        (
            {"suspensions": [{"from": date(2026, 1, 2)}] * 2},
            "suspensions 2, from: two suspensions begin on the same day",
        ),
    ],
)
def test_a_mistake_is_named_with_its_entry_its_field_and_what_to_do(changes: dict[str, Any], complaint: str) -> None:
    assert complaints(**changes) == [complaint]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"section": "XX"}, "section: “XX” is not one of LG, AE, SD, OE"),
        ({"basis": "msp"}, "basis: “msp” is not one of self, verified, independent"),
        ({"outcome": "good"}, "outcome: “good” is not one of met, partly, not_met"),
        ({"by": None}, "by: is missing"),
        ({"decided": None}, "decided: is missing; what is confirmed has a date"),
        ({"valid_until": None}, "valid_until: is missing; what is confirmed has a date"),
        ({"valid_until": date(2026, 3, 1)}, "valid_until: lies before the day it begins to be valid"),
        ({"decided": date(2026, 11, 24)}, "decided: 2026-11-24 lies in the future"),
        ({"criteria": {"SD1": "met"}}, "criteria, SD1: is not a criterion of section AE"),
        ({"criteria": {"AE19": "met"}}, "criteria, AE19: is not a criterion of section AE"),
        ({"criteria": {"AE01": "met"}}, "criteria, AE01: is not a criterion of section AE"),
        ({"criteria": {"AE1": "good"}}, "criteria, AE1: “good” is not one of met, partly, not_met, not_assessed"),
        (
            {"criteria": {"AE1": "not_applicable"}},
            "criteria, AE1: “not_applicable” is not one of met, partly, not_met, not_assessed",
        ),
        (
            {"criteria": {"AE1": {"result": "not_applicable"}}},
            "criteria, AE1, reason: is missing; say why it does not apply",
        ),
        ({"essential": "partly"}, "essential: “partly” is not one of met"),
    ],
)
def test_a_mistake_in_an_attestation_is_named_too(changes: dict[str, Any], complaint: str) -> None:
    attestation = {**written_attestations()[0], **changes}
    attestation = {name: value for name, value in attestation.items() if value is not None}
    found = complaints(attestations=[attestation, written_attestations()[1]])
    assert f"attestations 1, {complaint}" in found
    assert all(one.startswith("attestations 1, ") for one in found)


def test_an_attestation_that_is_not_confirmed_needs_no_dates() -> None:
    draft = {"section": "AE", "basis": "verified", "outcome": "met", "state": "draft", "by": "Helpline Team"}
    assert complaints(attestations=[draft]) == []


def test_a_criterion_can_be_set_apart_from_the_essential_ones_said_together() -> None:
    criteria = {"AE2": {"result": "not_applicable", "reason": "all of it is open to men"}, "AE7": "partly"}
    attestation = {**written_attestations()[0], "criteria": criteria}
    results = rows(read(written(written_service(attestations=[attestation]))), "criterion_result")
    assert {str(row.values["criterion"]): row.values["result"] for row in results} == {
        "AE1": "met",
        "AE2": "not_applicable",
        "AE5": "met",
        "AE7": "partly",
    }


def test_of_two_decisions_on_one_day_the_one_written_later_has_the_higher_id() -> None:
    attestations = [written_attestations()[0], {**written_attestations()[0], "outcome": "not_met"}]
    found = rows(read(written(written_service(attestations=attestations))), "attestation")
    assert found[1].id > found[0].id
    assert found[1].values["outcome"] == "not_met"


@pytest.mark.parametrize("field", ["helps", "happens", "asks", "access", "children", "name"])
def test_no_text_about_a_place_to_stay_may_say_where_it_is(field: str) -> None:
    told = complaints(**{field: "Ring at 12 Station Road"}, accommodation=True)
    assert told == [f"{field}: “12 Station Road” looks like an address; say nothing of where men stay"]
    assert complaints(**{field: "Behind LS1 4AP"}, needs=["stay"]) == [
        f"{field}: “LS1 4AP” looks like an address; say nothing of where men stay"
    ]
    assert complaints(**{field: "Ring at 12 Station Road"}) == []


def test_nor_may_the_label_of_a_way_to_reach_it() -> None:
    told = complaints(contacts=contact(label="12 Station Road"), accommodation=True)
    assert told == ["contacts: “12 Station Road” looks like an address; say nothing of where men stay"]


@pytest.mark.parametrize("field", ["helps", "happens", "cost", "alert", "who", "gay_and_bi_men"])
@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Ring 0113 222 5555.", "0113 222 5555"),
        ("write to x@other.org.", "x@other.org"),
        ("see https://other.org/x, too", "https://other.org/x"),
        ("look at www.other.org", "www.other.org"),
    ],
)
def test_no_text_leads_past_the_contacts_which_are_checked(field: str, said: str, way: str) -> None:
    assert complaints(**{field: said}) == [f"{field}: says “{way}”; write it under contacts, where it is checked"]


@pytest.mark.parametrize("said", ["Call 999 in danger.", "Since 1998; 2,400 men in 2025-26.", "24/7, 0 to 25 years"])
def test_other_figures_are_no_numbers_to_ring(said: str) -> None:
    assert complaints(happens=said) == []


def test_examples_say_so_and_use_nothing_that_belongs_to_anybody() -> None:
    document = read(written(written_service(name="Leeds Men"), example=True))
    assert [str(one) for one in document.rejected] == [
        "organization northern-men, name: must begin with “Example” in a document of examples",
        "service leeds-men, name: must begin with “Example” in a document of examples",
        "service leeds-men, contacts 1, value: an example may only use numbers that Ofcom keeps for drama, "
        "such as 01632 960123",
        "service leeds-men, contacts 2, value: an example's address must lie under example.org",
    ]


def test_examples_may_count_days_from_the_day_of_loading() -> None:
    service = written_service(
        name="Example Men",
        hours_checked={"days_ago": 3},
        contacts=[{"kind": "phone", "value": "01632 960123", "checked": {"days_ago": 0}}],
        suspensions=[{"from": {"days_ahead": 2}}],
    )
    document = read(written(service, example=True, organizations=[]))
    assert document.rejected == ()
    assert rows(document, "schedule")[0].values["checked_on"] == TODAY - days(3)
    assert rows(document, "phone")[0].values["checked_on"] == TODAY
    assert rows(document, "suspension")[0].values["from_date"] == TODAY + days(2)
    assert rows(document, "service")[0].values["example"] is True


@pytest.mark.parametrize(
    "day", [{"days_ago": 10**9}, {"days_ago": True}, {"weeks_ago": 1}, {"days_ago": 1, "days_ahead": 1}, {}]
)
def test_a_strange_relative_date_is_refused(day: dict[str, Any]) -> None:
    document = read(written(written_service(name="Example Men", hours_checked=day), example=True))
    assert "service leeds-men, hours_checked: must be a date like 2026-03-31" in [str(one) for one in document.rejected]


def test_one_bad_entry_does_not_keep_the_others_out() -> None:
    document = read(written(written_service("good"), written_service("bad", status="?")))
    assert [entry.id for entry in document.entries] == ["northern-men", "good"]
    assert {one.entry for one in document.rejected} == {"service bad"}


def test_an_entry_without_an_id_is_known_by_its_place() -> None:
    document = read(written(written_service(), {"name": "Nameless"}, "nonsense", organizations=[7]))
    assert {one.entry for one in document.rejected} == {"organization 1", "service 2", "service 3"}


def test_an_entry_written_twice_is_refused_the_second_time() -> None:
    document = read(written(written_service(), written_service()))
    assert [str(one) for one in document.rejected] == ["service leeds-men, id: stands twice in the document"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "the document: must begin with “directory: 1”"),
        ("- a list", "the document: must begin with “directory: 1”"),
        ("directory: 2", "the document, directory: must be 1, the format this program reads"),
        ("services: []", "the document, directory: must be 1, the format this program reads"),
        ("directory: 1\nservises: []", "the document, servises: there is no such field; did you mean services?"),
        (
            "directory: 1\nservices: none",
            "the document, services: must be a list; write each item on a line of its own after “- ”",
        ),
        ("directory: 1\nexample: maybe", "the document, example: must be yes or no"),
        (
            "directory: [1",
            "the document: cannot be read as YAML: line 1, column 14: expected ',' or ']', but got '<stream end>'",
        ),
        (
            "directory: 1\nexample: no\nexample: yes",
            "the document: cannot be read as YAML: line 3, column 1: the field example is written twice",
        ),
        (
            "directory: 1\x00",
            "the document: cannot be read as YAML: it holds something that does not belong in a text file",
        ),
        (
            "directory: " + "[" * 1500,
            "the document: cannot be read as YAML: it holds something that does not belong in a text file",
        ),
        (
            "!!python/object:os.system {}",
            "the document: cannot be read as YAML: line 1, column 1: could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/object:os.system'",
        ),
    ],
)
def test_a_document_that_is_none_is_refused_as_a_whole(source: str, complaint: str) -> None:
    document = read(source)
    assert document.entries == ()
    assert [str(one) for one in document.rejected] == [complaint]


def test_a_day_that_does_not_exist_is_named_with_its_field() -> None:
    source = yaml.safe_dump(written()).replace("hours_checked: 2026-11-01", "hours_checked: 2026-02-30")
    assert [str(one) for one in read(source).rejected] == [
        "service leeds-men, hours_checked: must be a date like 2026-03-31"
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_lowercase, max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(written_service(suspensions=[], age={}, accommodation=True, perpetrator_service=False))),
    VALUES,
)
def test_no_value_whatever_makes_reading_fail(field: str, value: Any) -> None:
    document = read(written(written_service(**{field: value})))
    assert document.rejected or len(document.entries) == 2


@given(st.text(max_size=60))
def test_no_text_whatever_makes_reading_fail(source: str) -> None:
    assert read(source).rejected


def test_a_rejection_of_a_whole_entry_reads_well() -> None:
    assert str(Rejection("service x", "", "must go")) == "service x: must go"


def row(name: str, table: str = "phone", **values: Any) -> Row:
    return Row(table, name, "leeds-men", values)


def test_what_does_not_differ_changes_nothing() -> None:
    kept = [row("a", number="1"), row("b", number="2")]
    assert difference(kept, reversed(kept)) == ()


def test_every_kind_of_difference_is_found() -> None:
    changes = difference([row("a", number="1"), row("b", number="2")], [row("b", number="3"), row("c", number="4")])
    assert [(change.action, change.row.id, change.fields) for change in changes] == [
        ("update", "b", (("number", "2", "3"),)),
        ("create", "c", (("number", None, "4"),)),
        ("delete", "a", (("number", "1", None),)),
    ]


def test_judgements_and_suspensions_stay_when_a_document_does_not_speak_of_them() -> None:
    kept = [row("a", "attestation"), row("a/AE1", "criterion_result", attestation_id="a"), row("s", "suspension")]
    assert difference(kept, []) == ()


def test_a_criterion_that_is_no_longer_called_met_is_no_longer_met() -> None:
    result = row("a/AE1", "criterion_result", attestation_id="a")
    (change,) = difference([row("a", "attestation"), result], [row("a", "attestation")])
    assert (change.action, change.row) == ("delete", result)


def test_values_are_written_into_history_in_plain_words() -> None:
    assert [as_text(value) for value in (None, True, False, date(2026, 3, 1), 18, "x")] == [
        "",
        "yes",
        "no",
        "2026-03-01",
        "18",
        "x",
    ]


def test_the_document_in_the_stewards_guide_can_be_read() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "stewards.md").read_text(encoding="utf-8")
    source = guide.split("```yaml\n")[1].split("```")[0]
    document = read(source.replace("0113 000 0000", "0113 222 4444"))
    assert [str(one) for one in document.rejected] == []
    assert len(document.entries) == 2
