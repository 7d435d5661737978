"""What other people's directories say becomes candidates, however they say it, and nothing that would hurt comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from service_directory.importing.candidates import Candidate, Contact, Language, Phone, Reading
from service_directory.importing.decoding import Unreadable
from tests.support.feeds import ORGANIZATION_ID, OTHER_ID, PHONE, SERVICE_ID, old_page, old_service, page, service
from tests.support.services import LEEDS

ReadJson = Callable[[Any], Reading]
ReadOne = Callable[[Any], Candidate]
UK = "K02000001"


def notes(reading: Reading) -> list[tuple[str, str]]:
    return [(note.field, note.message) for note in reading.notes]


def test_a_service_as_it_should_be_is_read_whole_and_without_a_note(read_json: ReadJson) -> None:
    reading = read_json(service())
    assert not reading.rejected
    assert not reading.notes
    (read,) = reading.candidates
    assert (read.id, read.organization.id) == (SERVICE_ID, ORGANIZATION_ID)
    assert (read.name, read.status, read.minimum_age, read.maximum_age) == ("Talking in Leeds", "open", 18, None)
    assert read.phones == (Phone(PHONE),)
    assert {contact.kind: contact.value for contact in read.contacts} == {
        "email": "talking@airevalley.org.uk",
        "website": "https://airevalley.org.uk/talking",
    }
    assert read.schedule is not None
    assert read.schedule.opening_hours == "Mo-Fr 09:00-17:00"
    assert read.service_areas == (LEEDS,)
    assert read.languages == (Language("en", "English"), Language("pl", "Polish"))
    assert read.assured_date == "2026-10-01"


def test_open_referral_uk_1_0_says_the_same_under_other_names(read_json: ReadJson) -> None:
    reading = read_json(old_page(old_service()))
    (read,) = reading.candidates
    assert read.organization.website == "https://airevalley.org.uk"
    assert read.phones == (Phone(PHONE), Phone("+441132225555"))
    assert (read.minimum_age, read.maximum_age) == (18, None)
    assert read.eligibility_description == "Adults"
    assert read.schedule is not None
    assert read.schedule.opening_hours == "Mo 09:00-17:00"
    assert read.service_areas == (UK,)
    assert read.access == "Ramp at the door"
    assert read.cost_options[0].amount_pence == 250
    assert read.taxonomy_terms[0].name == "Support"
    assert ("maximum_age", "0 is less than the age it begins at; left out") in notes(reading)


@pytest.mark.parametrize(
    "shape",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: page(one),
        lambda one: old_page(one),
        lambda one: {"services": [one]},
        lambda one: {"id": "x", "service": one, "location": {"addresses": []}},
        lambda one: {**one["organization"], "services": [{k: v for k, v in one.items() if k != "organization"}]},
        lambda one: "\n".join([json.dumps(one), json.dumps({**one, "id": OTHER_ID})]).encode(),
        lambda one: b"\xef\xbb\xbf" + json.dumps(one).encode(),
        lambda one: json.dumps(one).encode("utf-16"),
    ],
    ids=["one", "list", "3.0 page", "1.0 page", "keyed", "at location", "organization", "lines", "BOM", "UTF-16"],
)
def test_services_are_found_in_every_shape_that_sources_keep_them(
    read_json: ReadJson, shape: Callable[[dict[str, Any]], Any]
) -> None:
    reading = read_json(shape(service()))
    assert reading.candidates[0].organization.name == "Aire Valley Support"
    assert reading.candidates[0].id == SERVICE_ID
    assert not reading.rejected


def test_real_dirt_is_cleaned_and_what_was_put_right_is_noted(read_json: ReadJson) -> None:
    dirty = service(
        id="svc 12 / old",
        name="<b>Talking&nbsp;in&#160;Leeds</b>\u200b",
        description="<p>Somebody to talk&nbsp;to.</p><ul><li>Mondays</li><li>Tuesdays</li></ul><script>x()</script>",
        url="www.airevalley.org.uk/Talking",
        email=" Talking@AireValley.org.uk ",
        status="Live!",
        fees=None,
        minimum_age="16+",
        maximum_age="n/a",
        assured_date="31/02/2026",
        contacts=[
            {"name": None, "phones": [{"number": None}, {"number": "Tel: +44 (0)113 222 4444 (office)"}]},
            {"name": "A. Person", "email": "not an address", "phones": [{"number": "07400 123456"}]},
            {"phones": [{"number": "0113 222 4445", "type": "fax"}, {"number": "1234"}]},
        ],
        service_at_locations=[
            {"location": {"addresses": [{"address_1": "Call 0113 222 5555", "city": "Leeds", "postal_code": None}]}}
        ],
        service_areas=[{"name": "Leeds City Council"}, {"name": "Narnia"}],
        languages=[{"language": "English"}, {"name": "Klingon"}],
        schedules=[{"description": "most days"}],
    )
    reading = read_json(page(dirty))
    assert reading.rejected == ()
    (read,) = reading.candidates
    assert read.name == "Talking in Leeds"
    assert read.description == "Somebody to talk to. Mondays Tuesdays"
    assert read.status == ""
    assert (read.minimum_age, read.maximum_age) == (16, None)
    assert read.phones == (Phone(PHONE), Phone("+441132225555"))
    assert read.contacts == (
        Contact("email", "talking@airevalley.org.uk"),
        Contact("website", "https://www.airevalley.org.uk/Talking"),
    )
    assert read.service_areas == (LEEDS,)
    assert read.schedule is None
    assert read.assured_date == ""
    assert {field for field, _ in notes(reading)} == {
        "id",
        "status",
        "email",
        "phones",
        "service_areas",
        "languages",
        "schedules",
        "assured_date",
    }


def test_an_id_that_is_no_uuid_always_becomes_the_same_one_and_never_another_sources(areas: Any) -> None:
    from service_directory.importing.cleaning import own_id

    assert own_id("12", "feed") == own_id(" 12 ", "feed")
    assert own_id("12", "feed") != own_id("12", "another")
    assert own_id("leeds-mens-line", "feed")[0] != "leeds-mens-line"
    assert own_id("{" + SERVICE_ID.upper() + "}", "feed") == (SERVICE_ID, True)


def test_what_has_no_name_is_rejected_with_its_row_and_the_rest_is_read(read_json: ReadJson) -> None:
    reading = read_json(page(service(OTHER_ID, name=" "), "nonsense", service()))
    assert [candidate.id for candidate in reading.candidates] == [SERVICE_ID]
    assert [str(rejection) for rejection in reading.rejected] == [
        "services.json, item 1, name: is missing, and nothing can be shown without it",
        "services.json, item 2: is not an object with fields",
    ]


def test_a_service_that_stands_twice_is_taken_once_and_the_second_is_told_with_its_row(read_json: ReadJson) -> None:
    reading = read_json(page(service(), service(name="Talking again")))
    assert [candidate.name for candidate in reading.candidates] == ["Talking in Leeds"]
    (rejection,) = reading.rejected
    assert str(rejection).startswith("services.json, item 2 (Talking again), id: stands twice")


def test_a_service_without_an_organization_stands_for_itself(read_one: ReadOne) -> None:
    read = read_one(service(organization=None))
    assert read.organization.name == "Talking in Leeds"


def test_a_service_that_only_names_its_organizations_id_leaves_the_name_to_the_directory(read_one: ReadOne) -> None:
    read = read_one(service(organization=None, organization_id=ORGANIZATION_ID))
    assert (read.organization.id, read.organization.name) == (ORGANIZATION_ID, "")


@pytest.mark.parametrize(
    "number",
    [
        "0909 879 0000",
        "0113 22",
        "+33 1 42 68 53 00",
        "0113 496 0000",
        "0113 222 4444 ext 12",
        "call us",
        "999999999999",
    ],
    ids=["premium", "short", "foreign", "drama", "extension", "words", "nonsense"],
)
def test_no_number_comes_in_that_could_not_be_shown_to_a_man(read_json: ReadJson, number: str) -> None:
    reading = read_json(service(contacts=[{"phones": [{"number": number}]}]))
    assert reading.candidates[0].phones == ()
    assert any(field == "phones" for field, _ in notes(reading))


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("0113 222 4444 / 0113 222 5555", [PHONE, "+441132225555"]),
        ("01132224444", [PHONE]),
        ("0044 113 222 4444", [PHONE]),
        (1132224444, [PHONE]),
        ("0113\u00a0222\u00a04444", [PHONE]),
        ("Freephone 0808 801 0327 or text", ["+448088010327"]),
        ("116 123", ["116123"]),
        ("(0113) 222-4444", [PHONE]),
    ],
)
def test_numbers_are_understood_as_people_write_them(read_one: ReadOne, written: Any, numbers: list[str]) -> None:
    read = read_one(service(contacts=[], phones=[{"number": written}]))
    assert [phone.number for phone in read.phones] == numbers


def test_an_address_is_never_taken_over_and_no_field_of_a_candidate_could_hold_one(read_one: ReadOne) -> None:
    address = {"address_1": "14 Kirkgate", "city": "Leeds", "postal_code": "LS1 6BY", "country": "GB"}
    read = read_one(
        service(service_at_locations=[{"location": {"name": "The Hub", "latitude": 53.8, "addresses": [address]}}])
    )
    said = json.dumps(read.as_values())
    for word in ("Kirkgate", "LS1", "53.8", "The Hub"):
        assert word not in said


@pytest.mark.parametrize(
    "field", ["description", "alternate_name", "alert", "application_process", "fees", "eligibility_description"]
)
def test_a_refuge_whose_words_hold_an_address_is_rejected_without_repeating_it(read_json: ReadJson, field: str) -> None:
    written = service(name="Safe house for men", **{field: "Come to 14 Mill Lane, LS1 6BY."})
    reading = read_json(written)
    assert reading.candidates == ()
    (rejection,) = reading.rejected
    assert "looks like an address" in rejection.message
    assert "Mill Lane" not in str(rejection)
    assert "LS1" not in str(rejection)


def test_no_report_repeats_what_may_be_an_address_whatever_field_it_stands_in(read_json: ReadJson) -> None:
    there = "14 Mill Lane"
    written = service(
        id=there,
        name=f"Refuge, {there}",
        status=there,
        minimum_age=there,
        assured_date=there,
        service_areas=[{"name": there}],
        languages=[{"name": there}],
        schedules=[{"byday": there, "opens_at": there, "closes_at": there}],
        organization={"id": ORGANIZATION_ID, "name": "Aire Valley Support", "description": f"We are at {there}."},
    )
    reading = read_json(written)
    assert len(reading.rejected) == 1
    assert "Mill" not in f"{reading.rejected}{reading.notes}"
    fine = read_json(service(organization=written["organization"])).candidates[0]
    assert fine.organization.description == ""


def test_a_word_about_beds_in_the_part_that_was_cut_off_still_counts(read_json: ReadJson) -> None:
    long = "Help with all sorts of things at home. " * 10 + "We run a hostel."
    assert read_json(service(description=long)).candidates[0].staying


def test_names_of_people_are_never_taken_over(read_one: ReadOne) -> None:
    read = read_one(service(contacts=[{"name": "Person Surname", "email": "office@airevalley.org.uk"}]))
    assert "Surname" not in json.dumps(read.as_values())


def test_a_mobile_under_a_persons_name_is_left_out(read_json: ReadJson) -> None:
    reading = read_json(service(contacts=[{"name": "A. Person", "phones": [{"number": "07400 123456"}]}]))
    assert reading.candidates[0].phones == ()
    assert ("phones", "a mobile number under a person's name was left out") in notes(reading)


def test_claims_of_accreditation_are_left_out_of_texts(read_json: ReadJson) -> None:
    reading = read_json(service(description="We listen. We are fully accredited. Ring us."))
    assert reading.candidates[0].description == "We listen. Ring us."
    assert any("accreditation" in message for _, message in notes(reading))


@pytest.mark.parametrize(
    "way", ["Ring 0113 222 6666 instead.", "See https://elsewhere.org.uk.", "Write to me@elsewhere.org.uk."]
)
def test_no_number_or_address_comes_in_hidden_in_a_text_where_nobody_checks_it(read_json: ReadJson, way: str) -> None:
    reading = read_json(service(description=f"We listen. {way}"))
    assert reading.candidates[0].description == "We listen."
    assert any("a way to reach it was left out" in message for _, message in notes(reading))


def test_texts_are_shortened_to_what_a_card_holds_after_a_whole_sentence(read_one: ReadOne) -> None:
    read = read_one(service(description="One sentence that says it. " + "And words that go on " * 30))
    assert len(read.description) <= 200
    again = read_one(service(description=("This one ends here and is long enough to stand alone, truly it is. " * 5)))
    assert again.description.endswith("truly it is.")


def test_the_switchboard_of_the_organization_is_taken_when_a_service_has_no_number(read_json: ReadJson) -> None:
    whose = service()["organization"] | {"phones": [{"number": "0113 222 6666"}]}
    reading = read_json(service(contacts=[], organization=whose))
    assert reading.candidates[0].phones == (Phone("+441132226666"),)
    assert any("organization's was taken" in message for _, message in notes(reading))


def test_limits_of_several_groups_stand_only_where_each_has_one(read_one: ReadOne) -> None:
    groups = [{"minimum_age": 16, "maximum_age": 25}, {"minimum_age": 18, "maximum_age": None}]
    read = read_one(old_service(eligibilitys=groups))
    assert (read.minimum_age, read.maximum_age) == (16, None)


def test_addresses_under_names_kept_for_examples_are_left_out(read_one: ReadOne) -> None:
    read = read_one(service(email="hello@example.com", url="https://www.example.org/x"))
    assert read.contacts == ()


def test_a_candidate_comes_back_from_staging_as_it_went_in(read_one: ReadOne) -> None:
    read = read_one(old_service())
    stored = json.loads(json.dumps(read.as_values()))
    assert Candidate.from_values(stored, read.row) == read


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\x00\x01",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"a": ' * 60 + b"1" + b"}" * 60,
        b'{"a": 1}\n{"a"',
        b'{"a": 1}\n' + b'{"a": ' * 60 + b"1" + b"}" * 60,
    ],
    ids=["empty", "torn", "bytes", "deep", "bad mark", "too deep", "torn lines", "deep lines"],
)
def test_what_cannot_be_read_at_all_is_told_in_plain_words(read_json: ReadJson, data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^services\.json is not"):
        read_json(data)


@pytest.mark.parametrize("value", [None, 1, "text", {}, [], {"contents": None}, {"hello": "world"}])
def test_json_that_holds_no_service_makes_no_candidate_and_raises_nothing(read_json: ReadJson, value: Any) -> None:
    assert read_json(value).candidates == ()


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("CafÃ© men\u2019s group", "CafÃ© men’s group"),
        ("CafÃ© group", "Café group"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("half<b>bold</b> word", "halfbold word"),
        ("one<br/>two<!-- no -->three", "one twothree"),
        ("a\x00b\ufeffc\u200bd", "abcd"),
        ("N/A", ""),
        (["list"], ""),
        (True, ""),
        ("<script>alert(1)</script>", ""),
        ("<" * 100_000, "<" * 20_000),
    ],
)
def test_texts_come_out_plain(written: Any, cleaned: str) -> None:
    from service_directory.importing.cleaning import clean

    assert clean(written) == cleaned


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026-10-01T09:00:00Z", "2026-10-01"),
        ("01/10/2026", "2026-10-01"),
        ("1.10.2026", "2026-10-01"),
        ("1 October 2026", "2026-10-01"),
        ("1 Oct 2026", "2026-10-01"),
        ("20261001", "2026-10-01"),
        ("2026-13-01", None),
        ("soon", None),
        (None, None),
    ],
)
def test_dates_are_understood_as_people_write_them(written: Any, iso: str | None) -> None:
    from service_directory.importing.cleaning import day

    found = day(written)
    assert (found and found.isoformat()) == iso


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("http:/airevalley.org.uk", "http://airevalley.org.uk"),
        ("HTTPS://AireValley.org.uk/Path", "https://airevalley.org.uk/Path"),
        ("airevalley.org.uk/help", "https://airevalley.org.uk/help"),
        ("office@airevalley.org.uk", ""),
        ("see our site", ""),
        ("javascript:alert(1)", ""),
        ("https://a.org/" + "x" * 500, ""),
        ("", ""),
    ],
)
def test_web_addresses_are_put_right_or_left_out(written: str, address: str) -> None:
    from service_directory.importing.cleaning import web_address

    assert web_address(written) == address


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["Leeds"], LEEDS),
        (["leeds city council"], LEEDS),
        (["Nationwide"], UK),
        (["Wales"], "W92000004"),
        (["a place", "E08000035"], LEEDS),
        (["E08999999"], ""),
        (["Selby"], ""),
        ([None], ""),
    ],
)
def test_areas_are_taken_by_code_or_by_a_name_that_means_only_one(read_json: ReadJson, names: Any, code: str) -> None:
    (read,) = read_json(service(service_areas=[{"name": name} for name in names])).candidates
    assert read.service_areas == ((code,) if code else ())


def test_money_and_dates_that_are_none_are_left_out_with_a_note(read_json: ReadJson) -> None:
    costs = [
        {"amount": "£1,200.5"},
        {"amount": "a little", "option": "Group"},
        {"amount": 3, "currency": "EUR", "option": "Abroad"},
        {},
    ]
    reading = read_json(service(cost_options=costs, assured_date="2030-01-01"))
    assert [(cost.option, cost.amount_pence) for cost in reading.candidates[0].cost_options] == [
        ("", 120_050),
        ("Group", None),
        ("Abroad", None),
    ]
    assert {field for field, _ in notes(reading)} == {"cost_options", "assured_date"}


def test_hours_of_the_only_place_are_the_service_s_when_it_has_none_of_its_own(read_one: ReadOne) -> None:
    rule = {"byday": "MO", "opens_at": "09:00", "closes_at": "10:00"}
    one = {"schedules": [rule], "contacts": [{"email": "hub@airevalley.org.uk", "phone": "0113 222 5555"}]}
    read = read_one(service(schedules=[], service_at_locations=[one], locations=None, phone="0113 222 4444"))
    assert read.schedule is not None
    assert read.schedule.opening_hours == "Mo 09:00-10:00"
    assert Contact("email", "hub@airevalley.org.uk") in read.contacts
    assert [phone.number for phone in read.phones] == [PHONE, "+441132225555"]
    two = read_one(service(schedules=[], service_at_locations=[one, one]))
    assert two.schedule is None


def test_a_label_and_an_extension_stay_with_their_number(read_one: ReadOne) -> None:
    phones = [{"number": "0113 222 4444", "description": "Duty desk", "extension": 12, "type": "Text"}]
    assert read_one(service(contacts=[], phones=phones)).phones == (Phone(PHONE, "text", "Duty desk (extension 12)"),)
