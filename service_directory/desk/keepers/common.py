"""What every page of the services begins with: its collection, its tools, and refusals in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from service_directory.desk.addresses import Addresses
from service_directory.desk.differences import Group, groups
from service_directory.desk.entries.asking_lists import short_name
from service_directory.desk.entries.assessments import Assessments
from service_directory.desk.entries.closing import Closing
from service_directory.desk.entries.colleagues import Colleagues
from service_directory.desk.entries.drafts import Drafts
from service_directory.desk.people import KEEPERS
from service_directory.desk.web.pages import Call, Pages
from service_directory.hiding import HiddenPlaceError
from service_directory.importing import proposals
from service_directory.importing.proposals import ProposedField
from service_directory.model import ServiceRow
from service_directory.rows import whole_services
from service_directory.standing import NotDone

PAGES: Final = Pages()
"""The services' pages: every module beside this one adds to it."""

PAGES.menu("Your entry", "/entry", may=KEEPERS)
PAGES.menu("Change something", "/entry/change", may=KEEPERS)
PAGES.menu("The standards", "/entry/standards", may=KEEPERS)
PAGES.menu("More", "/entry/more", may=KEEPERS)

#: What a page answers with when what was typed cannot be taken: it shows it again, with what is wrong.
NOT_TAKEN: Final = 422

#: Every kind of refusal: each says in words what stands in the way.
REFUSED: Final = (NotDone, proposals.NotDone, HiddenPlaceError)


def drafts_of(call: Call) -> Drafts:
    return Drafts(call.desk.directory, call.desk.database, call.desk.areas)


def closing_of(call: Call) -> Closing:
    return Closing(call.desk.directory)


def assessments_of(call: Call) -> Assessments:
    return Assessments(call.desk.database)


def addresses_of(call: Call) -> Addresses:
    return Addresses(call.desk.database, call.desk.secret)


def colleagues_of(call: Call) -> Colleagues:
    return Colleagues(call.desk.database, addresses_of(call))


async def service_of(call: Call) -> ServiceRow:
    """The service that the visitor is of, with all that belongs to it; none when it is gone."""
    async with call.desk.directory.database.read() as connection:
        found = await whole_services(connection, [call.visitor.service_id])
    if not found:
        call.not_found()
    return found[0]


def what_changes(call: Call, fields: Iterable[ProposedField]) -> tuple[Group, ...]:
    """What would change, for reading: without who made sure of it when, which no service has to look at."""
    told = [one for one in fields if one.field not in proposals.BESIDES or one.field == "position"]
    return groups(told, lambda code: short_name(call.desk.areas, code))


def refusal(error: Exception) -> str:
    """What stands in the way, as sentences."""
    reasons = error.reasons if isinstance(error, NotDone) else (str(error),)
    return " ".join(_sentence(reason) for reason in reasons)


def _sentence(text: str) -> str:
    capital = text[:1].upper() + text[1:]
    return capital if capital.endswith((".", "?", "!")) else f"{capital}."
