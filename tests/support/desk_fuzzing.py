"""Any request to any page of the desk: paths, queries and forms that nobody meant, and some that almost are right."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx
from hypothesis import strategies as st
from sqlalchemy import update

from service_directory.desk.people import Role, as_text
from service_directory.desk.tables import AccountRow
from service_directory.desk.web.pages import Page, Pages
from tests.support.desk import SERVICE, DeskWorld, Person

#: What somebody who wants to break in would write; none of it may come out as it went in.
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE service; --",
    "1 OR 1=1",
    "{{7*1913}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "${7*1913}",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "https://evil.example/",
    "//evil.example",
    "a\r\nSet-Cookie: evil=1",
    "%00%0a",
    "\u202egnp.exe",
    "9" * 400,
    "-1",
    "NaN",
    "0000-00-00",
    "2026-02-31",
    "99:99",
    "e" * 3000,
)
_NUMBERS = ("0", "1", "2", "3", "2147483647", "2147483648", "9" * 30)
ROLES = ("nobody", "steward", "lead", "editor", "keeper")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    role: str
    page: Page
    path: str
    query: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What stands in the forms and links of the pages as they are: names of fields, values, whole paths."""

    names: Sequence[str]
    values: Sequence[str]
    paths: Sequence[str]


async def learn(people: Mapping[str, Person], *, most: int = 40) -> Vocabulary:
    """Go where links lead, as everybody, some way; note what the forms and links there hold."""
    names, values, paths = {"q", "page", "x"}, {""}, set()
    for person in people.values():
        ahead: list[str] = ["/"]
        seen: set[str] = set()
        while ahead and len(seen) < most:
            path = ahead.pop(0)
            seen.add(path)
            answer = await person.get(path)
            text = answer.text if answer.status_code != 303 else f'href="{answer.headers["location"]}"'
            names |= set(re.findall(r'\sname="([^"]+)"', text)) - {"fence", "viewport", "robots"}
            values |= {html.unescape(value) for value in re.findall(r'\svalue="([^"]{1,80})"', text)}
            found = [html.unescape(path) for path in re.findall(r'\b(?:href|action)="/desk(/[^"#]*)"', text)]
            paths |= {path.partition("?")[0] for path in found}
            ahead += [path for path in dict.fromkeys(found) if path not in seen and path not in ahead]
    return Vocabulary(sorted(names), sorted(values), sorted(paths))


async def everybody(world: DeskWorld) -> dict[str, Person]:
    """Somebody of each kind."""
    return {role: await somebody(world, role) for role in ROLES}


async def somebody(world: DeskWorld, role: str) -> Person:
    """Somebody of one kind, whose account is open whatever was done to it before."""
    columns = AccountRow.__table__.c
    wanted = {"Sam Steward": Role.STEWARD, "Lee Lead": Role.LEAD, "Edie Editor": Role.EDITOR}
    async with world.desk.database.write() as connection:
        for name, held in wanted.items():
            whole = {"closed_at": None, "joined_at": world.clock(), "roles": as_text(frozenset({held}))}
            await connection.execute(update(AccountRow).where(columns.name == name).values(whole))
    come = {
        "nobody": world.as_nobody,
        "steward": world.as_steward,
        "lead": world.as_lead,
        "editor": world.as_editor,
        "keeper": world.as_keeper,
    }
    return await come[role]()


def requests(collections: Sequence[Pages], vocabulary: Vocabulary) -> st.SearchStrategy[Asked]:
    """Any request to any of the pages, by anybody."""
    text = st.text(st.characters(codec="utf-8"), max_size=30)
    value = st.one_of(st.sampled_from(vocabulary.values), st.sampled_from(NASTY), st.sampled_from(_NUMBERS), text)
    name = st.one_of(st.sampled_from(vocabulary.names), text)
    place = st.one_of(st.sampled_from([SERVICE, *_NUMBERS]), st.sampled_from(NASTY), text)
    fields = st.lists(st.tuples(name, value), max_size=12).map(tuple)
    pages = [page for collection in collections for page in collection.pages]

    def asked(page: Page) -> st.SearchStrategy[Asked]:
        allowed = [role for role in ROLES if role in page.may or "anybody" in page.may]
        # Mostly those who get past the door: what is behind it is to be tried.
        role = st.one_of(st.sampled_from(allowed), st.sampled_from(allowed), st.sampled_from(ROLES))
        path = st.lists(place, min_size=6, max_size=6).map(lambda places: filled(page.path, places))
        meant = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", page.path))
        if known := [one for one in vocabulary.paths if meant.fullmatch(one)]:
            path = st.one_of(st.sampled_from(known), st.sampled_from(known), path)
        form = fields if page.method == "POST" else st.just(())
        return st.builds(Asked, role, st.just(page), path, fields, form)

    return st.sampled_from(pages).flatmap(asked)


def filled(path: str, places: Sequence[str]) -> str:
    """A path with something in each of its places; what it may hold is another matter."""
    left = list(places)

    def fill(found: re.Match[str]) -> str:
        given = left.pop(0)
        if given == "1" and found[1] == "service_id":
            given = SERVICE
        return quote(given, safe="") or "x"

    return re.sub(r"\{(\w+)(?::\w+)?\}", fill, path)


async def answer_to(asked: Asked, person: Person) -> httpx.Response:
    """What the desk answers. A form comes as from a page of ours, or nothing behind the door would be tried."""
    if asked.page.method == "GET":
        return await person.get(asked.path, params=asked.query)
    form: dict[str, list[str]] = {}
    for name, value in asked.form:
        form.setdefault(name, []).append(value)
    return await person.post(asked.path, form)


def whats_wrong(answer: httpx.Response) -> str:
    """What no answer may be, whatever was asked: nothing, if it is none of that."""
    if answer.status_code >= 500:
        return f"it failed with {answer.status_code}"
    if not answer.headers.get("location", "/desk/").startswith("/desk/"):
        return f"it leads elsewhere: {answer.headers['location']}"
    if "evil" in str(answer.headers.get_list("set-cookie")):
        return "it set a cookie that was asked for"
    for markup in (*(nasty for nasty in NASTY if "<" in nasty), str(7 * 1913), "root:x:"):
        if markup in answer.text:
            return f"it says {markup}"
    return ""
