"""What a service says of itself under the standards, criterion by criterion: saved as it goes, sent in, decided on.

It is never a judgement: it becomes one when a steward, who is another person, decides on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from service_directory.criteria import Section, Standard, standard_id
from service_directory.database import Database
from service_directory.desk.tables import AssessmentDraftRow
from service_directory.hidden_places import looks_like_address
from service_directory.personal_details import looks_personal
from service_directory.standards import Policy
from service_directory.standing import NotDone

DRAFT, SENT, DECIDED = "draft", "sent", "decided"
#: What a service may say of a criterion, and how it is asked.
RESULTS: Final[Mapping[str, str]] = {
    "met": "We do this",
    "partly": "Partly",
    "not_met": "Not yet",
    "not_applicable": "It does not apply to us",
}
MOST_LINKS: Final = 5
_LONGEST_NOTE, _LONGEST_LINK = 400, 500
_DRAFT = AssessmentDraftRow.__table__


@dataclass(frozen=True, slots=True)
class Said:
    """What a service says of one criterion: a result, a note (for what does not apply, the reason), and links."""

    result: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.result or self.note or self.evidence)


@dataclass(frozen=True, slots=True)
class Assessment:
    """One section as a service assessed it. `state` is draft, sent or decided; `said` by the criteria's codes."""

    service_id: str
    standard: str
    section: str
    state: str
    said: Mapping[str, Said]
    saved_at: datetime | None = None
    saved_by: str = ""

    def missing(self, section: Section) -> tuple[str, ...]:
        """The criteria of which nothing is said yet."""
        return tuple(one.code for one in section.criteria if not self.said.get(one.code, Said()).result)


def current_standard(standards: Mapping[str, Standard], policy: Policy) -> Standard:
    """The standard that counts here, in its newest version. Raises NotDone when none does."""
    newest = max(policy.accepted, key=lambda version: (len(version), version), default="")
    found = standards.get(standard_id(policy.standard, newest))
    if found is None:
        raise NotDone("No version of the standards counts here just now. Ask the helpline team.")
    return found


def mistakes_in(said: Said, *, hidden: bool) -> dict[str, str]:
    """What is wrong with what was said of a criterion, by field: result, note, evidence."""
    found: dict[str, str] = {}
    if said.result not in ("", *RESULTS):
        found["result"] = "Choose one of the answers"
    if said.result == "not_applicable" and not said.note:
        found["note"] = "Say why it does not apply to you"
    if len(said.note) > _LONGEST_NOTE:
        found["note"] = f"This is {len(said.note)} characters long; at most {_LONGEST_NOTE} fit"
    if told := looks_personal(said.note):
        found["note"] = f"“{told}” would tell of a person. Say it without naming anybody"
    if len(said.evidence) > MOST_LINKS:
        found["evidence"] = f"At most {MOST_LINKS} links fit"
    for link in said.evidence:
        if not link.startswith("https://") or " " in link or "." not in link or len(link) > _LONGEST_LINK:
            found["evidence"] = f"“{link[:60]}” must be a link that begins with https://"
        elif told := looks_personal(link):
            found["evidence"] = f"“{told}” would tell of a person. Link to something that does not"
    if hidden:
        for name, text in (("note", said.note), ("evidence", " ".join(said.evidence))):
            if told := looks_like_address(text):
                found[name] = f"“{told}” looks like an address. Nothing is kept of where men stay"
    return found


class Assessments:
    """The self-assessments of services. Every method raises DatabaseError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, service_id: str, standard: Standard) -> dict[str, Assessment]:
        """What a service has said under a standard, section by section, also where it has said nothing yet."""
        query = select(_DRAFT).where(_DRAFT.c.service_id == service_id, _DRAFT.c.standard == standard.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(_DRAFT.c.id))).all()
        return {
            section.code: _assessment(
                service_id, standard.id, section.code, [row for row in rows if row.section == section.code]
            )
            for section in standard.sections
        }

    async def save(
        self, service_id: str, standard: Standard, section: str, said: Mapping[str, Said], *, at: datetime, who: str
    ) -> None:
        """Keep what was said of criteria. Raises NotDone while the section is with the stewards."""
        if (await self.of(service_id, standard))[section].state == SENT:
            raise NotDone("The stewards have this section. Take it back first if you want to change it.")
        table = _DRAFT.c
        of_section = (table.service_id == service_id, table.standard == standard.id, table.section == section)
        known = standard.criteria(section)
        async with self._database.write() as connection:
            # What was decided was decided: whoever goes on begins a new one from there.
            await connection.execute(update(AssessmentDraftRow).where(*of_section).values(state=DRAFT))
            for code, one in said.items():
                if code not in known:
                    raise NotDone(f"{code} is no criterion of this section.")
                await connection.execute(delete(AssessmentDraftRow).where(*of_section, table.criterion == code))
                if not one.is_empty:
                    await connection.execute(
                        insert(AssessmentDraftRow).values(
                            service_id=service_id,
                            standard=standard.id,
                            section=section,
                            criterion=code,
                            result=one.result,
                            note=one.note,
                            evidence="\n".join(one.evidence),
                            state=DRAFT,
                            saved_at=at,
                            saved_by=who,
                        )
                    )

    async def send(self, service_id: str, standard: Standard, section: str) -> None:
        """Hand a section to the stewards. Raises NotDone while any criterion has no answer."""
        found = (await self.of(service_id, standard))[section]
        whole = next(one for one in standard.sections if one.code == section)
        if found.state == SENT:
            raise NotDone("The stewards have it already.")
        if missing := found.missing(whole):
            raise NotDone(f"These have no answer yet: {', '.join(missing)}.")
        await self._turn(service_id, standard.id, section, SENT)

    async def take_back(self, service_id: str, standard: str, section: str) -> None:
        """The service goes on with it itself; or a steward gives it back."""
        await self._turn(service_id, standard, section, DRAFT)

    async def settle(self, service_id: str, standard: str, section: str) -> None:
        """A steward has decided on it."""
        await self._turn(service_id, standard, section, DECIDED)

    async def waiting(self) -> tuple[Assessment, ...]:
        """Every section that was sent in and is not decided yet, the oldest first."""
        query = select(_DRAFT).where(_DRAFT.c.state == SENT).order_by(_DRAFT.c.saved_at, _DRAFT.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        keys = dict.fromkeys((row.service_id, row.standard, row.section) for row in rows)
        return tuple(
            _assessment(*key, [row for row in rows if (row.service_id, row.standard, row.section) == key])
            for key in keys
        )

    async def _turn(self, service_id: str, standard: str, section: str, state: str) -> None:
        table = _DRAFT.c
        async with self._database.write() as connection:
            await connection.execute(
                update(AssessmentDraftRow)
                .where(table.service_id == service_id, table.standard == standard, table.section == section)
                .values(state=state)
            )


def as_attestation(found: Assessment) -> dict[str, Any]:
    """An assessment in the words of a directory document, for a steward to decide on.

    Who decides, the outcome and the dates are his to give: they are not in it. The links become evidence beside it.
    """
    standard, _, version = found.standard.rpartition("/")
    evidence: list[dict[str, Any]] = []
    criteria: dict[str, Any] = {}
    for code, said in found.said.items():
        names = []
        for number, link in enumerate(said.evidence, start=1):
            name = f"{code.lower()}-{number}"
            evidence.append(
                {"id": name, "kind": "url", "title": f"What the service showed for {code}", "locator": link}
            )
            names.append(name)
        criteria[code] = {"result": said.result, "reason": said.note, "evidence": names}
    return {
        "standard": standard,
        "version": version,
        "section": found.section,
        "basis": "self",
        "criteria": criteria,
        "evidence": evidence,
    }


def _assessment(service_id: str, standard: str, section: str, rows: list[Any]) -> Assessment:
    said = {
        row.criterion: Said(row.result, row.note, tuple(row.evidence.split("\n")) if row.evidence else ())
        for row in rows
    }
    last = max(rows, key=lambda row: row.saved_at, default=None)
    # What was saved after it was decided on is a draft again, and so is the whole section.
    states = {row.state for row in rows} or {DRAFT}
    state = next(one for one in (DRAFT, SENT, DECIDED) if one in states)
    return Assessment(
        service_id,
        standard,
        section,
        state,
        said,
        None if last is None else last.saved_at,
        "" if last is None else last.saved_by,
    )
