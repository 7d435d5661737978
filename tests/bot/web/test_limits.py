"""Whoever asks far too often is held back for a moment, can still leave, and is not kept in mind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from bot.web import web_app
from service_directory.serving.limits import A_SECOND, AT_ONCE, Limits, address_of
from tests.bot.web.conftest import EXIT, HERE
from tests.support.patience import PATIENCE
from tests.support.processes import running, stopped
from tests.support.scripted_talk import ScriptedTalk

ADDRESS = "203.0.113.77"


@dataclass
class Seconds:
    """Time by hand, and what was put off until later."""

    now: float = 1_000.0
    put_off: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        self.put_off.append((self.now + seconds, work))

    def forward(self, seconds: float) -> None:
        self.now += seconds
        due = [work for at, work in self.put_off if at <= self.now]
        self.put_off = [(at, work) for at, work in self.put_off if at > self.now]
        for work in due:
            work()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limits(seconds: Seconds) -> Limits:
    return Limits(seconds, seconds.later)


def through(limits: Limits, address: str, times: int) -> int:
    return sum(limits.let_through(address) for _ in range(times))


def test_a_crowd_behind_one_address_passes_and_a_flood_is_held_back_until_it_ebbs(
    limits: Limits, seconds: Seconds
) -> None:
    assert through(limits, ADDRESS, 1_000) == AT_ONCE
    assert through(limits, "203.0.113.78", 10) == 10
    seconds.forward(1)
    assert through(limits, ADDRESS, 1_000) == A_SECOND
    seconds.forward(1_000)
    assert through(limits, ADDRESS, 1_000) == AT_ONCE


def test_a_new_address_each_hour_is_no_new_bucket_on_ipv6(limits: Limits) -> None:
    assert through(limits, "2001:db8:1:2::1", 1_000) == AT_ONCE
    assert not limits.let_through("2001:db8:1:2:ffff::9")
    assert limits.let_through("2001:db8:1:3::1")


def test_an_address_is_the_same_whichever_way_it_is_written(limits: Limits) -> None:
    assert through(limits, ADDRESS, 1_000) == AT_ONCE
    assert not limits.let_through(f"::ffff:{ADDRESS}")


def test_who_asked_is_not_kept_and_two_minutes_later_nothing_is(limits: Limits, seconds: Seconds) -> None:
    through(limits, ADDRESS, 1_000)
    for way in (ADDRESS, ADDRESS.encode(), bytes(map(int, ADDRESS.split(".")))):
        assert repr(way)[1:-1] not in repr(vars(limits))
    key = limits._key
    assert len(key) == 32
    seconds.forward(60)
    seconds.forward(60)
    assert not limits._full_at
    assert limits._key == b""
    assert not seconds.put_off
    limits.let_through(ADDRESS)
    assert limits._key != key


def test_a_bucket_in_use_outlives_the_sweep(limits: Limits, seconds: Seconds) -> None:
    seconds.forward(0)
    limits.let_through("203.0.113.78")
    seconds.forward(59)
    assert through(limits, ADDRESS, 1_000) == AT_ONCE
    seconds.forward(1)
    assert through(limits, ADDRESS, 1_000) == A_SECOND
    assert len(limits._full_at) == 1


def test_more_addresses_than_can_be_held_all_pass(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service_directory.serving.limits._MOST", 10)
    for number in range(100):
        assert limits.let_through(f"203.0.113.{number}")
    assert len(limits._full_at) == 10


@given(st.text(max_size=60))
def test_what_is_no_address_is_let_through(text: str) -> None:
    assert through(Limits(lambda: 0.0, lambda *_: None), f"{text}?", 400) == 400


def request(*headers: tuple[str, str], peer: str | None = "203.0.113.9") -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": (peer, 4711) if peer else None})


def test_without_a_proxy_no_header_is_believed() -> None:
    assert address_of(request(("X-Forwarded-For", ADDRESS), ("X-Real-IP", ADDRESS)), None) == "203.0.113.9"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "testclient", None])
def test_a_request_from_this_machine_is_nobody_s(peer: str | None) -> None:
    """It comes through a proxy that we were not told of: all of its visitors must not share one bucket."""
    assert address_of(request(peer=peer), None) == ""


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([("X-Forwarded-For", ADDRESS)], ADDRESS),
        ([("X-Forwarded-For", f"198.51.100.1, {ADDRESS}")], ADDRESS),
        ([("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", ADDRESS)], ADDRESS),
        ([("X-Real-IP", "198.51.100.1")], ""),
        ([], ""),
    ],
)
def test_with_a_proxy_its_own_word_counts_and_not_what_a_visitor_claimed(
    headers: list[tuple[str, str]], address: str
) -> None:
    assert address_of(request(*headers, peer="10.0.0.2"), "x-forwarded-for") == address


@pytest.fixture
def flooding(talk: ScriptedTalk, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A client behind an address from which there was one request too many."""
    monkeypatch.setattr("bot.web.app.Limits", lambda: Limits(at_once=1, a_second=1e-9))
    app = web_app(
        talk,
        lifelines=talk.lifelines,
        exit_url=EXIT,
        session_minutes=60,
        secure_cookies=False,
        clock=talk.clock,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(ADDRESS, 4711)), base_url=HERE)


async def test_the_page_of_one_held_back_has_the_helpline_and_the_way_out(
    flooding: httpx.AsyncClient, talk: ScriptedTalk
) -> None:
    async with flooding as client:
        assert (await client.post("/", data={"token": "0.ok"})).status_code == 303
        for answer in (
            await client.get("/"),
            await client.post("/", data={"token": "1.talk"}),
            await client.post("/", data={"words": "hello"}, headers={"X-Part": "en-GB"}),
        ):
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "60"
            assert answer.headers["x-kind"] == "trouble"
            assert "0808 800 1170" in answer.text
            assert 'value="x"' in answer.text
            assert "wait a minute" in answer.text
        assert [arrival.what for arrival in talk.heard if "hello" in str(arrival.what)] == []


@pytest.mark.parametrize("part", [{}, {"X-Part": "en-GB"}], ids=["page", "part"])
@pytest.mark.parametrize(
    ("path", "form"), [("/leave", {}), ("/", {"token": "x"}), ("/", {"words": "exit"}), ("/", {"words": "shes back"})]
)
async def test_one_held_back_can_still_leave(
    flooding: httpx.AsyncClient, talk: ScriptedTalk, path: str, form: dict[str, str], part: dict[str, str]
) -> None:
    async with flooding as client:
        await client.post("/", data={"token": "0.ok"})
        answer = await client.post(path, data=form, headers=part)
        assert answer.status_code in (204, 303)
        assert not client.cookies
        assert not talk.places


async def test_one_held_back_still_gets_the_page_s_own_files(flooding: httpx.AsyncClient) -> None:
    async with flooding as client:
        for _ in range(3):
            for path in ("/static/chat.css", "/static/chat.js"):
                assert (await client.get(path)).status_code == 200


async def test_the_program_says_nothing_of_who_came(tmp_path: Path) -> None:
    async with running(tmp_path, "--with-example-directory", PROXY_HEADER="X-Forwarded-For") as (process, said):
        where = said[said.index("http://") :].split()[0]
        async with httpx.AsyncClient(base_url=where, headers={"X-Forwarded-For": ADDRESS}, timeout=PATIENCE) as client:
            for _ in range(5):
                await client.get("/?odd=zqxj")
                await client.post("/", data={"words": "zqxj"})
            # While a busy machine answers slowly, tokens come back; so many ask at once, until it is too much.
            statuses: set[int] = set()
            async with asyncio.timeout(PATIENCE):
                while 429 not in statuses:
                    answers = await asyncio.gather(*(client.get("/") for _ in range(40)))
                    statuses |= {answer.status_code for answer in answers}
        code, rest = await stopped(process)
    assert code == 0
    for told in (ADDRESS, "127.0.0.1:", "zqxj", "429", "GET"):
        assert told not in (said + rest).replace(where, "")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert ADDRESS.encode() not in file.read_bytes()
