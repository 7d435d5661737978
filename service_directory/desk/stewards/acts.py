"""The acts: suspend, resume, record a check, and what only stewards decide of an entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from service_directory.changes import Change, Row, Value, difference
from service_directory.clause_words import section_name, spoken_day
from service_directory.criteria import SECTIONS
from service_directory.desk.stewards.acting import Act, add
from service_directory.desk.stewards.changing import Changing, Done
from service_directory.desk.stewards.common import (
    CheckboxesField,
    DayField,
    WhyForm,
    optional_day,
    today,
)
from service_directory.desk.web.forms import Help
from service_directory.desk.web.pages import Call
from service_directory.model import ServiceRow
from service_directory.numbers import display_number
from service_directory.placed import SPACES_FOR
from service_directory.standing import Explanation, NotDone

_WHOLE = ("", "The whole service")


def said_after(told: Explanation) -> str:
    """Whether men are shown it now, in a sentence."""
    if told.last_day is None:
        return f"{told.name} is not shown to men now."
    return f"{told.name} is shown to men now, until {spoken_day(told.last_day)} as things are recorded."


def said_of(done: Done) -> str:
    """What came of a change, in a sentence or two."""
    told = "Saved." if done.written else ""
    if done.proposal is not None:
        told += f" What leads men elsewhere waits for another person (proposal {done.proposal})."
    if done.lost:
        told += f" Words were taken out of the history, so this could not be put back: {', '.join(done.lost)}."
    return told.strip() or "Nothing was changed."


# --- suspend and resume


class SuspendForm(WhyForm):
    section = SelectField(
        "What", choices=dict([_WHOLE, *((code, section_name(code).rstrip(",")) for code in SECTIONS)])
    )
    until = optional_day("Last day", "It is shown again from the day after. Leave it out for until further notice.")


async def _suspend(call: Call, service: ServiceRow, form: SuspendForm) -> str:
    told = await call.desk.stewarding.suspend(
        service.id,
        at=call.at,
        who=call.visitor.name,
        why=cast(str, form.why.data),
        until=form.until.data,
        section=form.section.data or None,
    )
    return f"Suspended. {said_after(told)}"


async def _resume(call: Call, service: ServiceRow, form: WhyForm) -> str:
    told = await call.desk.stewarding.resume(
        service.id, at=call.at, who=call.visitor.name, why=cast(str, form.why.data)
    )
    return f"Its suspension has ended. {said_after(told)}"


add(
    Act(
        "suspend",
        "Suspend it",
        "From this moment no man is shown it, not even one who is in the middle of a conversation. He is told nothing "
        "of the reason.",
        "Suspend it now",
        SuspendForm,
        _suspend,
        kind="danger",
    )
)
add(
    Act(
        "resume",
        "End its suspension",
        "Every suspension that is in force ends now. It is shown again if all the rest of the rule holds.",
        "End it",
        WhyForm,
        _resume,
    )
)


# --- tried and asked


class CheckedForm(WhyForm):
    ways = CheckboxesField("Which did you try?", description=Help("Ring it, or write to it, as a man would."))
    hours = BooleanField("I asked for its hours, and they are as written")
    on = DayField("When", [DataRequired("Say when you tried it.")])


def _ways(service: ServiceRow) -> list[tuple[str, str]]:
    numbers = [(display_number(row.number), row.description, row.checked_on) for row in service.phones]
    written = [(row.email or row.url, row.description, row.checked_on) for row in service.contacts]
    return [(way, _way_said(way, label, checked)) for way, label, checked in (*numbers, *written)]


def _way_said(way: str, label: str, checked: date | None) -> str:
    last = f"last tried on {spoken_day(checked)}" if checked else "never tried"
    return f"{way} ({label}, {last})" if label else f"{way} ({last})"


def _prepare_checked(call: Call, service: ServiceRow, form: CheckedForm, new: bool) -> None:
    form.ways.choices = dict(_ways(service))
    if new:
        form.ways.data = []
        form.why.data = "tried, and found as written"
        form.on.data = today(call)


async def _checked(call: Call, service: ServiceRow, form: CheckedForm) -> str:
    if not form.ways.data and not form.hours.data:
        raise NotDone("Tick what you tried.")
    told = await call.desk.stewarding.checked(
        service.id,
        on=cast(date, form.on.data),
        at=call.at,
        who=call.visitor.name,
        why=cast(str, form.why.data),
        ways=form.ways.data or (),
        hours=bool(form.hours.data),
    )
    return f"Recorded. {said_after(told)}"


add(
    Act(
        "checked",
        "I tried it",
        "If a number does not answer, or is not what it says it is, suspend the service instead.",
        "Record it",
        CheckedForm,
        _checked,
        _prepare_checked,
    )
)


class StillRightForm(WhyForm):
    on = DayField("When they said so", [DataRequired("Say when they said so.")])


def _prepare_still_right(call: Call, service: ServiceRow, form: StillRightForm, new: bool) -> None:
    if new:
        form.why.data = "asked them; nothing has changed"
        form.on.data = today(call)


async def _still_right(call: Call, service: ServiceRow, form: StillRightForm) -> str:
    told = await call.desk.stewarding.still_right(
        service.id,
        on=cast(date, form.on.data),
        at=call.at,
        who=call.visitor.name,
        why=cast(str, form.why.data),
    )
    return f"Recorded. {said_after(told)}"


add(
    Act(
        "still-right",
        "They say it is still right",
        "You asked the service, and somebody there said that all of its entry is right as it stands.",
        "Record it",
        StillRightForm,
        _still_right,
        _prepare_still_right,
    )
)


# --- what only stewards decide


class StandingForm(WhyForm):
    status = RadioField("Open or closed", choices={"open": "Open", "paused": "Paused", "closed": "Closed"})
    published = BooleanField("Published", description=Help("Its entry is complete, and men may be shown it."))
    hold_reason = StringField(
        "On hold because", [Length(max=400)], description=Help("While anything stands here, it is not shown.")
    )
    do_not_list = BooleanField(
        "It asked not to be listed", description=Help("No import brings it back, and it is shown to nobody.")
    )
    perpetrator_service = BooleanField("It works with people who do harm", description=Help("It is never shown."))
    funding_end = optional_day("Its money ends on", "Only stewards see this.")


_OWN = ("status", "published", "hold_reason", "do_not_list", "perpetrator_service", "funding_end")


def _prepare_standing(call: Call, service: ServiceRow, form: StandingForm, new: bool) -> None:
    if new:
        for name in _OWN:
            form[name].data = getattr(service, name)


async def _standing(call: Call, service: ServiceRow, form: StandingForm) -> str:
    wanted: dict[str, Value] = {name: form[name].data for name in _OWN}
    wanted["hold_reason"] = " ".join(str(wanted["hold_reason"] or "").split())

    def make(rows: Sequence[Row]) -> Sequence[Change]:
        own = next(row for row in rows if row.table == "service")
        return difference([own], [Row(own.table, own.id, own.service_id, {**own.values, **wanted})])

    done = await Changing(call.desk.directory).change(
        service.id, make, at=call.at, who=call.visitor.name, why=cast(str, form.why.data)
    )
    return f"{said_of(done)} {said_after(await call.desk.stewarding.why(service.id, call.at))}"


add(
    Act(
        "standing",
        "Whether it is listed",
        "What only stewards decide. Nothing here says that a service meets the standards: that is recorded by a "
        "decision on each section.",
        "Save",
        StandingForm,
        _standing,
        _prepare_standing,
    )
)


# --- free places


class SpacesForm(WhyForm):
    men = IntegerField("Free for men", [Optional(), NumberRange(0, 500, "Write a number from 0 to 500.")])
    men_of = IntegerField("Of, in all", [Optional(), NumberRange(0, 500, "Write a number from 0 to 500.")])
    anyone = IntegerField("Free for anyone", [Optional(), NumberRange(0, 500, "Write a number from 0 to 500.")])
    anyone_of = IntegerField("Of, in all", [Optional(), NumberRange(0, 500, "Write a number from 0 to 500.")])
    on = DayField("Counted on", [DataRequired("Say when they were counted.")])


def _prepare_spaces(call: Call, service: ServiceRow, form: SpacesForm, new: bool) -> None:
    if new:
        form.why.data = "asked how many are free"
        form.on.data = today(call)


async def _spaces(call: Call, service: ServiceRow, form: SpacesForm) -> str:
    if not service.accommodation:
        raise NotDone("It gives nobody a place to stay, so it has no places to count.")
    counted = cast(date, form.on.data)
    if counted > today(call):
        raise NotDone(f"{spoken_day(counted)} lies in the future.")
    given = [
        (unit, form[name].data, form[f"{name}_of"].data)
        for name, unit in SPACES_FOR.items()
        if form[name].data is not None
    ]
    if not given:
        raise NotDone("Write how many are free, if only 0.")
    if any(most is not None and free > most for _, free, most in given):
        raise NotDone("More are free than there are in all. Look at the numbers again.")

    def make(rows: Sequence[Row]) -> Sequence[Change]:
        kept = [row for row in rows if row.table == "service_capacity"]
        units = [unit for unit, *_ in given]
        wanted = [row for row in kept if row.values["unit"] not in units]
        wanted += [_space(service.id, units.index(unit), unit, free, most) for unit, free, most in given]
        return difference(kept, wanted)

    def _space(service_id: str, position: int, unit: str, free: int, most: int | None) -> Row:
        values: dict[str, Value] = {
            "unit": unit,
            "available": free,
            "maximum": most,
            "source": "",
            "checked_on": counted,
            "checked_by": call.visitor.name,
            "position": position,
        }
        return Row("service_capacity", f"{service_id}/{unit}", service_id, values)

    done = await Changing(call.desk.directory).change(
        service.id, make, at=call.at, who=call.visitor.name, why=cast(str, form.why.data)
    )
    return said_of(done)


add(
    Act(
        "places",
        "Free places",
        "Only stewards see these. After 7 days a count says nothing any more.",
        "Save",
        SpacesForm,
        _spaces,
        _prepare_spaces,
        field="men",
    )
)
