"""Standards in the tables: those that an operator loaded, beside the one that comes with the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service_directory.changes import Row, Value
from service_directory.criteria import Criterion, Section, Standard, Standards, shipped
from service_directory.model import CriterionRow, SectionRow, StandardRow
from service_directory.standards import Policy


async def known_standards(connection: AsyncConnection) -> Standards:
    """Every standard by its id: the shipped one, unless the operator loaded his own of that version, and the others."""
    loaded = (await connection.execute(select(*StandardRow.__table__.c).order_by(StandardRow.id))).all()
    if not loaded:
        return {shipped().id: shipped()}
    criteria: dict[str, list[Criterion]] = {}
    for row in await connection.execute(select(*CriterionRow.__table__.c).order_by(CriterionRow.position)):
        criterion = Criterion(row.code, row.text, row.evidence, row.tells, row.essential)
        criteria.setdefault(row.section_id, []).append(criterion)
    sections: dict[str, list[Section]] = {}
    for row in await connection.execute(select(*SectionRow.__table__.c).order_by(SectionRow.position)):
        section = Section(row.code, row.title, row.aim, tuple(criteria.get(row.id, ())))
        sections.setdefault(row.standard_id, []).append(section)
    standards = [
        Standard(
            code=row.code,
            version=row.version,
            title=row.title,
            wording=row.wording,
            counts=row.counts,
            replaces=tuple(version for version in row.replaces.split(",") if version),
            sections=tuple(sections.get(row.id, ())),
        )
        for row in loaded
    ]
    return {standard.id: standard for standard in (shipped(), *standards)}


def policy_with(policy: Policy, standards: Standards) -> Policy:
    """An operator's policy with the versions that count now: those that say so and that no other one replaces."""
    of_code = [standard for standard in standards.values() if standard.code == policy.standard]
    counting = [standard for standard in of_code if standard.counts]
    replaced = {version for standard in counting for version in standard.replaces}
    accepted = {standard.version: standard.essential for standard in counting if standard.version not in replaced}
    return policy if accepted == policy.accepted else replace(policy, accepted=accepted)


async def standard_rows(connection: AsyncConnection, standard_id: str) -> list[Row]:
    """The rows that are kept of a standard; none when it was never loaded."""
    rows: list[Row] = []
    for table, owner in (
        (StandardRow.__table__, StandardRow.id == standard_id),
        (SectionRow.__table__, SectionRow.standard_id == standard_id),
        (CriterionRow.__table__, CriterionRow.section_id.startswith(f"{standard_id}/", autoescape=True)),
    ):
        for found in await connection.execute(select(table).where(owner)):
            values = {column.name: getattr(found, column.name) for column in table.c if column.name != "id"}
            rows.append(Row(str(table.name), found.id, None, values))  # type: ignore[attr-defined]
    return rows


def as_rows(standard: Standard) -> list[Row]:
    """A standard as the rows that keep it."""
    values: Mapping[str, Value] = {
        "code": standard.code,
        "version": standard.version,
        "title": standard.title,
        "wording": standard.wording,
        "counts": standard.counts,
        "replaces": ",".join(standard.replaces),
    }
    rows = [Row("standard", standard.id, None, values)]
    for position, section in enumerate(standard.sections):
        section_id = f"{standard.id}/{section.code}"
        kept: dict[str, Value] = {
            "standard_id": standard.id,
            "code": section.code,
            "title": section.title,
            "aim": section.aim,
            "position": position,
        }
        rows.append(Row("section", section_id, None, kept))
        rows += [_criterion_row(section_id, number, one) for number, one in enumerate(section.criteria)]
    return rows


def _criterion_row(section_id: str, position: int, criterion: Criterion) -> Row:
    values: dict[str, Value] = {
        "section_id": section_id,
        "code": criterion.code,
        "text": criterion.text,
        "evidence": criterion.evidence,
        "tells": criterion.tells,
        "essential": criterion.essential,
        "position": position,
    }
    return Row("criterion", f"{section_id}/{criterion.code}", None, values)
