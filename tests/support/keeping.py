"""What somebody at a service does in a browser: open a page, type into its form, press a button."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx

from tests.support.desk import Person


class _Form(HTMLParser):
    """What a browser would send of the first form on a page that leads to an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.select, self.area = action, False, "", ""
        self.pairs: list[tuple[str, str]] = []
        self.first: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = told.get("action") == self.action
        if not self.inside:
            return
        if tag == "input" and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.pairs.append((told["name"], told.get("value", "y")))
        elif tag == "select":
            self.select = told["name"]
            self.first.pop(self.select, None)
        elif tag == "option" and self.select:
            self.first.setdefault(self.select, told["value"])
            if "selected" in told:
                self.first[self.select] = told["value"]
        elif tag == "textarea":
            self.area = told["name"]
            self.pairs.append((self.area, ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            name, before = self.pairs[-1]
            # A browser leaves out the line break with which WTForms begins.
            self.pairs[-1] = (name, before + (data.removeprefix("\r\n").removeprefix("\n") if not before else data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select" and self.select:
            self.pairs.append((self.select, self.first[self.select]))
            self.select = ""
        elif tag == "form":
            self.inside = False


async def filled(person: Person, path: str, typed: dict[str, str | list[str]], *, to: str = "") -> httpx.Response:
    """Open a page, type into its form (what is left out stays as it stood there), and send it."""
    page = await person.get(path)
    assert page.status_code == 200, (path, page.status_code)
    return await sent(person, page, typed, to=to or path.partition("?")[0])


async def sent(person: Person, page: httpx.Response, typed: dict[str, str | list[str]], *, to: str) -> httpx.Response:
    """Type into the form of a page that stands there already, and send it."""
    form = _Form(f"/desk{to}")
    form.feed(page.text)
    assert form.pairs, f"no form leads to {to}"
    data: dict[str, str | list[str]] = {}
    for name, value in form.pairs:
        kept = data.get(name)
        data[name] = value if kept is None else [*([kept] if isinstance(kept, str) else kept), value]
    return await person.post(to, {**data, **typed})


def words(page: httpx.Response) -> str:
    """What a page says, without its markup."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    plain = re.sub(r"<[^>]+>", " ", main)
    for mark, letter in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(mark, letter)
    return " ".join(plain.split())
