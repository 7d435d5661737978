"""Leads look after the team, and nobody alone after himself."""

from __future__ import annotations

from pathlib import Path

from service_directory.desk.people import Role
from tests.support.desk import DeskWorld, desk_world

NEW = {"name": "Jo Hall", "email": "jo@example.org", "roles": ["steward", "editor"]}


async def number_of(world: DeskWorld, name: str) -> int:
    account = await world.desk.accounts.by_name(name)
    assert account is not None
    return account.number


async def test_a_lead_invites_somebody_who_gets_a_letter_with_a_link_that_the_lead_never_sees(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead = await world.as_lead()
        assert "Invite" in (await lead.get("/team/invite")).text
        page = await lead.after(await lead.post("/team/invite", NEW))
        assert "A letter with an invitation is on its way to jo@example.org." in page.text
        assert "not joined yet" in page.text
        letter = world.posted.letters[-1]
        assert (letter["kind"], letter["to"]) == ("join", "jo@example.org")
        assert "/link/" in letter["letter"].plain
        assert "/link/" not in page.text
        account = await world.desk.accounts.by_name("Jo Hall")
        assert account is not None
        assert account.roles == {Role.STEWARD, Role.EDITOR}
        assert account.invited_by == "Lee Lead"
        log = (await lead.get("/log")).text
        assert "Jo Hall as steward,editor" in log


async def test_what_is_wrong_with_an_invitation_stands_beside_it_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead = await world.as_lead()
        for form, told in (
            ({**NEW, "name": ""}, "Write a name."),
            ({**NEW, "email": "jo@"}, "no email address"),
            ({**NEW, "name": "lee lead"}, "is taken"),
            ({**NEW, "email": "LEE.LEAD@example.org"}, "is taken"),
            ({**NEW, "roles": []}, "Tick at least one."),
            ({**NEW, "roles": ["owner"]}, "roles-error"),
        ):
            answer = await lead.post("/team/invite", form)
            assert answer.status_code == 422
            assert told in answer.text
            assert "There is a problem" in answer.text
            assert f'value="{form["email"]}"' in answer.text
        assert world.posted.letters == []


async def test_without_a_mail_server_the_operator_invites(tmp_path: Path) -> None:
    async with desk_world(tmp_path, sends_mail=False) as world:
        lead = await world.as_lead()
        for answer in (await lead.get("/team/invite"), await lead.post("/team/invite", NEW)):
            assert "fingerpost desk invite" in answer.text
        await world.as_steward()
        number = await number_of(world, "Sam Steward")
        page = await lead.after(await lead.post(f"/team/{number}/link"))
        assert "The operator gives a link" in page.text
        assert await world.desk.accounts.by_name("Jo Hall") is None


async def test_other_roles_count_at_once(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead, steward = await world.as_lead(), await world.as_steward()
        number = await number_of(world, "Sam Steward")
        assert "checked" in (await lead.get(f"/team/{number}")).text
        page = await lead.after(await lead.post(f"/team/{number}/roles", {"roles": ["editor"]}))
        assert "Sam Steward has other roles now, and is signed out." in page.text
        assert (await steward.get("/")).headers["location"] == "/desk/sign-in"
        assert (await lead.post(f"/team/{number}/roles", {"roles": []})).status_code == 422
        page = await lead.after(await lead.post(f"/team/{number}/roles", {"roles": ["editor"]}))
        assert "has these roles already" in page.text


async def test_a_lost_phone_is_reset_and_a_new_link_sent(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead, steward = await world.as_lead(), await world.as_steward()
        number = await number_of(world, "Sam Steward")
        await lead.post(f"/team/{number}/link")
        assert world.posted.letters[-1]["kind"] == "sign_in"
        assert "in person or on a number that you know" in (await lead.get(f"/team/{number}/reset")).text
        await lead.post(f"/team/{number}/reset")
        assert (await steward.get("/")).headers["location"] == "/desk/sign-in"
        await lead.post(f"/team/{number}/link")
        assert world.posted.letters[-1]["kind"] == "join"


async def test_an_account_is_closed_for_good(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead, steward = await world.as_lead(), await world.as_steward()
        number = await number_of(world, "Sam Steward")
        assert "Close it for good" in (await lead.get(f"/team/{number}/close")).text
        page = await lead.after(await lead.post(f"/team/{number}/close"))
        assert "The account of Sam Steward is closed." in page.text
        assert "Close the account" not in page.text
        assert (await steward.get("/")).headers["location"] == "/desk/sign-in"
        page = await lead.after(await lead.post(f"/team/{number}/close"))
        assert "is closed. Its name stays taken" in page.text
        assert "stay taken" in (await lead.get("/team")).text


async def test_nobody_changes_his_own_account_and_an_unknown_one_is_not_found(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        lead = await world.as_lead()
        number = await number_of(world, "Lee Lead")
        assert "This is your own account" in (await lead.get(f"/team/{number}")).text
        for what in ("roles", "link", "reset", "close"):
            assert (await lead.post(f"/team/{number}/{what}", {"roles": ["lead"]})).status_code == 403
            assert (await lead.post(f"/team/4711/{what}", {"roles": ["lead"]})).status_code == 404
        assert (await lead.get("/team/4711")).status_code == 404
