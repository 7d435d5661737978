"""What stands before every page: where forms come from, how large they are, headers, cookies, limits and troubles."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from service_directory.database import DatabaseError
from service_directory.desk.collected import COLLECTIONS
from service_directory.desk.people import ANYBODY
from service_directory.desk.visits import Visits
from service_directory.desk.web.app import ASKING_AT_ONCE, HEADERS, desk_app
from service_directory.desk.web.pages import Call, Pages
from service_directory.importing.proposals import NotDone
from service_directory.open_referral.api import routes_at
from service_directory.serving.guarding import LARGEST_BODY
from service_directory.serving.limits import Limits
from tests.support.desk import DeskWorld, Person, desk_world

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIED = Pages()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@TRIED.post("/tried", may=ANYBODY)
async def tried(call: Call) -> Response:
    return Response(repr(sorted(call.form.multi_items())))


@TRIED.get("/fails", may=ANYBODY)
async def fails(call: Call) -> Response:
    raise RuntimeError("jo@example.org")


@TRIED.get("/down", may=ANYBODY)
async def down(call: Call) -> Response:
    raise DatabaseError("it is down")


@TRIED.get("/not-done", may=ANYBODY)
async def not_done(call: Call) -> Response:
    raise NotDone("It is <closed> already.")


@TRIED.get("/numbers/{number}", may=ANYBODY)
async def numbers(call: Call) -> Response:
    return Response(str(call.number("number")))


@TRIED.get("/go", may=ANYBODY)
async def go(call: Call) -> Response:
    return call.go(call.query("to"), told=call.query("told"))


def client_of(world: DeskWorld, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A client of a desk that has the pages above as well."""
    app = Starlette(routes=routes_at("/desk", desk_app(world.desk, [*COLLECTIONS, TRIED])))
    transport = httpx.ASGITransport(app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test")


async def somebody(world: DeskWorld) -> Person:
    return Person(client_of(world))


# --- forms


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://desk.test.evil.example"},
        {"Origin": "http://[", "Sec-Fetch-Site": ""},
    ],
    ids=str,
)
async def test_a_form_on_anybody_elses_page_is_refused_whatever_it_holds(
    world: DeskWorld, headers: dict[str, str]
) -> None:
    person = await somebody(world)
    body = {"fence": await person.fence()}
    assert (await person.client.post("/desk/tried", data=body)).status_code == 200
    answer = await person.client.post("/desk/tried", data=body, headers=headers)
    assert answer.status_code == 403
    assert "too old" in answer.text


async def test_a_form_without_the_token_of_this_very_visit_is_refused(world: DeskWorld) -> None:
    person, other = await somebody(world), await somebody(world)
    mine, his = await person.fence(), await other.fence()
    assert mine != his
    for fence in ("", "x", his, mine + " ", mine[:-1], "é"):
        assert (await person.post("/tried", fence=fence)).status_code == 403, fence
    assert (await person.client.post("/desk/tried", content=b"", headers=FORM)).status_code == 403
    assert (await person.post("/tried", fence=mine)).status_code == 200


async def test_a_form_that_is_sent_before_any_page_was_seen_is_refused(world: DeskWorld) -> None:
    answer = await client_of(world).post("/desk/tried", data={"fence": "x"})
    assert answer.status_code == 403


async def test_files_are_refused(world: DeskWorld) -> None:
    person = await somebody(world)
    data, files = {"fence": await person.fence()}, {"file": ("x.png", b"\x89PNG", "image/png")}
    answer = await person.client.post("/desk/tried", data=data, files=files)
    assert answer.status_code == 415
    assert "Files cannot be sent" in answer.text
    for kind in ("text/plain", "application/json", ""):
        answer = await person.client.post("/desk/tried", content=b"fence=x", headers={"Content-Type": kind})
        assert answer.status_code == 415


async def test_too_much_is_refused_whether_announced_or_not(world: DeskWorld) -> None:
    person = await somebody(world)
    assert (await person.post("/tried", {"much": "x" * LARGEST_BODY})).status_code == 413

    async def unannounced() -> object:
        for _ in range(20):
            yield b"x" * 8192

    answer = await person.client.post("/desk/tried", content=unannounced(), headers=FORM)  # type: ignore[arg-type]
    assert answer.status_code == 413
    many = "&".join(f"f{number}=" for number in range(1001))
    assert (await person.client.post("/desk/tried", content=many, headers=FORM)).status_code == 400


async def test_what_no_database_takes_does_not_come_through(world: DeskWorld) -> None:
    person = await somebody(world)
    fence = await person.fence()
    answer = await person.client.post("/desk/tried", content=f"fence={fence}&a=x%00y&b=%ff".encode(), headers=FORM)
    assert "('a', 'xy')" in answer.text
    assert "('b', '\\ufffd')" in answer.text or "�" in answer.text
    assert (await person.get("/tried%00")).status_code == 404
    assert (await person.get("/sign-in?x=%00")).status_code == 404


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1", 200),
        ("2147483647", 200),
        ("2147483648", 404),
        ("0", 404),
        ("-1", 404),
        ("1e3", 404),
        ("٣", 404),
        ("1" * 30, 404),
        ("1%20or%201=1", 404),
    ],
)
async def test_a_number_in_an_address_is_one_or_is_not_found(world: DeskWorld, text: str, status: int) -> None:
    assert (await (await somebody(world)).get(f"/numbers/{text}")).status_code == status


# --- answers


async def test_every_answer_has_the_headers_and_none_may_be_kept(world: DeskWorld) -> None:
    person = await somebody(world)
    for path in ("/sign-in", "/nowhere", "/fails", "/static/desk.css", "/"):
        answer = await person.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == (value if "static" not in path or name != "Cache-Control" else "no-cache")
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


async def test_no_page_holds_style_or_script_of_its_own(world: DeskWorld) -> None:
    for person in (await world.as_nobody(), await world.as_lead(), await world.as_keeper()):
        for path in ("/sign-in", "/", "/team", "/nowhere"):
            html = (await person.get(path)).text
            assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|javascript:", html), path


async def test_troubles_say_what_to_do_and_nothing_of_what_happened(
    world: DeskWorld, caplog: pytest.LogCaptureFixture
) -> None:
    person = await somebody(world)
    for path, status, told in (
        ("/nowhere", 404, "There is nothing here"),
        ("/fails", 500, "Something went wrong at our end"),
        ("/down", 503, "cannot be reached just now"),
        ("/not-done", 409, "It is &lt;closed&gt; already."),
        ("/tried", 405, "cannot be done here"),
    ):
        answer = await person.get(path)
        assert (answer.status_code, told in answer.text) == (status, True), path
        assert "jo@example.org" not in answer.text
        assert "Go to the first page" in answer.text
    assert "RuntimeError at test_guarding.py" in caplog.text
    assert "jo@example.org" not in caplog.text
    assert (await person.get("/tried")).headers["allow"] == "POST"


async def test_a_form_that_breaks_off_is_let_go(world: DeskWorld) -> None:
    person = await somebody(world)
    await person.fence()
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/desk/tried",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"desk.test"), (b"content-type", b"application/x-www-form-urlencoded")],
    }
    app = Starlette(routes=routes_at("/desk", desk_app(world.desk, [*COLLECTIONS, TRIED])))
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 400


async def test_a_database_that_is_down_makes_everybody_nobody(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    steward = await world.as_steward()

    async def fails(self: Visits, token: str, at: object) -> None:
        raise DatabaseError("it is down")

    monkeypatch.setattr(Visits, "visitor", fails)
    for path in ("/team", "/nowhere"):
        answer = await steward.get(path)
        assert answer.status_code == 503
        assert "Sign out" not in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/..//evil.example",
        "/%0d%0aSet-Cookie:x=y",
        "/\r\nx",
    ],
)
async def test_nobody_is_sent_elsewhere(world: DeskWorld, to: str) -> None:
    person = await somebody(world)
    answer = await person.get("/go", params={"to": to})
    if answer.status_code == 303:
        location = answer.headers["location"]
        assert str(httpx.URL("http://desk.test/").join(location)).startswith("http://desk.test/")
        assert location.startswith("/desk/")
        assert "x" not in answer.headers
    else:
        assert answer.status_code == 500, "a page that tries is at fault"


async def test_what_was_told_is_said_once_and_only_as_words_of_ours(world: DeskWorld) -> None:
    person = await somebody(world)
    answer = await person.get("/go", params={"to": "/sign-in", "told": "<b>Done</b> & saved. Дело"})
    page = await person.after(answer)
    assert "&lt;b&gt;Done&lt;/b&gt; &amp; saved. Дело" in page.text
    assert "Done" not in (await person.get("/sign-in")).text
    told = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    other = await somebody(world)
    await other.fence()
    other.client.cookies.set("desk-told", told, domain="desk.test", path="/desk")
    assert "Done" not in (await other.get("/sign-in")).text, "it was told to somebody else"
    person.client.cookies.set("desk-told", "WyJFdmlsIl0.made-up", domain="desk.test", path="/desk")
    assert "Evil" not in (await person.get("/sign-in")).text


async def test_the_cookies_are_out_of_reach_and_of_the_desk_alone(tmp_path: Path) -> None:
    async with desk_world(tmp_path) as world:
        plain = await client_of(world).get("/desk/sign-in")
        assert re.fullmatch(r"desk=[\w-]{43}; HttpOnly; Path=/desk; SameSite=lax", plain.headers["set-cookie"]), (
            plain.headers["set-cookie"]
        )
    (tmp_path / "tls").mkdir()
    async with desk_world(tmp_path / "tls", base_url="https://desk.test/desk") as world:
        behind_tls = await client_of(world).get("https://desk.test/desk/sign-in")
        assert re.fullmatch(
            r"__Host-desk=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", behind_tls.headers["set-cookie"]
        ), behind_tls.headers["set-cookie"]


async def test_whoever_asks_for_links_again_and_again_has_to_wait(world: DeskWorld) -> None:
    async with client_of(world, address="203.0.113.7") as client:
        person = Person(client)
        for _ in range(ASKING_AT_ONCE):
            assert (await person.post("/sign-in", {"email": "nobody@example.org"})).status_code == 200
        answer = await person.post("/sign-in", {"email": "nobody@example.org"})
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "60"
        assert "Wait a minute" in answer.text
        assert (await person.get("/sign-in")).status_code == 200, "the rest of the desk stays open"


async def test_a_flood_from_one_address_is_held_back_before_anything_is_looked_up(
    world: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service_directory.desk.web.app.Limits", lambda **_: Limits(at_once=2, a_second=1e-9))
    async with client_of(world, address="203.0.113.7") as client:
        statuses = [(await client.get("/desk/numbers/1")).status_code for _ in range(4)]
        assert statuses == [200, 200, 429, 429]
        assert (await client.get("/desk/numbers/1")).headers["retry-after"] == "60"
