"""The taxonomies of the open data, and the words in which what is recorded of a service is published. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service_directory.open_referral.identifiers import public_id
from service_directory.standards import SELF, Verdict
from service_directory.view import month_and_year

SERVES: Final = "serves_men"
PARTICULAR: Final = "particular"
RECORDED: Final = "recorded"
SPACES: Final = "spaces"
BILL: Final = "bill"


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A closed list; `code` is its name among us."""

    code: str
    name: str
    description: str

    @property
    def id(self) -> str:
        return public_id("taxonomy", self.code)

    def as_object(self) -> dict[str, Any]:
        """HSDS `taxonomy`."""
        return {"id": self.id, "name": self.name, "description": self.description or self.name, "version": "1"}


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a closed list; `parent` is the code of the wider one it belongs under."""

    taxonomy: Taxonomy
    code: str
    name: str
    description: str = ""
    parent: str = ""

    @property
    def id(self) -> str:
        return public_id("taxonomy_term", f"{self.taxonomy.code}/{self.code}")

    def as_object(self) -> dict[str, Any]:
        """HSDS `taxonomy_term`, with Open Referral UK's `term`."""
        made = {
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "description": self.description or self.name,
            "taxonomy": self.taxonomy.name,
            "taxonomy_id": self.taxonomy.id,
            "term": self.name,
        }
        if self.parent:
            made["parent_id"] = public_id("taxonomy_term", f"{self.taxonomy.code}/{self.parent}")
        return made


_SERVES: Final = Taxonomy(
    SERVES, "Which men a service is for", "Whether a service is for men alone, or for others too."
)
_PARTICULAR: Final = Taxonomy(
    PARTICULAR,
    "What to know beforehand",
    "What a service says of getting in touch with it. What it says stands in the value of the attribute.",
)
_RECORDED: Final = Taxonomy(
    RECORDED,
    "What is recorded of a service",
    "Who recorded, and in which month, that a service meets the access and delivery sections of the National Quality "
    "Service Standards for services supporting male victims of domestic abuse. It was so on the day on which the data "
    "were given out. It says nothing of any service that is not here.",
)

#: What a service says of itself, by the column it stands in; `spaces` stands in none.
PARTICULARS: Final[Mapping[str, Term]] = {
    code: Term(_PARTICULAR, code, name, description)
    for code, name, description in (
        ("assessment", "What they ask", "What a man is asked when he gets in touch."),
        ("assessment_told", "Told beforehand what they ask", "Whether they say so before they assess him."),
        (BILL, "On the bill", "Whether a call or message shows on a bill."),
        ("workers", "Who you talk to", "Who answers."),
        ("worker_choice", "Choice of worker", "Whether he can choose to talk to a man or to a woman."),
        ("sexuality_inclusion", "Gay and bisexual men", "What the service says of gay and bisexual men."),
        ("trans_inclusion", "Trans men", "What the service says of trans men."),
        ("children", "Children with him", "What the service says of children."),
        ("children_accepted", "Children accepted", "Whether children can come."),
        ("pets", "Pets with him", "What the service says of pets."),
        ("pets_accepted", "Pets accepted", "Whether pets can come."),
        ("local_applicants", "Men from near by", "Whether men from the same area are taken."),
        ("anonymous_contact", "Without a name", "Whether he can get in touch without giving his name."),
        ("access", "Disabled access", "What the service says of access for disabled men."),
        (
            SPACES,
            "Free places: ask the service",
            "The service gives men a place to stay. Whether a place is free is never published, because it would tell "
            "whoever watches that somebody has moved in.",
        ),
    )
}

_FIXED: Final = (
    Term(_SERVES, "men_only", "Men only", "The service is for men."),
    Term(_SERVES, "all", "Men and others", "The service is for men as well as for others."),
    *PARTICULARS.values(),
    Term(
        _RECORDED,
        "met",
        "Recorded as meeting the access and delivery standards for men",
        "Somebody other than the service recorded it. The terms under this one say who, and when.",
    ),
    Term(
        _RECORDED,
        "self",
        "The service says it meets the standards for men",
        "The service's own word. No one else has checked it yet. The terms under this one say when it was given.",
    ),
)


class ClosedLists:
    """Every taxonomy and term that is always the same: those of the directory, and those of the open data alone."""

    __slots__ = ("_terms", "taxonomies")

    def __init__(self, taxonomies: Iterable[Taxonomy], terms: Iterable[tuple[str, str, str, str]]) -> None:
        """`terms` are the directory's: the code of the taxonomy and of the term, its name and description."""
        own = {one.code: one for one in taxonomies}
        self.taxonomies: Mapping[str, Taxonomy] = own | {one.code: one for one in (_SERVES, _PARTICULAR, _RECORDED)}
        made = [Term(own[listed], code, name, description) for listed, code, name, description in terms]
        self._terms = {(term.taxonomy.code, term.code): term for term in (*made, *_FIXED)}

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def term(self, taxonomy: str, code: str) -> Term | None:
        """A term by its codes; None when there is no such term."""
        return self._terms.get((taxonomy, code))


def recorded_term(verdict: Verdict) -> Term:
    """What is recorded of a service, in the only words in which it is published.

    Raises ValueError when the rule does not hold.
    """
    if not verdict.meets or verdict.who is None or verdict.recorded_on is None:
        raise ValueError("nothing is published of a service that does not meet the rule")
    when = month_and_year(verdict.recorded_on)
    if verdict.basis == SELF:
        said = f"The service says it meets the standards for men ({when}). No one else has checked this yet."
        return Term(_RECORDED, f"self, {when}", said, parent="self")
    said = f"Recorded as meeting the access and delivery standards for men by {verdict.who}, {when}."
    return Term(_RECORDED, f"met, {verdict.who}, {when}", said, parent="met")
