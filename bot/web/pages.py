"""The pages: what comes before the chat, a turn, what is told of leaving and of privacy, and the calm page for when
something went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.about import About
from bot.web.around import Around
from bot.web.linking import Verbs, to_html, to_line
from bot.web.security import new_nonce
from dialogs.texts import ABOUT
from dialogs.words import ENGLISH
from safety.envelope import LEAVE, URGENT, Button, Message, Turn
from safety.lifelines import Lifelines

IDLE_MINUTES: Final = 10
"""After so long without a touch the page blanks itself."""

_FIXED: Final = frozenset({LEAVE.token, URGENT.token})
# What the engine calls the buttons that stand under many questions: the end of several choices, and other languages.
_DONE: Final = "_done"
_IN_LANGUAGE: Final = "_in_"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message. ``quiet`` ones (Skip, Why, Back) answer nothing and stand back a little. ``pressed``
    says of one of several choices whether it is ticked; it is None where only one can be chosen. ``lang`` is set where
    the label is in a language of its own.
    """

    label: str
    token: str
    quiet: bool = False
    pressed: bool | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the page shows it. ``reached``: it is a card with a number to call or to text."""

    title: Markup | None
    body: Markup
    rows: tuple[tuple[Choice, ...], ...]
    card: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """A whole turn as the page shows it: what every message repeats is shown once, beneath."""

    messages: tuple[Shown, ...]
    footers: tuple[Markup, ...]
    urgent: Button | None
    leave: Button

    @property
    def languages(self) -> tuple[Choice, ...]:
        """The buttons that go on in another language."""
        return tuple(choice for shown in self.messages for row in shown.rows for choice in row if choice.lang)

    @property
    def first_reached(self) -> Shown | None:
        """The first card with a number: what a call leaves behind is told above it."""
        return next((shown for shown in self.messages if shown.reached), None)


class Pages:
    """Renders every page. Holds no state but the templates and what never changes."""

    def __init__(
        self,
        *,
        exit_url: str,
        lifelines: Callable[[], Lifelines],
        session_minutes: int,
        encrypted: bool,
        about: About,
    ) -> None:
        self._lifelines = lifelines
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._about = about
        self._environment.globals.update(
            complaints_office=to_line("https://ico.org.uk/make-a-complaint"),
            encrypted=encrypted,
            exit_url=exit_url,
            idle_minutes=IDLE_MINUTES,
            new_nonce=new_nonce,
            session_minutes=session_minutes,
        )

    def turn(self, turn: Turn, say: Around, *, part: str | None, aside: bool = False) -> str:
        """The page of a turn. ``part`` is the language of the page that only needs what changes, None for a whole page.

        ``aside``: what is shown leaves the present question standing, so there is a way back to it instead of a box to
        type an answer in.
        """
        return self._render("turn.html", say, part=part, screen=_screen(turn, say), aside=aside)

    def before(self, turn: Turn, say: Around, *, part: str | None) -> str:
        """What comes before the chat: how to leave, and what leaving can't hide. ``turn`` is the first one, whose ways
        to help and out, and to other languages, are here already."""
        return self._render("before.html", say, part=part, screen=_screen(turn, say))

    def trouble(self, turn: Turn, *, part: str | None) -> str:
        """The page that says what could not be done, with a way back. In English: whose chat it is may be unknown."""
        say = Around()
        return self._render("trouble.html", say, part=part, screen=_screen(turn, say), swaps=False)

    def leaving(self, say: Around, *, part: str | None) -> str:
        """What leaving does and does not hide."""
        return self._render("leaving.html", say, part=part)

    def privacy(self, say: Around, *, part: str | None) -> str:
        """Who runs this, what is kept, why the law allows it, and what he can ask for."""
        slots = self._about.slots()
        said = {name: to_line(slots.get(name, ENGLISH.unnamed)) for name in ABOUT}
        return self._render("privacy.html", say, part=part, about=said)

    def _render(self, template: str, say: Around, *, part: str | None, swaps: bool = True, **values: object) -> str:
        layout = "page.html" if part is None else "part.html"
        # A page that stands there in another language needs its surroundings anew as well.
        changed = swaps and part != say.lang
        lines = self._lifelines()
        helpline = lines.helpline
        named = "helpline_closed" if helpline.key in lines.closed else "helpline_free" if helpline.free else "helpline"
        return self._environment.get_template(template).render(
            layout=layout, say=say, changed=changed, helpline=to_line(helpline.number), helpline_named=named, **values
        )


def _screen(turn: Turn, say: Around) -> Screen:
    fixed = {button.token: button for message in turn.messages for row in message.rows for button in row}
    verbs = Verbs(say.heard("calling"), say.heard("texting"))
    # The helpline, and beside it a line that is open now: what a messenger has in one line stands in two here.
    footers = dict.fromkeys(line for message in turn.messages for line in message.footer.split(" · ") if line)
    return Screen(
        messages=tuple(_shown(message, verbs) for message in turn.messages),
        footers=tuple(to_line(footer, verbs) for footer in footers),
        urgent=fixed.get(URGENT.token),
        leave=fixed.get(LEAVE.token, LEAVE),
    )


def _shown(message: Message, verbs: Verbs) -> Shown:
    """The bland first line is for lock screens: it is shown only where a message has nothing else to say."""
    text = message.body or message.first
    several = any(_option(button) == _DONE for row in message.rows for button in row)
    rows = tuple(row for row in (tuple(_choices(row, several=several)) for row in message.rows) if row)
    title: Markup | None = None
    if message.card:
        name, *facts = text.split("\n")
        # Each line of a card is a fact of its own; apart they can be read at a glance.
        title, text = to_line(name, verbs), "\n\n".join(facts)
    body = to_html(text, asks=bool(rows) and not message.card, verbs=verbs)
    return Shown(
        title=title,
        body=body,
        rows=rows,
        card=message.card,
        reached=message.card and ('"tel:' in body or '"sms:' in body),
    )


def _choices(row: tuple[Button, ...], *, several: bool) -> Iterator[Choice]:
    for button in row:
        option = _option(button)
        if button.token in _FIXED:
            continue
        if option.startswith(_IN_LANGUAGE):
            yield Choice(button.label, button.token, quiet=True, lang=option.removeprefix(_IN_LANGUAGE))
        elif option.startswith("_") or not several:
            yield Choice(button.label, button.token, quiet=option.startswith("_") and option != _DONE)
        else:
            # The tick is said by the state of the button, which a screen reader has its own words for.
            label = button.label.removeprefix(ENGLISH.tick)
            yield Choice(label, button.token, pressed=label != button.label)


def _option(button: Button) -> str:
    return button.token.partition(".")[2]
