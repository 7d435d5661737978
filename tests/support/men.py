"""Whole journeys of men, as YAML: who he is, which hour it is where he sits, what he does, and what he must have in
his hands when it ends. tests/journeys/men/README.md tells the keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.arrival import Taken
from bot.rooms import Rooms
from bot.terminal import Talk
from safety.bank_holidays import bank_holidays
from safety.blandness import is_bland
from safety.envelope import LEAVE, URGENT, Message, Turn
from safety.lifelines import Lifelines
from tests.support.world import Clock, Phone

NATIONS = {
    "England": "E92000001",
    "Wales": "W92000004",
    "Scotland": "S92000003",
    "Northern Ireland": "N92000002",
}
CHANNELS = ("telegram", "web", "terminal")
ACTS = ("opens", "types", "taps", "commands", "sends", "later")
SIGHTS = ("reads", "not", "offered", "not_offered", "numbers", "open", "cards", "gone", "silent")

NEVER = re.compile(
    r"""!
      | \b(?:she|hers?|herself)\b             # whoever hurts him has no sex here
      | you\ should\ leave | why\ didn.?t\ you | you\ must\ report
      | dial\ 55 | 99955                      # 55 is pressed when the recorded message asks, and only then
      | commit(?:ted)?\ suicide | anything\ stupid
      | man\ up | be\ strong | be\ brave
      | accredited | approved | vetted | I\ understand | here\ for\ you
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What no man is ever told (reference: the words that men and helplines asked to be left out)."""

_LONDON = ZoneInfo("Europe/London")
_WHEN = re.compile(r"(?P<weekday>\w+day) (?P<day>\d{1,2} \w+ \d{4}), (?P<time>\d\d:\d\d)")
_MINUTES = re.compile(r"(?P<n>\d+) (?P<unit>minutes?|hours?)")
_FIXED = frozenset({LEAVE.token, URGENT.token})


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that he does, and what he must then see."""

    act: str
    what: str
    sights: Mapping[str, object]
    line: int


@dataclass(frozen=True, slots=True)
class Journey:
    """One man from his first look to the end. ``when`` is the hour in London at which he begins."""

    name: str
    title: str
    who: str
    when: datetime
    holiday: bool
    nation: str
    channel: str
    topics: tuple[str, ...]
    talk: tuple[Beat, ...]
    by_the_end: Mapping[str, object]


def read_journey(path: Path) -> Journey:
    """Read one; ValueError when it is not as the README says, or its weekday is not that date's."""
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    known = {"title", "who", "when", "holiday", "nation", "channel", "topics", "talk", "by_the_end"}
    if unknown := set(told) - known:
        raise ValueError(f"{path.name}: {sorted(unknown)} is nothing that a journey has")
    if told["nation"] not in NATIONS or told["channel"] not in CHANNELS:
        raise ValueError(f"{path.name}: no such nation or channel")
    holiday = bool(told.get("holiday", False))
    when = _when(told["when"])
    if (when.date() in bank_holidays(NATIONS[told["nation"]], when.year)) is not holiday:
        raise ValueError(f"{path.name}: {when:%d %B %Y} is {'no' if holiday else 'a'} bank holiday there")
    beats = tuple(_beat(entry, number, path.name) for number, entry in enumerate(told["talk"], 1))
    return Journey(
        name=path.stem,
        title=told["title"],
        who=told["who"],
        when=when,
        holiday=holiday,
        nation=told["nation"],
        channel=told["channel"],
        topics=tuple(told["topics"]),
        talk=beats,
        by_the_end=_sights(told["by_the_end"], path.name),
    )


def _when(told: str) -> datetime:
    match = _WHEN.fullmatch(told)
    if match is None:
        raise ValueError(f"{told!r} is not like 'Sunday 29 November 2026, 03:05'")
    when = datetime.strptime(f"{match['day']} {match['time']}", "%d %B %Y %H:%M").replace(tzinfo=_LONDON)
    if f"{when:%A}" != match["weekday"]:
        raise ValueError(f"{told!r} is a {when:%A}")
    return when


def _beat(entry: dict[str, object], number: int, name: str) -> Beat:
    acts = [key for key in entry if key in ACTS]
    if len(acts) != 1:
        raise ValueError(f"{name}: turn {number} says {acts or 'nothing'} of what he does; it must be one thing")
    sights = {key: value for key, value in entry.items() if key != acts[0]}
    return Beat(acts[0], str(entry[acts[0]]), _sights(sights, f"{name}: turn {number}"), number)


def _sights(told: Mapping[str, object], where: str) -> Mapping[str, object]:
    if unknown := set(told) - set(SIGHTS):
        raise ValueError(f"{where}: {sorted(unknown)} is nothing that can be seen")
    return told


@dataclass
class Man:
    """A man with his phone or his keyboard, and the whole program behind it."""

    rooms: Rooms
    clock: Clock
    journey: Journey
    read: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    turn: Turn | None = None

    def __post_init__(self) -> None:
        self._phone = Phone(self.rooms, self.clock, chat=f"42{self.journey.name}", channel=self.journey.channel)
        self._talk = Talk(self.rooms.conversation) if self.journey.channel == "terminal" else None

    async def lives_it(self) -> None:
        """Go the whole way. AssertionError, with the turn, what he did and all he read, where it does not hold."""
        self.clock.now = self.journey.when
        for beat in self.journey.talk:
            try:
                await self._does(beat)
                self._sees(beat)
            except (AssertionError, LookupError) as fault:
                raise AssertionError(
                    f"{self.journey.name}, turn {beat.line} ({beat.act}: {beat.what}): {fault}\n\n"
                    f"He reads:\n{self._last()}\n\nButtons: {', '.join(self.labels)}"
                ) from None
        missing = [fault for fault in self._lacking(self.journey.by_the_end, "\n".join(self.read))]
        assert not missing, f"{self.journey.name}, by the end: {'; '.join(missing)}"

    # what he does

    async def _does(self, beat: Beat) -> None:
        if beat.act == "later":
            match = _MINUTES.fullmatch(beat.what)
            assert match, f"{beat.what!r} is not like '4 minutes'"
            self.clock.forward(**{match["unit"].rstrip("s") + "s": int(match["n"])})
            return
        self.clock.forward(seconds=20)
        turn = await (self._at_the_keyboard(beat) if self._talk else self._on_the_phone(beat))
        if beat.sights.get("silent"):
            assert turn is None, "he is answered"
            return
        assert turn is not None, "he is not answered"
        self.turn = turn
        self.labels = [button.label for message in turn.messages for row in message.rows for button in row]
        self.read += [message.text for message in turn.messages]
        if turn.kind == "full":
            for message in turn.messages:
                self._holds_always(message)
            if not all(message.card for message in turn.messages):  # more of a card: the rest still stands
                self._leads_on(turn.messages)

    async def _on_the_phone(self, beat: Beat) -> Turn | None:
        phone = self._phone
        match beat.act:
            case "opens" if self.journey.channel == "web":
                turn = await self.rooms.conversation.show(phone.address)
                phone.standing = dict(enumerate(turn.messages, 1_000_000))
                return turn
            case "opens":
                taken = await phone.commands("start")
            case "types":
                self.typed.append(beat.what)
                taken = await phone.says(beat.what)
            case "taps":
                taken = await phone.taps(beat.what)
            case "commands":
                taken = await phone.commands(beat.what)
            case _:
                taken = await phone.sends(beat.what)
        if self.journey.channel == "web" and taken is Taken.ANSWERED and not all(m.card for m in phone.turn.messages):
            # A page holds one turn, and the next takes its place.
            phone.standing = {n: m for n, m in phone.standing.items() if m in phone.turn.messages}
        return phone.turn if taken in (Taken.ANSWERED, Taken.LEFT) else None

    async def _at_the_keyboard(self, beat: Beat) -> Turn | None:
        assert self._talk is not None
        if beat.act == "opens":
            return await self._talk.begin()
        assert beat.act in ("types", "taps"), "a keyboard has words and labels"
        if beat.act == "taps" and beat.what not in self.labels:
            raise LookupError(f"there is no {beat.what!r}")
        if beat.act == "types":
            self.typed.append(beat.what)
        return await self._talk.say(beat.what)

    # what he sees

    def _last(self) -> str:
        return "" if self.turn is None else "\n---\n".join(message.text for message in self.turn.messages)

    def _sees(self, beat: Beat) -> None:
        missing = list(self._lacking(beat.sights, self._last()))
        assert not missing, "; ".join(missing)

    def _lacking(self, sights: Mapping[str, object], text: str) -> Iterator[str]:
        """What he should have seen in this text and has not."""
        seen = _plain(text)
        for words in _each(sights.get("reads")):
            if not any(_plain(way) in seen for way in words.split(" | ")):
                yield f"he does not read {words!r}"
        for words in _each(sights.get("not")):
            if _plain(words) in seen or any(_plain(words) == _plain(label) for label in self.labels):
                yield f"he reads {words!r}"
        for label in _each(sights.get("offered")):
            if not any(way in self.labels for way in label.split(" | ")):
                yield f"he is not offered {label!r}"
        for label in _each(sights.get("not_offered")):
            if label in self.labels:
                yield f"he is offered {label!r}"
        for key in _each(sights.get("numbers")):
            if self._lines.lifeline(key).number not in text:
                yield f"he does not read the number of {key}"
        for key in _each(sights.get("open")):
            line = self._lines.lifeline(key)
            if line.number not in text or not line.is_open(self.clock()):
                yield f"he has no number of {key}, or nobody answers it at that hour"
        yield from self._lacking_around(sights)

    def _lacking_around(self, sights: Mapping[str, object]) -> Iterator[str]:
        cards = [] if self.turn is None else [message for message in self.turn.messages if message.card]
        if "cards" in sights and bool(cards) is not sights["cards"]:
            yield f"he sees {len(cards)} services"
        if sights.get("gone"):
            standing = [message for message in self._phone.standing.values() if message not in self._left()]
            if standing:
                yield f"{len(standing)} messages still stand in the chat"
            if self.turn is None or self.turn.kind != "left":
                yield "he has not left"

    def _left(self) -> Sequence[Message]:
        return () if self.turn is None else self.turn.messages

    # what holds in every message

    @property
    def _lines(self) -> Lifelines:
        return self.rooms.lifelines

    def _holds_always(self, message: Message) -> None:
        assert self._lines.helpline.number in message.text, "a message without the helpline"
        labels = {button.token for row in message.rows for button in row}
        assert LEAVE.token in labels, "a message without a way out"
        assert is_bland(message.first), f"a first line that is not bland: {message.first!r}"
        assert any(line.number in message.text and line.is_open(self.clock()) for line in self._lines.lines()), (
            "no number in this message is answered at this hour"
        )
        said = message.text if not message.card else ""  # a service's own words are its own
        assert not (found := NEVER.search(said)), f"nobody should be told {found[0]!r}"
        for words in self.typed:
            assert len(words.split()) < 4 or _plain(words) not in _plain(message.text), "his own words come back"

    def _leads_on(self, messages: Sequence[Message]) -> None:
        ways = {button.token for message in messages for row in message.rows for button in row} - _FIXED
        assert ways, "nothing leads on from here"


def _plain(text: str) -> str:
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().split())


def _each(told: object) -> Iterable[str]:
    if told is None:
        return ()
    return [str(words) for words in told] if isinstance(told, list) else (str(told),)
