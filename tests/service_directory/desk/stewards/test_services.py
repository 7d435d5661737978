"""The list of services, new services, and what is listed at all."""

from __future__ import annotations

from typing import Any

from service_directory.desk.reports import Reports
from tests.service_directory.desk.stewards.test_recording import typed
from tests.support.desk import DeskWorld
from tests.support.services import LEEDS

NEW: dict[str, Any] = {
    "name": "Aire Men’s Line",
    "organization": "",
    "organization_name": "Aire Men",
    "helps": "Someone to talk to in the evening.",
    "serves_men": "men_only",
    "needs": ["talk"],
    "place": "Leeds; Cornwall",
    "kind": "phone",
    "value": "0113 222 6666",
    "why": "rang us",
}


async def test_a_service_is_found_however_it_is_spelt_and_narrowed_down(examples: DeskWorld) -> None:
    sam = await examples.as_steward()
    assert "Example Leeds Listening" in (await sam.get("/services?q=leds+lisening")).text
    hidden = (await sam.get(f"/services?show=hidden&area={LEEDS}")).text
    assert "Example Leeds Helpdesk" in hidden
    assert "suspended since" in hidden
    assert "Example Leeds Listening" not in hidden
    shown = (await sam.get(f"/services?show=shown&area={LEEDS}&need=talk")).text
    assert "Example Leeds Listening" in shown
    assert "Example Leeds Helpdesk" not in shown
    assert "Example Cornwall Support" in (await sam.get("/services?show=due")).text
    assert "None fits" in (await sam.get("/services?q=zzzzz")).text


async def test_the_list_goes_on_page_by_page(examples: DeskWorld) -> None:
    sam = await examples.as_steward()
    first, second = await sam.get("/services"), await sam.get("/services?page=2")
    assert "/desk/services?page=2" in first.text
    assert "/desk/services?page=1" in second.text
    for odd in ("/services?page=0", "/services?page=x", "/services?page=99999", "/services?show=x&area=y&need=z"):
        assert (await sam.get(odd)).status_code == 200, odd


async def test_a_change_is_found_at_once_and_the_next_day_brings_what_is_due(little: DeskWorld) -> None:
    sam = await little.as_steward()
    assert "Leeds Men" in (await sam.get("/services?q=leeds&show=shown")).text
    await sam.post("/services/leeds-men/suspend", {"why": "away", "section": ""})
    assert "0 services" in (await sam.get("/services?q=leeds&show=shown")).text
    assert "1 service<" in (await sam.get("/services?q=leeds&show=suspended")).text
    await sam.post("/services/new", NEW)
    assert "Aire Men" in (await sam.get("/services?q=aire")).text
    little.clock.forward(days=1)
    sam = await little.as_steward()
    assert "1 service<" in (await sam.get("/services?q=leeds&show=hidden&need=health")).text


async def test_a_new_service_is_begun_as_a_draft_that_nobody_is_shown(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    assert "Northern Men" in (await sam.get("/services/new")).text
    answer = await sam.post("/services/new", NEW)
    assert answer.status_code == 303, answer.text
    page = await sam.after(answer)
    assert "Nobody is shown it" in page.text
    assert "it is not published" in page.text
    assert "Aire Men" in page.text
    twin = await sam.post("/services/new", {**NEW, "organization": "northern-men"})
    assert twin.headers["location"].endswith("/services/aire-mens-line-2")


async def test_what_is_wrong_with_a_new_service_is_said_under_its_field(little: DeskWorld) -> None:
    sam = await little.as_steward()
    for changes, told in (
        ({"name": ""}, "Write its name"),
        ({"organization_name": ""}, "Choose its organisation"),
        ({"needs": []}, "Tick at least one"),
        ({"place": "Xyzzy"}, "is no place that is known here"),
        ({"place": "Newport"}, "may be several places"),
        ({"value": "0113"}, "check its digits"),
        ({"helps": "Ring 0113 222 5555."}, "write it under contacts"),
        ({"helps": "An accredited service."}, "record who found what"),
        ({"organization_name": "Ring 0113 222 5555"}, "write it as the value of a contact"),
        ({"why": "Mr Smith asked"}, "would tell of a person"),
    ):
        answer = await sam.post("/services/new", {**NEW, **changes})
        assert answer.status_code == 422, changes
        assert told in answer.text, (told, answer.text[:2500])
        assert NEW["why"] in answer.text or "why" in changes
    assert "1 service<" in (await sam.get("/services")).text


async def test_a_police_force_records_itself_like_any_other_service(desk: DeskWorld) -> None:
    sam, alex = await desk.as_steward("Sam"), await desk.as_lead("Alex")
    police = {**NEW, "name": "West Yorkshire Police: domestic abuse team", "organization_name": "West Yorkshire Police"}
    police |= {"needs": ["police_legal"], "place": "West Yorkshire", "serves_men": "all"}
    begun = await sam.post("/services/new", police)
    assert begun.status_code == 303, begun.text
    at = begun.headers["location"].removeprefix("/desk")
    for section in ("AE", "SD"):
        form = {**typed(), **{f"result-{section}{number}": "met" for number in range(1, 15)}}
        await sam.post(f"{at}/decide/{section}", {**form, "evidence-1-for": ""})
    for number in (1, 2):
        assert (await alex.post(f"/decisions/{number}/agree")).status_code == 303
    today = desk.clock().date().isoformat()
    await sam.post(f"{at}/checked", {"ways": "0113 222 6666", "on": today, "why": "rang it"})
    await sam.post(f"{at}/still-right", {"on": today, "why": "asked them"})
    told = await sam.after(await sam.post(f"{at}/standing", {"status": "open", "published": "y", "why": "complete"}))
    assert "domestic abuse team is shown to men now" in told.text


async def test_what_is_listed_is_said_on_a_page(little: DeskWorld) -> None:
    sam = await little.as_steward()
    page = (await sam.get("/listing")).text
    assert "Police, councils and housing bodies" in page
    assert "within 183 days" in page


async def test_editors_and_services_see_none_of_it(little: DeskWorld) -> None:
    await Reports(little.desk.database).add("leeds-men", "closed", little.clock())
    for person in (await little.as_editor(), await little.as_keeper("leeds-men")):
        for path in ("/today", "/services", "/services/leeds-men", "/proposals", "/services/leeds-men/history"):
            assert (await person.get(path)).status_code == 403, path
