"""The pages: a turn, the page about leaving, and the calm page for when something went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.about import About
from bot.web.linking import to_html, to_line
from bot.web.security import new_nonce
from dialogs.texts import ABOUT
from dialogs.words import ENGLISH
from safety.envelope import LEAVE, URGENT, Button, Message, Turn
from safety.lifelines import Lifelines

IDLE_MINUTES: Final = 10
"""After so long without a touch the page blanks itself."""

_FIXED: Final = frozenset({LEAVE.token, URGENT.token})


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message. ``quiet`` ones (Skip, Why, Back) answer nothing and stand back a little."""

    label: str
    token: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the page shows it."""

    title: Markup | None
    body: Markup
    rows: tuple[tuple[Choice, ...], ...]
    card: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """A whole turn as the page shows it: what every message repeats is shown once, beneath."""

    messages: tuple[Shown, ...]
    footers: tuple[Markup, ...]
    urgent: Button | None
    leave: Button


class Pages:
    """Renders every page. Holds no state but the templates and what never changes."""

    def __init__(
        self, *, exit_url: str, lifelines: Lifelines, session_minutes: int, encrypted: bool, about: About
    ) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._about = about
        self._environment.globals.update(
            encrypted=encrypted,
            exit_url=exit_url,
            helpline=to_line(lifelines.helpline.number),
            helpline_is_free=lifelines.helpline.free,
            idle_minutes=IDLE_MINUTES,
            new_nonce=new_nonce,
            session_minutes=session_minutes,
        )

    def turn(self, turn: Turn, *, part: bool, aside: bool = False) -> str:
        """The page of a turn; only the part that changes when ``part``.

        ``aside``: what is shown leaves the present question standing, so there is a way back to it instead of a box to
        type an answer in.
        """
        return self._render("turn.html", part=part, screen=_screen(turn), aside=aside)

    def trouble(self, turn: Turn, *, part: bool) -> str:
        """The page that says what could not be done, with a way back."""
        return self._render("trouble.html", part=part, screen=_screen(turn))

    def leaving(self, *, part: bool) -> str:
        """What leaving does and does not hide."""
        return self._render("leaving.html", part=part)

    def privacy(self, *, part: bool) -> str:
        """Who runs this, what is kept, why the law allows it, and what he can ask for."""
        slots = self._about.slots()
        said = {name: to_line(slots.get(name, ENGLISH.unnamed)) for name in ABOUT}
        return self._render("privacy.html", part=part, about=said)

    def _render(self, template: str, *, part: bool, **values: object) -> str:
        layout = "part.html" if part else "page.html"
        return self._environment.get_template(template).render(layout=layout, **values)


def _screen(turn: Turn) -> Screen:
    fixed = {button.token: button for message in turn.messages for row in message.rows for button in row}
    # The helpline, and beside it a line that is open now: what a messenger has in one line stands in two here.
    footers = dict.fromkeys(line for message in turn.messages for line in message.footer.split(" · ") if line)
    return Screen(
        messages=tuple(_shown(message) for message in turn.messages),
        footers=tuple(to_line(footer) for footer in footers),
        urgent=fixed.get(URGENT.token),
        leave=fixed.get(LEAVE.token, LEAVE),
    )


def _shown(message: Message) -> Shown:
    """The bland first line is for lock screens: it is shown only where a message has nothing else to say."""
    text = message.body or message.first
    rows = tuple(row for row in map(tuple, map(_choices, message.rows)) if row)
    title: Markup | None = None
    if message.card:
        name, *facts = text.split("\n")
        # Each line of a card is a fact of its own; apart they can be read at a glance.
        title, text = to_line(name), "\n\n".join(facts)
    return Shown(
        title=title,
        body=to_html(text, asks=bool(rows) and not message.card),
        rows=rows,
        card=message.card,
    )


def _choices(row: tuple[Button, ...]) -> Iterator[Choice]:
    for button in row:
        if button.token not in _FIXED:
            option = button.token.partition(".")[2]
            yield Choice(button.label, button.token, quiet=option.startswith("_"))
