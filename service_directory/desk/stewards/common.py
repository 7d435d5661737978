"""What every page of the stewards begins with: its collection, its fields, and refusals in sentences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from wtforms import DateField, SelectMultipleField, TextAreaField, widgets
from wtforms.validators import DataRequired, Optional

from service_directory.desk.addresses import Addresses
from service_directory.desk.people import STEWARDS
from service_directory.desk.stewards.shelf import Shelf, shelf_of
from service_directory.desk.web.forms import DeskForm, Help
from service_directory.desk.web.pages import Call, Pages
from service_directory.desk.wording import AreaName
from service_directory.hiding import HiddenPlaceError
from service_directory.importing import proposals
from service_directory.model import ServiceRow
from service_directory.rows import whole_services
from service_directory.standards import day_in_london
from service_directory.standing import NotDone

PAGES: Final = Pages()
"""The stewards' pages: every module beside this one adds to it."""

PAGES.menu("Today", "/today", may=STEWARDS)
PAGES.menu("Services", "/services", may=STEWARDS)
PAGES.menu("Proposals", "/proposals", may=STEWARDS)
PAGES.menu("Imports", "/imports", may=STEWARDS)
PAGES.menu("What is listed", "/listing", may=STEWARDS)

#: How long a link in a letter about an entry leads somewhere.
ENTRY_LIFE: Final = timedelta(days=14)
#: What a page answers with when what was typed cannot be taken: it shows it again, with what is wrong.
NOT_TAKEN: Final = 422

#: Every kind of refusal: each says in words what stands in the way.
REFUSED: Final = (NotDone, proposals.NotDone, HiddenPlaceError)


class DayField(DateField):
    """A day, as `<input type=date>`, or typed like 2026-03-31."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Write the day like 2026-03-31.") from None


class CheckboxesField(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class WhyForm(DeskForm):
    """What the history keeps beside every change."""

    why = TextAreaField(
        "Why",
        [DataRequired("Say why: the history keeps it.")],
        description=Help("Kept in the history for good, so name no one.", "the number rings out; asked them by email"),
        render_kw={"rows": 2},
    )


def optional_day(label: str, text: str = "", example: str = "") -> DayField:
    """A day that may be left out."""
    return DayField(label, [Optional()], description=Help(text, example) if text else "")


def sentences(error: Exception) -> tuple[str, ...]:
    """What stands in the way, as sentences."""
    reasons = error.reasons if isinstance(error, NotDone) else (str(error),)
    return tuple(_sentence(reason) for reason in reasons)


def complain(form: DeskForm, field: str, error: Exception) -> None:
    """Show a refusal under a field."""
    form.complain(field, *sentences(error))


#: What refusals say to whoever works at the command line, and here only puzzles.
_OF_THE_COMMAND_LINE: Final = (
    " with fingerpost directory attest",
    " with fingerpost directory checked",
    " and import that",
)


def _sentence(text: str) -> str:
    for words in _OF_THE_COMMAND_LINE:
        text = text.replace(words, "")
    capital = text[:1].upper() + text[1:]
    return capital if capital.endswith((".", "?", "!")) else f"{capital}."


def today(call: Call) -> date:
    """The day in London."""
    return day_in_london(call.at)


def area_name(call: Call) -> AreaName:
    """An area's name for its code; what is no code stays as it is."""
    areas = call.desk.areas
    return lambda code: areas[code].name if code in areas else code


def shelf(call: Call) -> Shelf:
    """What is kept ready of this desk's directory."""
    return shelf_of(call.desk.directory, call.desk.areas)


def addresses_of(call: Call) -> Addresses:
    """Who at services may keep entries right."""
    return Addresses(call.desk.database, call.desk.secret)


async def service_of(call: Call) -> ServiceRow:
    """The service in the path, with all that belongs to it; not found when there is none."""
    async with call.desk.directory.database.read() as connection:
        found = await whole_services(connection, [str(call.path["service_id"])])
    if not found:
        call.not_found()
    return found[0]


async def write_to_service(call: Call, service_id: str, kind: str, **words: str) -> int:
    """Queue a letter to everybody who keeps an entry right, each with a link of his own. How many letters."""
    desk, sent = call.desk, 0
    for address in await addresses_of(call).of(service_id):
        if address.bounced_at is not None:
            continue
        async with desk.database.write() as connection:
            token = await desk.links.make("entry", address.number, call.at, ENTRY_LIFE, connection=connection)
            letter = getattr(desk.letters, kind)(link=desk.link_url(token), **words)
            await desk.post.send(connection, kind=kind, to=address.email, letter=letter, service_id=service_id)
        sent += 1
    return sent
