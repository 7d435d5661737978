"""How things stand: whether a service is shown and why, and which changes wait for people. Reads, changes nothing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.clause_words import spoken_day
from service_directory.duties import Duty
from service_directory.explaining import Clause, as_men_would_read, clauses, last_day_shown
from service_directory.model import ProposalDecisionRow, ProposalRow, ServiceRow
from service_directory.records import record_of, view_of
from service_directory.rows import whole_services
from service_directory.standards import Policy, Verdict, day_in_london, recorded_as_meeting
from service_directory.view import ServiceView


class NotDone(Exception):
    """What a steward asked for was not done, and nothing was changed. `reasons` are plain sentences."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether men are shown a service on a day in London, by each clause of the rule.

    `last_day` is the last day on which they are, as things are recorded now, and `view` what they see; both None when
    they are not shown it. `verdict` says on whose word they are shown it, or would be once nothing is missing any more;
    None while nothing is decided. `needs` and `areas` (GSS codes) say to whom it is shown.
    """

    service_id: str
    name: str
    on: date
    clauses: tuple[Clause, ...]
    last_day: date | None
    view: ServiceView | None
    verdict: Verdict | None
    needs: tuple[str, ...]
    areas: tuple[str, ...]


async def one_service(connection: AsyncConnection, service_id: str) -> ServiceRow:
    """A service with all that belongs to it. Raises NotDone, with the ids that may have been meant."""
    found = await whole_services(connection, [service_id])
    if found:
        return found[0]
    names = {row.id: row.name for row in await connection.execute(select(ServiceRow.id, ServiceRow.name))}
    if not names:
        raise NotDone("The directory is empty: 'fingerpost directory import' fills it.")
    asked = service_id.casefold()
    near = [known for known, name in names.items() if asked in name.casefold()]
    near += difflib.get_close_matches(asked, names, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(list(dict.fromkeys(near))[:3])}?" if near else ""
    raise NotDone(f"There is no service {service_id!r}.{hint}")


def explain(service: ServiceRow, at: datetime, policy: Policy) -> Explanation:
    """Whether a service is shown at a moment, and why."""
    record, on = record_of(service), day_in_london(at)
    verdict = recorded_as_meeting(record, on, policy)
    return Explanation(
        service_id=service.id,
        name=service.name,
        on=on,
        clauses=clauses(record, on, policy),
        last_day=last_day_shown(record, on, policy),
        view=view_of(service, verdict, at) if verdict.meets else None,
        verdict=verdict if verdict.meets else as_men_would_read(record, on, policy),
        needs=tuple(sorted(row.value for row in service.attributes if row.link_type == "need")),
        areas=tuple(sorted(row.code for row in service.service_areas)),
    )


async def proposals_waiting(connection: AsyncConnection) -> list[Duty]:
    """The changes that wait for people."""
    approved: dict[int, list[str]] = {}
    said = select(ProposalDecisionRow.proposal_id, ProposalDecisionRow.decided_by).order_by(ProposalDecisionRow.id)
    for row in await connection.execute(said.where(ProposalDecisionRow.decision == "approve")):
        approved.setdefault(row.proposal_id, []).append(row.decided_by)
    columns = ProposalRow.__table__.c
    query = (
        select(columns.id, columns.service_id, columns.proposed_at, columns.proposed_by, ServiceRow.name)
        .join(ServiceRow, ServiceRow.id == columns.service_id)
        .where(columns.state == "open")
    )
    found = (await connection.execute(query)).mappings()
    return [_waits(row, approved.get(row["id"], [])) for row in found]


def _waits(row: RowMapping, approved: list[str]) -> Duty:
    day = day_in_london(row["proposed_at"])
    says = (
        f"A change (proposal {row['id']}) waits for people since {spoken_day(day)}. Proposed by "
        f"{row['proposed_by']}; approved by {', '.join(approved) or 'nobody yet'}."
    )
    do = "see: fingerpost directory proposals list"
    return Duty("now", "proposal", row["service_id"], row["name"], day, says, do)
