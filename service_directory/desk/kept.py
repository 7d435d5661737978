"""What of the desk belongs into a backup of the directory."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData, Table

from service_directory.backups import Part
from service_directory.desk.keeping import MIGRATIONS
from service_directory.desk.tables import DeskBase

#: What is over in hours or days (who is signed in, links and letters under way, which process does what), what men
#: reported until somebody has handled it, and what a lead switched off for now: none of it is to come back.
_PASSING: Final = frozenset({"desk_link", "desk_visit", "desk_mail", "desk_job", "desk_report", "desk_switch"})


def _kept() -> MetaData:
    kept = MetaData()
    for table in DeskBase.metadata.sorted_tables:
        if table.name not in _PASSING:
            table.to_metadata(kept)
    return kept


def _tables(*names: str) -> tuple[Table, ...]:
    return tuple(DeskBase.metadata.tables[name] for name in names)


#: Accounts and addresses, what was begun and not sent in, what was asked of services, and the log. Whoever is signed in
#: while it is restored is signed out: the numbers of accounts may be others' then.
DESK: Final = Part("desk", MIGRATIONS, _kept(), clears=_tables("desk_visit", "desk_link"))
