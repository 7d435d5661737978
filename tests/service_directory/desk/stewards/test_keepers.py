"""Who at a service may keep its entry right, as stewards see and change it."""

from __future__ import annotations

import re

from sqlalchemy import update

from service_directory.desk.addresses import Addresses
from service_directory.desk.entries.colleagues import Colleagues
from service_directory.desk.tables import KeeperRow
from tests.support.desk import DeskWorld

AT = "/services/leeds-men/keepers"
OFFICE = "office@leedsmen.org.uk"


async def addresses(world: DeskWorld) -> list[str]:
    return [one.email for one in await Addresses(world.desk.database, world.desk.secret).of("leeds-men")]


async def test_an_address_is_added_sent_a_link_and_taken_away(desk: DeskWorld) -> None:
    sam = await desk.as_steward()
    assert "Nobody at the service keeps this entry yet" in (await sam.get(AT)).text
    added = await sam.after(await sam.post(AT, {"email": f" {OFFICE} "}))
    assert f"{OFFICE} may keep this entry right" in added.text
    again = await sam.post(AT, {"email": OFFICE.upper()})
    assert (again.status_code, "may keep this entry already" in again.text) == (422, True)
    (number,) = re.findall(r"/keepers/(\d+)/link", added.text)
    await sam.post(f"{AT}/{number}/link")
    (letter,) = desk.posted.letters
    assert (letter["kind"], letter["to"]) == ("entry_link", OFFICE)
    (token,) = re.findall(r"/desk/link/(\S+)", letter["letter"].plain)
    link = await desk.desk.links.look(token, desk.clock())
    assert link is not None
    assert (link.purpose, link.subject) == ("entry", int(number))
    await sam.post(f"{AT}/{number}/remove")
    assert await addresses(desk) == []
    assert await desk.desk.links.look(token, desk.clock()) is None
    await sam.post(AT, {"email": OFFICE})
    assert await addresses(desk) == [OFFICE]


async def test_what_is_no_address_is_refused_and_shown_again(little: DeskWorld) -> None:
    sam = await little.as_steward()
    for typed, told in (("", "Write the address"), ("office at leeds", "no email address")):
        answer = await sam.post(AT, {"email": typed})
        assert (answer.status_code, told in answer.text) == (422, True)
    assert "office at leeds" in answer.text


async def test_mail_that_came_back_is_todays_work_until_somebody_has_looked(little: DeskWorld) -> None:
    number = await little.keeper("leeds-men", OFFICE)
    async with little.desk.database.write() as connection:
        await connection.execute(update(KeeperRow).values(bounced_at=little.clock()))
    sam = await little.as_steward()
    assert f"Mail to {OFFICE} came back" in (await sam.get("/today")).text
    assert "came back on" in (await sam.get(AT)).text
    await sam.post(f"{AT}/{number}/write-again")
    assert f"Mail to {OFFICE} came back" not in (await sam.get("/today")).text


async def test_what_a_service_asks_for_is_agreed_to_or_declined(little: DeskWorld) -> None:
    await little.keeper("leeds-men", OFFICE)
    keepers = Addresses(little.desk.database, little.desk.secret)
    colleagues = Colleagues(little.desk.database, keepers)
    for email in ("ann@leedsmen.org.uk", "ben@leedsmen.org.uk"):
        await colleagues.ask("leeds-men", "add", email, at=little.clock(), who=f"the service ({OFFICE})")
    sam = await little.as_steward()
    assert "Add ann@leedsmen.org.uk." in (await sam.get("/today")).text
    first, second = (one.number for one in await colleagues.waiting())
    await sam.post(f"{AT}/asked/{first}/agree")
    assert await addresses(little) == [OFFICE, "ann@leedsmen.org.uk"]
    without = await sam.post(f"{AT}/asked/{second}/decline", {"reason": ""})
    assert (without.status_code, "Say why" in without.text) == (422, True)
    await sam.post(f"{AT}/asked/{second}/decline", {"reason": "they do not know him"})
    assert await colleagues.waiting() == ()
    assert (await sam.post(f"{AT}/asked/{second}/agree")).status_code == 404


async def test_an_address_of_another_service_is_not_found(examples: DeskWorld) -> None:
    number = await examples.keeper("example-leeds-listening", OFFICE)
    sam = await examples.as_steward()
    for act in ("link", "remove", "write-again"):
        assert (await sam.post(f"/services/example-cornwall-stale/keepers/{number}/{act}")).status_code == 404
