"""Everything that is held about a service here, in one piece: for whoever at the service asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from service_directory.changes import Row
from service_directory.criteria import Standard
from service_directory.database import Database
from service_directory.desk.addresses import Addresses
from service_directory.desk.entries.assessments import Assessments
from service_directory.desk.entries.colleagues import Colleagues
from service_directory.desk.entries.drafts import Drafts
from service_directory.desk.tables import MailRow, ReminderRow
from service_directory.importing.proposals import Proposals
from service_directory.rows import organization_rows
from service_directory.store import Directory

_MAIL, _REMINDER = MailRow.__table__.c, ReminderRow.__table__.c


async def all_held(
    directory: Directory,
    database: Database,
    service_id: str,
    drafts: Drafts,
    assessments: Assessments,
    colleagues: Colleagues,
    addresses: Addresses,
    standards: Mapping[str, Standard],
) -> dict[str, Any]:
    """The entry with all that was recorded of it and every change, what was proposed and drafted, letters, addresses.

    Reports of men are not among it: they are the stewards', tell of nobody, and go when they are handled. Plain values
    throughout, as JSON has them. Raises NotDone when there is no such entry.
    """
    rows = await drafts.rows(service_id)
    draft = await drafts.draft(service_id)
    whose = next(str(row.values["organization_id"]) for row in rows if row.table == "service")
    async with directory.database.read() as connection:
        organization = (await organization_rows(connection))[whose]
    async with database.read() as connection:
        letters = await connection.execute(
            select(_MAIL.kind, _MAIL.recipient, _MAIL.state, _MAIL.queued_at)
            .where(_MAIL.service_id == service_id)
            .order_by(_MAIL.id)
        )
        asked = await connection.execute(
            select(_REMINDER.stage, _REMINDER.sent_at).where(_REMINDER.service_id == service_id).order_by(_REMINDER.id)
        )
        sent = [_plain(dict(row._mapping)) for row in letters]
        reminded = [_plain(dict(row._mapping)) for row in asked]
    said = [
        one
        for standard in standards.values()
        for one in (await assessments.of(service_id, standard)).values()
        if one.said
    ]
    return {
        "entry": _by_table([*rows, organization]),
        "history": [_plain(_fields(one)) for one in await directory.history(service_id)],
        "proposals": [_plain(_fields(one)) for one in await Proposals(directory.database).of_service(service_id)],
        "being changed": _plain(_fields(draft)) if draft.fragments else {},
        "self-assessment": [_plain(_fields(one)) for one in said],
        "addresses that keep it right": [_plain(_fields(one)) for one in await addresses.of(service_id)],
        "asked for addresses": [_plain(_fields(one)) for one in await colleagues.asked(service_id)],
        "letters": sent,
        "reminders": reminded,
    }


def _by_table(rows: Iterable[Row]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.table, []).append(_plain({"id": row.id, **row.values}))
    return found


def _fields(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _plain(_fields(value)) if hasattr(value, "__dataclass_fields__") else value
