"""What the desk's letters say. Each is written once, in templates/letters, and becomes plain text and HTML.

A subject and the first words of a letter show on a locked screen, in an office that others share: they say nothing of
what the directory is about. What people typed comes into a letter as words, never as markup or a link.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from service_directory.clause_words import spoken_day

#: Who letters are from. A mailbox shows it beside the subject, so it names nobody.
FROM_NAME = "Listings desk"
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, ready to be queued."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True, slots=True)
class _Block:
    kind: Literal["paragraph", "quote", "item", "button"]
    text: str
    link: str = ""


@dataclass(slots=True)
class _Sheet:
    """What a template writes on, block by block. Jinja's `call` hands the words of each as `caller`."""

    subject: str = ""
    blocks: list[_Block] = field(default_factory=list)

    def about(self, caller: Callable[[], str]) -> str:
        self.subject = _one_line(caller())
        return ""

    def paragraph(self, caller: Callable[[], str]) -> str:
        return self._add("paragraph", caller())

    def quote(self, caller: Callable[[], str]) -> str:
        return self._add("quote", caller())

    def item(self, caller: Callable[[], str]) -> str:
        return self._add("item", caller())

    def button(self, link: str, caller: Callable[[], str]) -> str:
        return self._add("button", caller(), link)

    def _add(self, kind: Literal["paragraph", "quote", "item", "button"], text: str, link: str = "") -> str:
        if text := _one_line(text):
            self.blocks.append(_Block(kind, text, link))
        return ""

    @property
    def tools(self) -> Mapping[str, Any]:
        return {
            "about": self.about,
            "paragraph": self.paragraph,
            "quote": self.quote,
            "item": self.item,
            "button": self.button,
        }


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one installation. `kept_by` is who keeps the directory; `contact` how to ask them, if known."""

    kept_by: str
    contact: str = ""

    def sign_in(self, *, link: str, minutes: int) -> Letter:
        """To somebody of the team who asked for it."""
        return self._written("sign_in", link=link, minutes=minutes)

    def invitation(self, *, name: str, invited_by: str, link: str, days: int) -> Letter:
        """To somebody who is to work at the desk under this name."""
        return self._written("invitation", name=name, invited_by=invited_by, link=link, days=days)

    def entry_link(self, *, services: Sequence[str], link: str, days: int) -> Letter:
        """To somebody at a service who asked for a link, or whom a steward sends one."""
        return self._written("entry_link", services=services, link=link, days=days)

    def reminder(self, *, entries: Sequence[tuple[str, date]], link: str, days: int, again: bool) -> Letter:
        """Whether entries are still right: asked first, or again. Each with the day on which it was last said to be."""
        last = [(name, spoken_day(day)) for name, day in entries]
        return self._written("reminder", entries=last, link=link, days=days, again=again)

    def received(self, *, service: str, link: str) -> Letter:
        """A change that a service sent in has arrived."""
        return self._written("received", service=service, link=link)

    def approved(self, *, service: str, link: str) -> Letter:
        """A change is live."""
        return self._written("approved", service=service, link=link)

    def returned(self, *, service: str, reason: str, link: str) -> Letter:
        """A change needs something more before it can be taken."""
        return self._written("returned", service=service, reason=reason, link=link)

    def edited(self, *, service: str, reason: str, link: str) -> Letter:
        """Another version of a change was put in its place."""
        return self._written("edited", service=service, reason=reason, link=link)

    def declined(self, *, service: str, reason: str, link: str) -> Letter:
        """A change was not taken."""
        return self._written("declined", service=service, reason=reason, link=link)

    def lapsing(self, *, service: str, sections: Sequence[str], last: date, link: str, days: int) -> Letter:
        """What is recorded of a service runs out. `last` is its last day."""
        return self._written("lapsing", service=service, sections=sections, last=spoken_day(last), link=link, days=days)

    def weekly(self, *, counts: Mapping[str, int], link: str) -> Letter:
        """To a steward: how much work of which kind waits."""
        return self._written("weekly", counts=counts, link=link)

    def _written(self, template: str, /, **values: Any) -> Letter:
        sheet = _Sheet()
        _WORDS.get_template(f"{template}.jinja").render(**sheet.tools, **values)
        signed = _WORDS.get_template("signature.jinja")
        signed.render(**sheet.tools, kept_by=self.kept_by, contact=self.contact)
        html = _PAGES.get_template("page.html").render(subject=sheet.subject, blocks=sheet.blocks)
        return Letter(sheet.subject, _plain(sheet.blocks), html)


def _plain(blocks: Sequence[_Block]) -> str:
    return "\n\n".join(map(_plain_block, blocks)) + "\n"


def _plain_block(block: _Block) -> str:
    if block.kind == "button":
        # An address on a line of its own, so that every mail program makes a link of the whole of it.
        return f"{block.text}:\n{block.link}"
    first, rest = {"quote": ("> ", "> "), "item": ("- ", "  ")}.get(block.kind, ("", ""))
    return textwrap.fill(
        block.text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


_LOADER = PackageLoader("service_directory.desk", "templates/letters")
# Words are made into HTML afterwards, by the page, which escapes them all.
_WORDS = Environment(loader=_LOADER, undefined=StrictUndefined, autoescape=False)  # noqa: S701
_PAGES = Environment(loader=_LOADER, undefined=StrictUndefined, autoescape=True)
