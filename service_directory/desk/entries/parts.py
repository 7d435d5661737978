"""The parts in which an entry is changed, each on a page of its own, and what of its rows belongs to each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_directory.changes import Row
from service_directory.taxonomies import ACCESS_ROUTE, ACCOMMODATION_KIND, NEED


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an entry.

    `fields` are those of a directory document that stand in it, `columns` the service's own columns, `tables` the
    tables whose rows belong to it whole, and `lists` the closed lists (attributes) that do.
    """

    name: str
    title: str
    says: str
    fields: frozenset[str]
    columns: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    lists: frozenset[str] = field(default_factory=frozenset)

    def holds(self, row: Row) -> bool:
        """Whether a row belongs to this part whole."""
        return row.table in self.tables or (row.table == "attribute" and row.values["link_type"] in self.lists)


def _part(
    name: str,
    title: str,
    says: str,
    columns: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
    lists: Mapping[str, str] | None = None,
) -> Part:
    """A part by its columns, tables and lists, each with the field of a document in which it is written."""
    columns, tables, lists = columns or {}, tables or {}, lists or {}
    return Part(
        name,
        title,
        says,
        frozenset((*columns.values(), *tables.values(), *lists.values())),
        frozenset(columns),
        frozenset(tables),
        frozenset(lists),
    )


#: Every part that can be changed, by its name, in the order in which they are listed. What is not here (whether it is
#: published, on hold, for people who harm, when its money ends, free places, all judgements) is for stewards alone.
PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        _part(
            "about",
            "What you do",
            "Your name, what you help with, and what is different just now",
            {"name": "name", "alternate_name": "also_known_as", "description": "helps", "alert": "alert"},
            lists={NEED: "needs"},
        ),
        _part(
            "who",
            "Who it is for",
            "Which men, of what age, from where, and who can get them in",
            {
                "serves_men": "serves_men",
                "minimum_age": "age",
                "maximum_age": "age",
                "eligibility_description": "who",
                "sexuality_inclusion": "gay_and_bi_men",
                "trans_inclusion": "trans_men",
                "local_applicants": "local_applicants",
            },
            lists={ACCESS_ROUTE: "access_routes"},
        ),
        _part(
            "reach",
            "How to reach you",
            "Telephone, text, web chat, email and website",
            tables={"phone": "contacts", "contact": "contacts"},
        ),
        _part("hours", "When you are open", "Days, times and bank holidays", tables={"schedule": "hours"}),
        _part(
            "areas", "Where you work", "The councils, counties or nations you cover", tables={"service_area": "areas"}
        ),
        _part(
            "first",
            "What happens first",
            "What you ask, who answers, and whether he can stay anonymous",
            {
                "application_process": "happens",
                "assessment": "asks",
                "assessment_told": "assessment_told",
                "anonymous_contact": "anonymous_contact",
                "workers": "workers",
                "worker_choice": "worker_choice",
            },
        ),
        _part(
            "languages",
            "Languages",
            "Languages you speak, and interpreters",
            {"interpretation_services": "interpreters"},
            tables={"language": "languages"},
        ),
        _part(
            "costs",
            "What it costs",
            "Prices, and whether a call shows on a bill",
            {"fees_description": "cost", "bill": "bill"},
            tables={"cost_option": "costs"},
        ),
        _part(
            "access",
            "Getting there and in",
            "Disabled access, and where you are if you want that known",
            {"access": "access"},
            tables={"location": "locations", "service_at_location": "locations", "address": "locations"},
        ),
        _part(
            "stay",
            "Somewhere to stay",
            "Refuge and other places to stay, and keeping an address hidden",
            {"accommodation": "accommodation", "hides_address": "hides_address"},
            lists={ACCOMMODATION_KIND: "accommodation_kinds"},
        ),
        _part(
            "family",
            "Children and pets",
            "Whether they can come, and what happens then",
            {
                "children": "children",
                "children_accepted": "children_accepted",
                "pets": "pets",
                "pets_accepted": "pets_accepted",
            },
        ),
    )
}
