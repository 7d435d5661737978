"""A service changes its entry: nothing is live before stewards agree, nothing typed is lost, every refusal is words."""

from __future__ import annotations

import pytest

from service_directory.desk.entries.parts import PARTS
from service_directory.history import Recorded
from service_directory.importing.proposals import Proposal
from tests.service_directory.desk.keepers.conftest import REFUGE, ROOM
from tests.support.desk import DeskWorld, Person
from tests.support.keeping import filled, sent, words


async def helps(world: DeskWorld) -> str:
    """What men read of the service now."""
    return (await world.desk.directory.still_shown([ROOM], world.clock()))[ROOM].helps


async def proposals(world: DeskWorld) -> tuple[Proposal, ...]:
    return await world.desk.proposals.of_service(ROOM)


async def changed(keeper: Person, part: str, **typed: str | list[str]) -> str:
    """Type into one part and keep it: what is said then."""
    answer = await filled(keeper, f"/entry/change/{part}", {name: value for name, value in typed.items()})
    return words(await keeper.after(answer) if answer.status_code == 303 else answer)


async def test_what_is_sent_in_waits_is_taken_and_is_live_only_then(world: DeskWorld, keeper: Person) -> None:
    before = await helps(world)
    said = await changed(keeper, "about", helps="A weekly group for men in Leeds, and talks alone.")
    assert "kept. Nothing is sent yet." in said
    review = words(await keeper.get("/entry/review"))
    assert "What it helps with" in review
    assert "A weekly group" in review
    await world.keeper(ROOM, "colleague@example.org")
    page = await keeper.after(await keeper.post("/entry/send"))
    assert "Your entry stays as it is until the helpline team has looked at the change." in words(page)
    assert [(letter["kind"], letter["to"]) for letter in world.posted.letters] == [
        ("received", "keeper@example.org"),
        ("received", "colleague@example.org"),
    ]
    (waiting,) = await proposals(world)
    assert (waiting.source, waiting.proposed_by, waiting.needed) == (
        "the service",
        "the service (keeper@example.org)",
        1,
    )
    assert await helps(world) == before
    await world.desk.proposals.approve(waiting.number, who="Sam Steward", at=world.clock())
    assert await helps(world) == "A weekly group for men in Leeds, and talks alone."
    assert "is live" in words(await keeper.get("/entry"))
    assert "Nothing is different" in words(await keeper.get("/entry/review"))


async def test_a_second_change_takes_the_place_of_the_first_and_says_so(world: DeskWorld, keeper: Person) -> None:
    await changed(keeper, "about", alert="Closed on Friday")
    await keeper.post("/entry/send")
    await changed(keeper, "family", pets="Small dogs")
    assert "takes the place of what you sent in before" in words(await keeper.get("/entry/review"))
    await keeper.post("/entry/send")
    first, second = await proposals(world)
    assert (first.state, second.state) == ("overtaken", "open")
    assert {one.field for one in second.fields} == {"alert", "pets"}
    again = await keeper.after(await keeper.post("/entry/send"))
    assert "The very same change waits already." in words(again)


async def test_it_can_be_taken_back_and_gone_on_with(world: DeskWorld, keeper: Person) -> None:
    await changed(keeper, "about", alert="Closed on Friday")
    await keeper.post("/entry/send")
    page = await keeper.after(await keeper.post("/entry/withdraw"))
    assert "Taken back. What you typed is kept here" in words(page)
    assert [one.state for one in await proposals(world)] == ["withdrawn"]
    assert "Closed on Friday" in words(await keeper.get("/entry/review"))
    page = await keeper.after(await keeper.post("/entry/withdraw"))
    assert "Nothing of yours waits any more." in words(page)
    await keeper.post("/entry/discard")
    assert "Nothing is different" in words(await keeper.get("/entry/review"))


async def test_what_is_given_back_comes_with_its_reason_and_with_what_was_typed(
    world: DeskWorld, keeper: Person
) -> None:
    await changed(keeper, "about", alert="Closed on Friday")
    await keeper.post("/entry/send")
    (waiting,) = await proposals(world)
    await world.desk.proposals.give_back(
        waiting.number, who="Sam Steward", at=world.clock(), reason="Which Friday? Please say the date."
    )
    home = words(await keeper.get("/entry"))
    assert "gave your change back" in home
    assert "Which Friday? Please say the date." in home
    assert "Closed on Friday" in (await keeper.get("/entry/change/about")).text
    await changed(keeper, "about", alert="Closed on Friday 27 November")
    await keeper.post("/entry/send")
    assert [one.state for one in await proposals(world)] == ["returned", "open"]


async def test_what_is_declined_comes_with_its_reason_and_is_over(world: DeskWorld, keeper: Person) -> None:
    await changed(keeper, "about", alert="Closed on Friday")
    await keeper.post("/entry/send")
    (waiting,) = await proposals(world)
    await world.desk.proposals.reject(waiting.number, who="Sam Steward", at=world.clock(), reason="You are open.")
    assert "was not taken: You are open." in words(await keeper.get("/entry"))
    assert "Nothing is different" in words(await keeper.get("/entry/review"))


async def test_a_new_number_is_looked_at_by_two_people_and_one_of_another_entry_is_pointed_out(
    world: DeskWorld, keeper: Person
) -> None:
    said = await changed(keeper, "reach", **{"contacts-0-value": "0113 496 0302"})
    assert "is also in the entry of Example Leeds" in said
    assert "Two people have to agree" in said
    await keeper.post("/entry/send")
    (waiting,) = await proposals(world)
    assert waiting.needed == 2
    assert {(one.resource_id, one.field) for one in waiting.fields if one.leads_elsewhere} == {
        (f"{ROOM}/phone/1", "number")
    }


@pytest.mark.parametrize(
    ("part", "typed", "told"),
    [
        ("about", {"helps": "Ring 0113 496 0301"}, "What you help with says “0113 496 0301”"),
        ("about", {"name": ""}, "Name of the service is missing"),
        ("about", {"name": "Leeds Men"}, "must begin with “Example”"),
        ("about", {"helps": "An accredited service"}, "says “accredited”"),
        ("who", {"age-from": "old"}, "Youngest age must be a whole number"),
        ("who", {"age-from": "60", "age-to": "18"}, "is less than the age it begins at"),
        ("reach", {"contacts-0-value": "0900 123"}, "Number or address"),
        ("reach", {"contacts-2-value": "lantern"}, "must be a web address that begins with https://"),
        ("reach", {f"contacts-{n}-gone": "y" for n in range(3)}, "Ways to reach you: is missing"),
        ("costs", {"costs-0-option": "Talks", "costs-0-amount": "a lot"}, "Price in pounds must be a number"),
        ("access", {"locations-0-name": "Hall", "locations-0-address-town": "Leeds"}, "First line of the address is"),
        ("languages", {"other": "Klingonish"}, "“Klingonish” is no language"),
        ("hours", {"Mo-from-0": "soon"}, "“soon” is not a time"),
        ("hours", {"Sa-from-0": "9am", "Sa-until-0": "12"}, "Saturday: choose “At these times”"),
        ("hours", {"Sa-state": "times"}, "Saturday: give the times, or choose Closed"),
        ("areas", {"place": "Xyzzy"}, "“Xyzzy” is no place that is known here"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_typed_is_lost(
    keeper: Person, part: str, typed: dict[str, str], told: str
) -> None:
    answer = await filled(keeper, f"/entry/change/{part}", dict(typed))
    assert answer.status_code in (200, 422)
    assert told in words(answer)
    for value in typed.values():
        assert value in answer.text
    assert "Nothing is different" in words(await keeper.get("/entry/review"))


async def test_nothing_is_kept_of_where_men_stay_and_it_is_refused_kindly(world: DeskWorld) -> None:
    refuge = await world.as_keeper(REFUGE)
    answer = await filled(refuge, "/entry/change/access", {"access": "Ring the bell at 12 Station Road"})
    assert answer.status_code == 422
    assert "“12 Station Road” looks like an address" in words(answer)
    assert "nobody asks you for an address" in words(answer)


async def test_becoming_a_place_to_stay_says_where_an_address_still_stands(world: DeskWorld, keeper: Person) -> None:
    await changed(keeper, "access", access="Step-free at 12 Station Road")
    answer = await filled(keeper, "/entry/change/stay", {"accommodation": "yes", "accommodation_kinds": ["refuge"]})
    assert answer.status_code == 303
    review = words(await keeper.get("/entry/review"))
    assert "This has to be put right first" in review
    assert "looks like an address" in review
    answer = await keeper.post("/entry/send")
    assert answer.status_code == 422
    assert await proposals(world) == ()


async def test_areas_are_chosen_by_name_from_what_they_may_mean(world: DeskWorld, keeper: Person) -> None:
    looked = await filled(keeper, "/entry/change/areas", {"place": "Otley", "look": "1"})
    assert looked.status_code == 200
    said = words(looked)
    assert "Leeds: one council, in West Yorkshire, England" in said
    assert "East Suffolk: one council, in Suffolk, England" in said
    answer = await sent(
        keeper, looked, {"areas": ["E08000035", "E07000244"], "place": ""}, to="/entry/change/areas"
    )  # fmt: skip
    assert answer.status_code == 303
    assert "East Suffolk" in words(await keeper.get("/entry/review"))
    wider = await filled(keeper, "/entry/change/areas", {"place": "Bradford"})
    assert "West Yorkshire (police area): 5 councils" in words(wider)


async def test_hours_are_clicked_together_for_the_service_and_for_one_way_to_reach_it(
    world: DeskWorld, keeper: Person
) -> None:
    typed: dict[str, str | list[str]] = {"Mo-from-0": "9am", "Mo-until-0": "5.30pm", "copy": "1"}
    copied = await filled(keeper, "/entry/change/hours", typed)
    assert copied.status_code == 200
    assert copied.text.count('value="5.30pm"') == 5
    more = await sent(keeper, copied, {"more": "1"}, to="/entry/change/hours")
    assert 'name="Mo-from-1"' in more.text
    answer = await sent(keeper, more, {"PH-state": "unknown"}, to="/entry/change/hours")
    assert answer.status_code == 303
    assert "Monday to Friday 09:00 to 17:30" in words(await keeper.get("/entry/review"))
    way = f"/entry/change/hours?way={ROOM}/phone/1"
    typed = {"Sa-state": "times", "Sa-from-0": "22:00", "Sa-until-0": "0:00"}
    answer = await filled(keeper, way, typed)
    assert answer.status_code == 303
    assert "Saturday 22:00 to 24:00" in words(await keeper.get("/entry/review"))
    assert "has hours of its own" in words(await keeper.get("/entry/change/hours"))
    assert (await keeper.get("/entry/change/hours?way=example-leeds-law/phone/1")).status_code == 404


async def test_a_language_that_is_not_on_the_list_is_added_by_its_name(keeper: Person) -> None:
    assert "kept" in await changed(keeper, "languages", other="yoruba, Tagalog")
    review = words(await keeper.get("/entry/review"))
    assert "Yoruba" in review
    assert "Tagalog" in review or "Filipino" in review


async def test_another_way_to_reach_it_can_be_added_and_room_made_for_more(keeper: Person) -> None:
    typed: dict[str, str | list[str]] = {
        "contacts-3-kind": "email",
        "contacts-3-value": "men@lantern.example.org",
        "more": "1",
    }
    more = await filled(keeper, "/entry/change/reach", typed)
    assert more.status_code == 200
    assert 'value="men@lantern.example.org"' in more.text
    assert 'name="contacts-5-value"' in more.text
    answer = await sent(keeper, more, {}, to="/entry/change/reach")
    assert "men@lantern.example.org" in words(await keeper.after(answer))


@pytest.mark.parametrize("service_id", [ROOM, REFUGE, "example-uk-mens-line"])
async def test_every_page_sent_back_as_it_stands_changes_nothing(world: DeskWorld, service_id: str) -> None:
    keeper = await world.as_keeper(service_id)
    for part in PARTS:
        answer = await filled(keeper, f"/entry/change/{part}", {})
        assert answer.status_code == 303, (part, words(answer))
        assert "nothing is different from your entry" in words(await keeper.after(answer)), part
    answer = await keeper.post("/entry/send")
    assert answer.status_code == 422
    assert "Nothing is changed, so there is nothing to send." in words(answer)


async def test_there_is_no_page_for_what_stewards_alone_may_change(keeper: Person) -> None:
    for part in ("published", "status", "hold", "about%00"):
        assert (await keeper.get(f"/entry/change/{part}")).status_code in (303, 404)


async def test_fields_of_stewards_that_are_slipped_in_are_nobodys(world: DeskWorld, keeper: Person) -> None:
    slipped: dict[str, str | list[str]] = {"published": "no", "do_not_list": "y", "status": "closed", "alert": "Hello"}
    await filled(keeper, "/entry/change/about", slipped)
    await keeper.post("/entry/send")
    (waiting,) = await proposals(world)
    assert [one.field for one in waiting.fields] == ["alert"]


async def test_history_says_who_it_was(world: DeskWorld, keeper: Person) -> None:
    await changed(keeper, "about", alert="Closed on Friday")
    await keeper.post("/entry/send")
    (waiting,) = await proposals(world)
    await world.desk.proposals.approve(waiting.number, who="Sam Steward", at=world.clock())
    last: Recorded = (await world.desk.directory.history(ROOM))[-1]
    assert (last.who, last.field, last.after) == ("Sam Steward", "alert", "Closed on Friday")
    assert "sent in by the service" in last.why
