"""What is open to the public: services for which the rule holds today, and of them nothing but what men are shown."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Date, Integer, String, Text, insert, select, update

from service_directory.model import Base, ServiceRow
from service_directory.open_referral.snapshot import Snapshot, Wanted
from service_directory.open_referral.terms import recorded_term
from service_directory.open_referral.writing import PUBLIC
from service_directory.standards import Policy, Verdict
from service_directory.store import Directory, example_document
from tests.support.open_data import (
    AREAS,
    a_directory,
    add_row,
    app_over,
    asked,
    everything,
    text_of,
    wrong_in,
)
from tests.support.services import NOON, TODAY, days, written_attestations, written_service

#: What a marked column may not hold, because the rule reads it or another row is found by it.
_OF_THE_RULE = {
    ("service", "status"),
    ("attestation", "standard"),
    ("attestation", "standard_version"),
    ("attestation", "section"),
    ("attestation", "outcome"),
    ("attestation", "state"),
    ("criterion_result", "criterion"),
    ("criterion_result", "result"),
    ("suspension", "section"),
}
_SECRET_NUMBER = 987_654


async def shown(directory: Directory, **options: Any) -> Snapshot:
    return await directory.open_data(AREAS, NOON, **options)


async def services(directory: Directory, **options: Any) -> dict[str, Any]:
    made = (make() for make in (await shown(directory, **options)).services(Wanted(), full=True))
    return {service["name"]: service for service in made}


async def run(directory: Directory, statement: Any) -> None:
    async with directory._database.write() as connection:
        await connection.execute(statement)


async def test_nothing_leaves_that_only_stewards_know(tmp_path: Path) -> None:
    """Every text and number that is not named as public is marked, in every table; no answer holds a mark."""
    async with a_directory(tmp_path, written_service()) as directory:
        await add_row(directory, "location", id="leeds-men/location/1", service_id="leeds-men", location_type="virtual")
        async with directory._database.write() as connection:
            for table in Base.metadata.sorted_tables:
                values: dict[str, Any] = {}
                for column in table.c:
                    hidden = (
                        column.name not in PUBLIC.get(table.name, ()) and (table.name, column.name) not in _OF_THE_RULE
                    )
                    if column.primary_key or column.foreign_keys or not hidden:
                        continue
                    if isinstance(column.type, String | Text):
                        values[column.name] = f"MARK-{table.name}-{column.name}"[: 32 if column.type.length else None]
                    elif isinstance(column.type, Integer) and column.name not in ("position", "number"):
                        values[column.name] = _SECRET_NUMBER
                    elif isinstance(column.type, Date) and column.name in ("funding_end", "assessed_on", "review_due"):
                        values[column.name] = date(1987, 6, 5)
                if table.name == "service":
                    # An empty reason for holding it back is what the rule asks for.
                    values["hold_reason"] = ""
                if table.name == "service_capacity":
                    row = {"id": "c", "service_id": "leeds-men", "position": 0, **values}
                    await connection.execute(insert(table).values(row))
                elif values and table.name != "alembic_version":
                    await connection.execute(update(table).values(values))
        assert list(await services(directory)) == ["Leeds Men"]
        async with asked(app_over(directory)) as client:
            told = text_of(await everything(client))
    assert "MARK" not in told
    assert str(_SECRET_NUMBER) not in told
    assert "1987-06-05" not in told


async def test_of_a_refuge_the_public_learns_to_ask_and_nothing_of_where_it_is(tmp_path: Path) -> None:
    refuge = written_service("leeds-refuge", name="Leeds Refuge", needs=["stay"], accommodation=True)
    async with a_directory(tmp_path, refuge) as directory:
        own = {"service_id": "leeds-refuge"}
        await add_row(directory, "location", id="l", location_type="physical", name="Secret House", **own)
        await add_row(directory, "service_at_location", id="s", location_id="l", **own)
        await add_row(
            directory, "address", id="a", location_id="l", address_type="physical", address_1="7 Secret St", **own
        )
        await add_row(directory, "service_capacity", id="c", unit="spaces_for_men", available=3, maximum=5, **own)
        await run(directory, update(ServiceRow).values(children="They live at 7 Secret Street", pets="Dogs"))
        (refuge,) = (await services(directory)).values()
    assert "Secret" not in text_of(refuge)
    assert [place["location"]["location_type"] for place in refuge["service_at_locations"]] == ["virtual"]
    values = {one["taxonomy_term"]["code"]: one.get("value") for one in refuge["attributes"]}
    assert values["spaces"] == "ask"
    assert values["pets"] == "Dogs"
    assert "capacit" not in text_of(refuge)


async def test_a_service_that_hides_its_address_shows_none_and_another_shows_its_own(tmp_path: Path) -> None:
    open_door, hidden = written_service("drop-in", name="Drop In"), written_service("quiet", name="Quiet")
    async with a_directory(tmp_path, open_door, hidden) as directory:
        for own in ("drop-in", "quiet"):
            of = {"service_id": own}
            await add_row(
                directory, "location", id=f"{own}/l", location_type="physical", accessibility="Step-free", **of
            )
            await add_row(directory, "service_at_location", id=f"{own}/s", location_id=f"{own}/l", **of)
            where = {"address_1": "1 Park Row", "city": "Leeds", "postal_code": "LS1 5HD", "country": "GB"}
            await add_row(
                directory, "address", id=f"{own}/a", location_id=f"{own}/l", address_type="physical", **of, **where
            )
        await run(directory, update(ServiceRow).where(ServiceRow.id == "quiet").values(hides_address=True))
        found = await services(directory)
        async with asked(app_over(directory)) as client:
            answers = await everything(client)
    assert found["Drop In"]["service_at_locations"][0]["location"]["addresses"][0]["postal_code"] == "LS1 5HD"
    assert "Park Row" not in text_of(found["Quiet"])
    assert list(wrong_in(answers)) == []


NOT_OPEN: tuple[dict[str, Any], ...] = (
    {"status": "paused"},
    {"status": "closed"},
    {"published": False},
    {"hold": "waiting for a call back"},
    {"do_not_list": True},
    {"perpetrator_service": True},
    {"serves_men": "women_only"},
    {"serves_men": "unknown"},
    {"attestations": None},
    {"attestations": written_attestations(state="draft")},
    {"attestations": written_attestations(outcome="partly")},
    {"attestations": written_attestations(valid_until=date(2026, 11, 22))},
    {"attestations": written_attestations(basis="self")},
    {"suspensions": [{"from": date(2026, 11, 23), "reason": "a complaint", "by": "Sam"}]},
)


async def test_a_service_for_which_the_rule_does_not_hold_is_not_there_at_all(tmp_path: Path) -> None:
    others = [written_service(f"other-{number}", name=f"Other {number}", **why) for number, why in enumerate(NOT_OPEN)]
    async with a_directory(tmp_path, written_service(), *others) as directory, asked(app_over(directory)) as client:
        told = text_of(await everything(client))
    assert "Leeds Men" in told
    assert "Other" not in told


async def test_made_up_services_are_there_only_when_asked_for_and_then_say_so(tmp_path: Path) -> None:
    directory = await Directory.open(f"sqlite:///{tmp_path / 'examples.db'}")
    try:
        await directory.load_document(example_document(), at=NOON, who="Sam", why="test", apply=True)
        assert await services(directory) == {}
        assert (await shown(directory)).organizations() == []
        found = await services(directory, examples=True)
    finally:
        await directory.close()
    assert len(found) > 40
    for name, service in found.items():
        assert name.startswith("Example")
        assert service["alert"].startswith("EXAMPLE")


async def test_what_is_recorded_is_said_in_the_only_words_there_are_for_it(tmp_path: Path) -> None:
    async with a_directory(tmp_path, written_service()) as directory:
        (service,) = (await services(directory)).values()
    terms = [one["taxonomy_term"] for one in service["attributes"]]
    (recorded,) = [one for one in terms if one["taxonomy"] == "What is recorded of a service"]
    assert recorded["name"] == (
        "Recorded as meeting the access and delivery standards for men by Helpline Team, March 2026."
    )
    # The standard has a field for accreditations. What is recorded is none.
    assert "accreditations" not in service


def test_nothing_can_be_said_of_a_service_that_does_not_meet_the_rule() -> None:
    with pytest.raises(ValueError, match="does not meet the rule"):
        recorded_term(Verdict(meets=False, why_not="it has lapsed"))


async def test_a_services_own_word_is_told_as_its_own(tmp_path: Path) -> None:
    async with a_directory(tmp_path, written_service(attestations=written_attestations(basis="self"))) as directory:
        directory._policy = Policy(bases=frozenset({"self", "verified"}))
        (service,) = (await services(directory)).values()
    assert "The service says it meets the standards for men (March 2026). No one else has checked this yet." in text_of(
        service
    )
    assert "Recorded as meeting" not in text_of(service)


async def test_nobody_can_watch_a_refuge_fill_by_when_it_was_last_changed(tmp_path: Path) -> None:
    async with a_directory(tmp_path, written_service()) as directory:
        before = await shown(directory)
        later = NOON + timedelta(minutes=30)

        async def changed(table: str, field: str, resource: str = "leeds-men") -> Snapshot:
            values = {
                "service_id": "leeds-men",
                "resource_type": table,
                "resource_id": resource,
                "last_action_date": later,
                "last_action_type": "update",
                "field_name": field,
                "previous_value": "1",
                "replacement_value": "0",
                "updated_by": "Sam",
                "reason": "rang",
            }
            await run(directory, insert(Base.metadata.tables["metadata"]).values(values))
            return await shown(directory)

        for table, field in (
            ("service_capacity", "available"),
            ("service", "hold_reason"),
            ("service", "funding_end"),
            ("phone", "checked_by"),
            ("evidence", "title"),
            ("attestation", "assessor"),  # a draft: of no attestation that counts
        ):
            after = await changed(table, field)
            assert after.digest == before.digest, (table, field)
        assert (await changed("service", "description")).entries[0].last_modified == "2026-11-23T12:30:00.000Z"


async def test_a_service_is_last_modified_on_the_day_that_changed_what_is_told_of_it(tmp_path: Path) -> None:
    """Hours that nobody checked for half a year are told no longer, and nobody did anything."""
    stale = written_service(hours_checked=TODAY - days(180))
    async with a_directory(tmp_path, stale, at=NOON) as directory:
        assert (await services(directory))["Leeds Men"]["schedules"]
        snapshot = await directory.open_data(AREAS, NOON + days(4))
    (service,) = (make() for make in snapshot.services(Wanted(), full=True))
    assert "schedules" not in service
    assert service["last_modified"] == "2026-11-27T00:00:00.000Z"


async def test_ids_are_the_same_in_every_copy_and_a_uuid_of_somebody_elses_is_kept(tmp_path: Path) -> None:
    theirs = "6f9619ff-8b86-4011-b42d-00cf4fc964ff"
    async with a_directory(tmp_path, written_service(), written_service(theirs, name="Theirs")) as directory:
        found = await services(directory)
    assert found["Theirs"]["id"] == theirs
    assert found["Leeds Men"]["id"] == "9be30d4f-64c6-5967-a3e6-b605f18c3293"
    ids = [one["id"] for service in found.values() for one in (*service["phones"], *service["attributes"])]
    assert len(ids) == len(set(ids))


async def test_every_column_that_is_named_as_public_exists() -> None:
    for table, columns in PUBLIC.items():
        assert columns <= set(Base.metadata.tables[table].c.keys()), table


async def test_whole_of_a_rich_service_is_told_in_the_standards_own_fields(tmp_path: Path) -> None:
    rich = written_service(
        hours="Mo-Fr 09:00-17:00; PH off",
        cost="Free",
        happens="Somebody rings back.",
        age={"from": 18, "to": 65},
        contacts=[
            {"kind": "phone", "value": "0113 222 4444", "checked": TODAY - days(3)},
            {"kind": "whatsapp", "value": "07911 123456", "label": "Evenings", "checked": TODAY - days(5)},
            {
                "kind": "webchat",
                "value": "https://chat.leedsmen.org.uk",
                "hours": "24/7",
                "hours_checked": TODAY - days(5),
            },
            {"kind": "website", "value": "https://leedsmen.org.uk"},
            {"kind": "email", "value": "hello@leedsmen.org.uk"},
        ],
    )
    async with a_directory(tmp_path, rich) as directory:
        own = {"service_id": "leeds-men"}
        await add_row(
            directory, "cost_option", id="leeds-men/c", option="A group", currency="GBP", amount_pence=350, **own
        )
        await run(
            directory,
            update(Base.metadata.tables["organization"]).values(charity_number="1089547", email="us@men.org.uk"),
        )
        async with directory._database.read() as connection:
            (organization,) = await connection.scalars(select(Base.metadata.tables["organization"].c.id))
        (service,) = (await services(directory)).values()
        async with asked(app_over(directory)) as client:
            assert list(wrong_in(await everything(client))) == []
    assert organization == "northern-men"
    assert service["fees"] == service["fees_description"] == "Free"
    assert service["application_process"] == "Somebody rings back."
    assert (service["minimum_age"], service["maximum_age"]) == (18, 65)
    assert service["assured_date"] == "2026-11-02"
    assert "assurer_email" not in service
    assert (service["url"], service["email"]) == ("https://leedsmen.org.uk", "hello@leedsmen.org.uk")
    assert [(one["type"], one["number"]) for one in service["phones"]] == [
        ("voice", "0113 222 4444"),
        ("whatsapp", "07911 123456"),
    ]
    assert service["phones"][1]["description"] == "Evenings"
    chat = service["additional_urls"][0]
    assert (chat["label"], chat["schedules"][0]["opens_at"]) == ("Web chat", "00:00")
    (hours,) = service["schedules"]
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == ("MO,TU,WE,TH,FR", "09:00", "17:00")
    assert hours["description"] == "UK time. Closed on bank holidays."
    assert service["cost_options"][0]["amount"] == 3.5
    (identifier,) = service["organization"]["organization_identifiers"]
    assert (identifier["identifier_scheme"], identifier["identifier"]) == ("GB-CHC", "1089547")
    assert service["service_areas"][0]["uri"].endswith("/E08000035")


async def test_northern_irelands_police_area_has_no_gss_code_and_claims_none(tmp_path: Path) -> None:
    async with a_directory(tmp_path, written_service(areas=["PSNI"])) as directory:
        (service,) = (await services(directory)).values()
    (area,) = service["service_areas"]
    assert "uri" not in area
    assert area["extent"] == "PSNI"
