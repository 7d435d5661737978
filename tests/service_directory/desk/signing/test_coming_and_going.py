"""Somebody comes to the desk by a letter, with a code, and leaves it again."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text, update

from service_directory.desk.logbook import lines
from service_directory.desk.people import Role
from service_directory.desk.signing.inviting import MOST_LETTERS, invite, send_way_in
from service_directory.desk.tables import KeeperRow
from service_directory.importing.proposals import NotDone
from tests.support.desk import DeskWorld, Person, desk_world

OPERATOR = "an operator"


def path_in(letter: str) -> str:
    """The path, within the desk, of the link in a letter."""
    found = re.search(r"http://desk\.test/desk(/link/[\w.-]+)", letter)
    assert found is not None, letter
    return found[1]


def last_link(world: DeskWorld) -> str:
    return path_in(world.posted.letters[-1]["letter"].plain)


async def joined(world: DeskWorld, *roles: Role) -> tuple[Person, pyotp.TOTP]:
    """Somebody new who has just joined by a letter, and the app on his phone."""
    await invite(world.desk, "Jo Hall", "jo@example.org", roles or [Role.STEWARD], who=OPERATOR, at=world.clock())
    jo = await world.as_nobody()
    assert (await jo.get(last_link(world))).status_code == 200
    answer = await jo.post(last_link(world))
    assert answer.headers["location"] == "/desk/join"
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", (await jo.after(answer)).text)
    assert key is not None
    app = pyotp.TOTP(key[1].replace(" ", ""))
    answer = await jo.post("/join", {"code": app.at(world.clock())})
    assert answer.headers["location"] == "/desk/"
    world.clock.forward(minutes=1)
    return jo, app


async def asks_for_a_link(world: DeskWorld, email: str = "jo@example.org") -> Person:
    somebody = await world.as_nobody()
    assert (await somebody.post("/sign-in", {"email": email})).status_code == 200
    return somebody


async def test_somebody_new_joins_by_a_letter_and_comes_back_with_a_code(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        jo, app = await joined(world)
        assert "Jo Hall" in (await jo.get("/nowhere")).text
        assert (await jo.get("/join")).headers["location"] == "/desk/", "the key is never shown again"
        await jo.post("/sign-out")
        assert (await jo.get("/")).headers["location"] == "/desk/sign-in"

        jo = await asks_for_a_link(world)
        answer = await jo.post(last_link(world))
        assert answer.headers["location"] == "/desk/code"
        assert "code" in (await jo.after(answer)).text
        assert (await jo.get("/")).headers["location"] == "/desk/code", "not before the second factor"
        wrong = await jo.post("/code", {"code": "12"})
        assert wrong.status_code == 422
        assert "That code is not right" in wrong.text
        answer = await jo.post("/code", {"code": app.at(world.clock())})
        assert answer.headers["location"] == "/desk/"
        assert "Jo Hall" in (await jo.get("/nowhere")).text
        done = [line.what for line in await lines(world.desk.database)]
        assert done == ["signed in", "joined", "invited"]


async def test_every_way_in_gives_the_browser_a_token_that_it_never_held(tmp_path: Path) -> None:
    """A token that somebody planted in a browser beforehand is never the one that gets in."""
    async with desk_world(tmp_path) as world:
        _, app = await joined(world)
        jo = await asks_for_a_link(world)
        held = [jo.client.cookies["desk"]]
        planted = await world.person("planted-by-somebody-else")
        await planted.post(last_link(world))
        assert planted.client.cookies["desk"] != "planted-by-somebody-else"
        held.append(planted.client.cookies["desk"])
        await planted.post("/code", {"code": app.at(world.clock())})
        held.append(planted.client.cookies["desk"])
        await planted.post("/sign-out")
        held.append(planted.client.cookies["desk"])
        assert len(set(held)) == 4
        for old in (*held, "planted-by-somebody-else"):
            answer = await (await world.person(old)).get("/")
            assert answer.headers["location"] == "/desk/sign-in", "no token of before gets in"


@pytest.mark.parametrize("email", ["jo@example.org", "nobody@example.org", "closed@example.org", "not an address"])
async def test_who_asks_for_a_link_learns_nothing_of_who_is_known(tmp_path: Path, email: str) -> None:
    async with desk_world(tmp_path) as world:
        _, _ = await joined(world)
        gone = await world.desk.accounts.invite(
            "Gone", "closed@example.org", [Role.LEAD], who=OPERATOR, at=world.clock()
        )
        await world.desk.accounts.close(gone.number, who=OPERATOR, at=world.clock())
        known = len(world.posted.letters)
        somebody = await world.as_nobody()
        fence = await somebody.fence()
        answers = [
            await somebody.post("/sign-in", {"email": asked}, fence=fence) for asked in ("jo@example.org", email)
        ]
        bodies = {(answer.status_code, answer.text, str(sorted(answer.headers.items()))) for answer in answers}
        assert len(bodies) == 1
        assert len(world.posted.letters) == known + (2 if email == "jo@example.org" else 1)


async def test_the_answer_is_out_before_anybody_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that how long it takes tells nothing either."""
    asked: list[str] = []

    async def looked_up(desk: object, email: str, at: object) -> None:
        asked.append(email)
        raise OSError("the database went away meanwhile")

    monkeypatch.setattr("service_directory.desk.signing.pages.asked_for_link", looked_up)
    async with desk_world(tmp_path) as world:
        order: list[str] = []
        somebody = await world.as_nobody()
        fence = await somebody.fence()

        async def receive() -> dict[str, object]:
            return {
                "type": "http.request",
                "body": f"fence={fence}&email=jo%40example.org".encode(),
                "more_body": False,
            }

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                order.append("answered" if not asked else "looked up first")

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/desk/sign-in",
            "root_path": "",
            "query_string": b"",
            "headers": [
                (b"host", b"desk.test"),
                (b"cookie", f"desk={somebody.client.cookies['desk']}".encode()),
                (b"content-type", b"application/x-www-form-urlencoded"),
            ],
        }
        await world.app(scope, receive, send)  # type: ignore[arg-type]
        assert order == ["answered"]
        assert asked == ["jo@example.org"]


async def test_nobody_can_fill_a_mailbox_with_our_letters(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await joined(world)
        await world.keeper(email="k@example.org")
        before = len(world.posted.letters)
        for _ in range(MOST_LETTERS + 3):
            await asks_for_a_link(world)
            await asks_for_a_link(world, "K@example.org")
        assert len(world.posted.letters) - before == 2 * MOST_LETTERS
        world.clock.forward(minutes=15)
        await asks_for_a_link(world)
        assert len(world.posted.letters) - before == 2 * MOST_LETTERS + 1


async def test_somebody_at_a_service_gets_a_letter_of_his_own_kind(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await world.keeper(email="k@example.org")
        keeper = await asks_for_a_link(world, "K@example.org")
        letter = world.posted.letters[-1]
        assert (letter["kind"], letter["to"]) == ("entry_link", "k@example.org")
        link = last_link(world)
        assert (await keeper.get(link)).status_code == 200
        assert (await keeper.post(link)).headers["location"] == "/desk/"
        assert "k@example.org" in (await keeper.get("/nowhere")).text
        assert (await keeper.post("/code", {"code": "123456"})).headers["location"] == "/desk/"
        async with world.desk.database.write() as connection:
            await connection.execute(update(KeeperRow).values(bounced_at=world.clock()))
        await asks_for_a_link(world, "K@example.org")
        assert world.posted.letters[-1] is letter, "mail that comes back is not sent again"


async def test_a_link_that_is_used_up_says_so_and_where_a_new_one_is(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await joined(world)
        first, second = await asks_for_a_link(world), await world.as_nobody()
        link = last_link(world)
        assert (await first.post(link)).status_code == 303
        for answer in (await second.get(link), await second.post(link), await second.get("/link/made-up")):
            assert answer.status_code == 410
            assert "Ask for a new link" in answer.text
        await asks_for_a_link(world)
        world.clock.forward(minutes=15)
        assert (await second.post(last_link(world))).status_code == 410


async def test_an_invitation_leads_nowhere_once_somebody_has_joined_by_another(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        account, _ = await invite(world.desk, "Jo", "jo@example.org", [Role.LEAD], who=OPERATOR, at=world.clock())
        first = last_link(world)
        await send_way_in(world.desk, account, who=OPERATOR, at=world.clock())
        second = last_link(world)
        jo = await world.as_nobody()
        page = await jo.after(await jo.post(second))
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
        assert key is not None
        wrong = await jo.post("/join", {"code": "1"})
        assert wrong.status_code == 422
        assert key[1] in wrong.text, "the key stays the same while he tries"
        await jo.post("/join", {"code": pyotp.TOTP(key[1].replace(" ", "")).at(world.clock())})
        thief = await world.as_nobody()
        assert (await thief.post(first)).status_code == 410


async def test_five_wrong_codes_are_told_to_wait_and_a_lost_key_to_ask(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        await joined(world)
        jo = await asks_for_a_link(world)
        await jo.post(last_link(world))
        answers = [await jo.post("/code", {"code": "000000"}) for _ in range(6)]
        assert "too many wrong codes" in answers[-1].text
        world.clock.forward(minutes=14)
        async with world.desk.database.write() as connection:
            await connection.execute(text("UPDATE desk_account SET totp_wrong = 0, totp_secret = 'spoilt'"))
        assert "cannot be read here any more" in (await jo.post("/code", {"code": "000000"})).text


async def test_without_a_mail_server_the_operator_gives_links(tmp_path: Path) -> None:
    async with desk_world(tmp_path, sends_mail=False) as world:
        nobody = await world.as_nobody()
        for answer in (await nobody.get("/sign-in"), await nobody.post("/sign-in", {"email": "jo@example.org"})):
            assert "Ask the operator" in answer.text
        account, link = await invite(world.desk, "Jo", "jo@example.org", [Role.LEAD], who=OPERATOR, at=world.clock())
        assert (await nobody.get(path_in(link))).status_code == 200
        assert world.posted.letters == []
        await world.desk.accounts.close(account.number, who=OPERATOR, at=world.clock())
        with pytest.raises(NotDone, match="closed"):
            await send_way_in(world.desk, await world.desk.accounts.one(account.number), who=OPERATOR, at=world.clock())


async def test_somebody_who_left_a_browser_open_signs_out_of_all_of_them(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        here, at_work, other = await world.as_steward(), await world.as_steward(), await world.as_lead()
        assert "in 2 browsers" in (await here.get("/me")).text
        assert "in this browser" in (await other.get("/me")).text
        page = await here.after(await here.post("/me/sign-out"))
        assert "You are signed out everywhere." in page.text
        for person in (here, at_work):
            assert (await person.get("/")).headers["location"] == "/desk/sign-in"
        assert (await other.get("/me")).status_code == 200


async def test_half_an_hour_of_nothing_signs_out(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        steward = await world.as_steward()
        world.clock.now += timedelta(minutes=30)
        answer = await steward.get("/")
        assert answer.headers["location"] == "/desk/sign-in"
        assert (await steward.get("/code")).headers["location"] == "/desk/"
        assert (await steward.post("/join", {"code": "123456"})).headers["location"] == "/desk/"
