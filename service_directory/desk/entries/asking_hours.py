"""The page on which hours are clicked together, day by day, as a form. What cannot be clicked stays until replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData

from service_directory.desk.entries.hours_by_day import (
    ALL_DAY,
    DAY_NAMES,
    DAYS,
    HOLIDAYS,
    MIDNIGHT,
    NO_WEEK,
    Spans,
    Week,
    clock,
    in_words,
    mistakes_in,
    read_time,
    read_week,
    write_week,
)
from service_directory.desk.entries.questions import made_of, radio, text
from service_directory.desk.web.forms import DeskForm

#: How many spans a day shows at most.
MOST_SPANS: Final = 4
_WEEKDAYS: Final = DAYS[1:5]
_STATES = {"closed": "Closed", "all": "Day and night", "times": "At these times"}
_HOLIDAYS = {**_STATES, "unknown": "We have not said. Men are told that it may be closed"}


@dataclass(frozen=True, slots=True)
class HoursAsked:
    """What the page shows of some hours: how many spans each day has, and whether they can be clicked at all.

    `words` are hours that cannot be clicked together, read out; empty when they can.
    """

    notation: str
    week: Week
    spans: int
    words: str = ""

    @property
    def days(self) -> Mapping[str, tuple[str, Spans | None]]:
        """Each day by its short name: how it is called, and when somebody is there."""
        named = {short: (name, spans) for short, name, spans in zip(DAYS, DAY_NAMES, self.week.days, strict=True)}
        return {**named, HOLIDAYS: ("Bank holidays", self.week.holidays)}


@dataclass(slots=True)
class HoursRead:
    """The hours that were clicked together, and what is wrong with them by the field it stands under."""

    notation: str
    mistakes: dict[str, str] = field(default_factory=dict)


def hours_asked(notation: str, *, least: int = 1) -> HoursAsked:
    """What to ask about some hours; every day has room for `least` spans at least."""
    week = read_week(notation)
    longest = max((len(spans) for spans in (week or NO_WEEK).days), default=0)
    if week is None or longest > MOST_SPANS:
        return HoursAsked(notation, NO_WEEK, min(least, MOST_SPANS), in_words(notation))
    return HoursAsked(notation, week, min(max(longest, least), MOST_SPANS))


def hours_form(asked: HoursAsked, typed: FormData | None = None) -> DeskForm:
    """The form: for every day whether it is closed, and its times."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if asked.words:
        fields["keep"] = radio(
            "These hours", {"keep": "Leave them as they are", "replace": "Put those below in their place"}
        )
        values["keep"] = "keep"
    for short, (name, spans) in asked.days.items():
        fields[f"{short}-state"] = radio(name, _HOLIDAYS if short == HOLIDAYS else _STATES)
        values[f"{short}-state"] = _state(spans)
        for number in range(asked.spans):
            of = f"{name}, {('first', 'second', 'third', 'fourth')[number]} time"
            fields[f"{short}-from-{number}"] = text(f"{of}: from", longest=8)
            fields[f"{short}-until-{number}"] = text(f"{of}: until", longest=8)
            if spans and spans != ALL_DAY and number < len(spans):
                values[f"{short}-from-{number}"] = clock(spans[number][0])
                values[f"{short}-until-{number}"] = clock(spans[number][1] % MIDNIGHT)
    return made_of(fields, typed, values)


def with_mondays_times(typed: FormData) -> FormData:
    """What was typed, with Monday's hours on all days to Friday."""
    copied = {
        f"{day}{name.removeprefix(DAYS[0])}": value
        for name, value in typed.items()
        if name.startswith(f"{DAYS[0]}-")
        for day in _WEEKDAYS
    }
    rest = [(name, value) for name, value in typed.multi_items() if name not in copied]
    return FormData([*rest, *copied.items()])


def read_hours(asked: HoursAsked, form: DeskForm) -> HoursRead:
    """The notation of what stands in the form; the old one, word for word, where nothing was changed."""
    if asked.words and form["keep"].data != "replace":
        return HoursRead(asked.notation)
    read = HoursRead("")
    spans = {short: _day(asked, form, short, kept, read.mistakes) for short, (_, kept) in asked.days.items()}
    week = Week(tuple(spans[short] or () for short in DAYS), spans[HOLIDAYS])
    unchanged = not asked.words and week == _as_shown(asked.week)
    read.notation = asked.notation if unchanged else write_week(week)
    return read


def _day(asked: HoursAsked, form: DeskForm, short: str, kept: Spans | None, mistakes: dict[str, str]) -> Spans | None:
    state = form[f"{short}-state"].data or _state(kept)
    named = asked.days[short][0]
    found: list[tuple[int, int]] = []
    for number in range(asked.spans):
        names = (f"{short}-from-{number}", f"{short}-until-{number}")
        begins, ends = (str(form[name].data or "") for name in names)
        if not begins and not ends:
            continue
        times = [read_time(one) for one in (begins, ends)]
        for name, time, typed in zip(names, times, (begins, ends), strict=True):
            if time is None and state == "times":
                what = f"“{typed}” is not a time" if typed else "has no time"
                mistakes[name] = f"{form[name].label.text}: {what}. Write it like 9am or 17:30"
        if times[0] is not None and times[1] is not None:
            found.append((times[0] % MIDNIGHT, times[1] or MIDNIGHT))
    if state == "times":
        if not found and not any(name.startswith(f"{short}-") for name in mistakes):
            mistakes[f"{short}-from-0"] = f"{named}: give the times, or choose Closed"
        if wrong := mistakes_in(found):
            mistakes[f"{short}-from-0"] = f"{named}: {wrong}"
        return tuple(sorted(found))
    shown = _as_shown(asked.week)
    before = {**dict(zip(DAYS, shown.days, strict=True)), HOLIDAYS: shown.holidays}[short]
    if found and tuple(sorted(found)) != before:
        # He typed times and forgot to say that they count: they must not be lost.
        mistakes[f"{short}-state"] = f"{named}: choose “{_STATES['times']}”, or take the times away"
    return {"closed": (), "all": ALL_DAY}.get(state)


def _state(spans: Spans | None) -> str:
    if spans is None:
        return "unknown"
    return "all" if spans == ALL_DAY else "times" if spans else "closed"


def _as_shown(week: Week) -> Week:
    """A week as its boxes show it: until midnight is until the day's end."""

    def day(spans: Spans) -> Spans:
        return tuple(sorted((begins, ends % MIDNIGHT or MIDNIGHT) for begins, ends in spans))

    return Week(tuple(map(day, week.days)), None if week.holidays is None else day(week.holidays))
