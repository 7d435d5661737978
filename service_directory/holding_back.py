"""Which changes of a service may not be made by one person alone. Pure.

Whoever can change the number of a service can send men wherever he likes. So no one person can: what leads elsewhere
is proposed, and two different people have to agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from service_directory.changes import Change, Row, Value

#: The columns that lead a man somewhere.
_LEADS = frozenset({"number", "email", "url"})
_LEADS_OF_ORGANIZATIONS = frozenset({"website", "email"})
_WAYS = frozenset({"phone", "contact"})


@dataclass(frozen=True, slots=True)
class Parted:
    """The changes of one service: those made at once, and those that two people have to agree on."""

    direct: tuple[Change, ...]
    proposed: tuple[Change, ...]


def part(kept: Sequence[Row], changes: Sequence[Change], *, judged: bool) -> Parted:
    """Hold back every change of the ways to reach a live service when any of them leads somewhere new.

    `judged`: a decision on it was confirmed at some time, whatever is kept of it now.

    All of them together, with their hours and checks: half of a new list of contacts would be neither the old one
    nor the new one. What only takes a way away, or puts them in another order, leads nowhere new.
    """
    known = {row.values[column] for row in kept if row.table in _WAYS for column in _LEADS & row.values.keys()}
    if not (judged or is_live(kept)) or not any(_leads_elsewhere(change, known) for change in changes):
        return Parted(tuple(changes), ())
    proposed = tuple(change for change in changes if _is_of_ways(change.row))
    return Parted(tuple(change for change in changes if change not in proposed), proposed)


def part_organization(changes: Sequence[Change]) -> Parted:
    """The same for the organization of a live service: its own web address and email are published with the service."""
    direct: list[Change] = []
    proposed: list[Change] = []
    for change in changes:
        leads = tuple(one for one in change.fields if one[0] in _LEADS_OF_ORGANIZATIONS and one[2])
        others = tuple(one for one in change.fields if one not in leads)
        if change.action != "update" or not leads:
            direct.append(change)
            continue
        proposed.append(replace(change, fields=leads))
        direct += [replace(change, fields=others)] if others else []
    return Parted(tuple(direct), tuple(proposed))


def part_from_organization(parted: Parted, before: Row, after: Row) -> Parted:
    """Hold back as well that a live service goes over to an organization whose web address or email is another."""
    if all(after.values[name] in ("", before.values[name]) for name in _LEADS_OF_ORGANIZATIONS):
        return parted
    direct: list[Change] = []
    proposed = list(parted.proposed)
    for change in parted.direct:
        moves = tuple(one for one in change.fields if change.row.table == "service" and one[0] == "organization_id")
        if not moves:
            direct.append(change)
            continue
        proposed.append(replace(change, fields=moves))
        others = tuple(one for one in change.fields if one not in moves)
        direct += [replace(change, fields=others)] if others else []
    return Parted(tuple(direct), tuple(proposed))


def is_live(kept: Iterable[Row]) -> bool:
    """Whether men are, or ever were, shown a service: so that closing it for a moment opens no back door."""
    return any(
        (row.table == "service" and row.values["status"] == "open" and row.values["published"] is True)
        or (row.table == "attestation" and row.values["state"] == "confirmed")
        for row in kept
    )


def _leads_elsewhere(change: Change, known: set[Value]) -> bool:
    return change.row.table in _WAYS and any(
        name in _LEADS and after and after not in known for name, _, after in change.fields
    )


def _is_of_ways(row: Row) -> bool:
    return row.table in _WAYS or (row.table == "schedule" and bool(row.values["link_id"]))
