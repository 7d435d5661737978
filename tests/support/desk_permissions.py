"""Who may ask for a page of the desk: tried as everybody who could."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable

from service_directory.desk.people import ANYBODY
from service_directory.desk.web.pages import Page
from tests.support.desk import SERVICE, DeskWorld, Person

_VALUES = {"service_id": SERVICE, "number": "1"}


def filled(path: str, **values: str) -> str:
    """A path with something in each of its places."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: {**_VALUES, **values}.get(found[1], "x"), path)


async def ask(person: Person, page: Page, path: str) -> tuple[int, str]:
    """The status of an answer, and where it leads."""
    answer = await (person.get(path) if page.method == "GET" else person.post(path))
    return answer.status_code, answer.headers.get("location", "")


def turned_away(page: Page) -> tuple[int, str]:
    """What somebody gets who is nobody here: to sign in, or for a form, to do so first."""
    return (303, "/desk/sign-in") if page.method == "GET" else (403, "")


async def faults(world: DeskWorld, page: Page) -> AsyncIterator[str]:
    """Whoever is let in and may not be, or is kept out and may come in. A form is never sent by those who may: what
    it would do is for the tests of that page.
    """
    path = filled(page.path)
    status, location = await ask(await world.as_nobody(), page, path)
    if page.may == ANYBODY:
        if status >= 500:
            yield f"it fails for nobody with {status}"
        return
    if (status, location) != turned_away(page):
        yield f"nobody gets {status} {location}"
    people: dict[str, Callable[[], Awaitable[Person]]] = {
        "steward": world.as_steward,
        "lead": world.as_lead,
        "editor": world.as_editor,
        "keeper": world.as_keeper,
    }
    for name, come in people.items():
        if name in page.may and page.method == "POST":
            continue
        status, location = await ask(await come(), page, path)
        if name not in page.may and status != 403:
            yield f"{name} is let in with {status}"
        if name in page.may and (status >= 500 or (status, location) == turned_away(page)):
            yield f"{name} is kept out with {status} {location}"
