"""What may be asked of the public API: its addresses, their parameters, and reading them. Pure.

A parameter that nobody knows is an error: a filter that is dropped in silence gives an answer to another question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from service_directory.areas import Areas
from service_directory.open_referral.snapshot import Wanted
from service_directory.open_referral.writing import moment

PER_PAGE: Final = 50
MOST_PER_PAGE: Final = 100
_LONGEST_SEARCH: Final = 100
_LAST_PAGE: Final = 1_000_000
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INWARD: Final = re.compile(r"\d[A-Z]{2}")
_OUTWARD: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")

#: Every parameter: its JSON type and what it does.
PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "search": ("string", "Words that must all stand in the name, the description, the organization or the terms."),
    "page": ("integer", "The number of the page, from 1."),
    "per_page": ("integer", f"Items on a page: {PER_PAGE} unless asked otherwise, at most {MOST_PER_PAGE}."),
    "taxonomy_term_id": ("string", "Only services with this taxonomy term, or one that stands under it."),
    "taxonomy_id": ("string", "Only services with a term of this taxonomy; of taxonomy terms, those of this taxonomy."),
    "organization_id": ("string", "Only services of this organization."),
    "modified_after": ("string", "Only services that changed at this ISO 8601 moment or later."),
    "full": ("boolean", "true: each service whole, as by its own address."),
    "minimum_age": ("number", "Only services whose lower age limit is at least this; without a limit it is 0."),
    "maximum_age": ("number", "Only services with an upper age limit that is at most this."),
    "start_time": ("string", "Only services with hours that begin at this time (HH:MM, UK time) or later."),
    "end_time": ("string", "Only services with hours that end at this time (HH:MM, UK time) or sooner."),
    "day": ("string", "Only services with hours on this day of the week (MO or Monday)."),
    "postcode": (
        "string",
        "Only services that cover the councils of this postcode. Give its first half (LS6): a whole one is cut before "
        "anything sees it.",
    ),
    "format": ("string", "json."),
}
_PAGED: Final = ("page", "per_page")
_OF_SERVICES: Final = (
    "search",
    "taxonomy_term_id",
    "taxonomy_id",
    "organization_id",
    "modified_after",
    "minimum_age",
    "maximum_age",
    "start_time",
    "end_time",
    "day",
)
#: The lists, and what each may be asked.
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "services": (*_PAGED, *_OF_SERVICES, "full", "format"),
    "service_at_locations": (*_PAGED, *_OF_SERVICES, "postcode", "format"),
    "organizations": (*_PAGED, "search", "format"),
    "taxonomies": (*_PAGED, "format"),
    "taxonomy_terms": (*_PAGED, "taxonomy_id", "format"),
}


class NotUnderstood(ValueError):
    """A question that cannot be answered. The message says why, and repeats nothing of what was asked."""


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question to a list, read."""

    page: Page
    wanted: Wanted
    full: bool


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Which councils have postcodes with a first half (in small letters), and in what they lie."""

    councils: Mapping[str, Sequence[tuple[str, int]]]
    areas: Areas

    def covering(self, written: str) -> frozenset[str]:
        """The codes of the areas whose services serve somebody there. Raises NotUnderstood."""
        plain = re.sub(r"\s", "", written).upper()
        # The second half would be his door. It is let go of before anything is looked up.
        outward = plain[:-3] if len(plain) > 4 and _INWARD.fullmatch(plain[-3:]) else plain
        shares = self.councils.get(outward.lower(), ()) if _OUTWARD.fullmatch(outward) else ()
        if not shares:
            raise NotUnderstood("postcode must be the first half of a UK postcode, such as LS6.")
        return frozenset(code for council, _ in shares for code in self.areas.chain(council))


def read_question(listed: str, given: Mapping[str, str], postcodes: Postcodes) -> Question:
    """What is asked of a list (one of LISTS). Raises NotUnderstood."""
    _known_only(given, LISTS[listed])
    if given.get("format", "json") != "json":
        raise NotUnderstood("format can only be json.")
    return Question(
        page=Page(
            _whole(given, "page", 1, most=_LAST_PAGE),
            min(_whole(given, "per_page", PER_PAGE, most=_LAST_PAGE), MOST_PER_PAGE),
        ),
        full=_flag(given, "full"),
        wanted=Wanted(
            words=_words(given.get("search", "")),
            terms=frozenset({given["taxonomy_term_id"].strip().lower()} if given.get("taxonomy_term_id") else ()),
            taxonomy=given.get("taxonomy_id", "").strip().lower(),
            organization=given.get("organization_id", "").strip().lower(),
            modified_after=_moment(given.get("modified_after", "")),
            minimum_age=_number(given, "minimum_age"),
            maximum_age=_number(given, "maximum_age"),
            day=_day(given.get("day", "")),
            start=_time(given, "start_time"),
            end=_time(given, "end_time"),
            areas=postcodes.covering(given["postcode"]) if given.get("postcode") else None,
        ),
    )


def read_nothing(given: Mapping[str, str]) -> None:
    """What may be asked of one thing by its id: nothing more. Raises NotUnderstood."""
    _known_only(given, ())


def _known_only(given: Mapping[str, str], known: Collection[str]) -> None:
    if "proximity" in given:
        raise NotUnderstood("proximity cannot be answered: no point on a map is kept of any service.")
    if set(given) - set(known):
        listed = ", ".join(sorted(known))
        raise NotUnderstood(
            f"Only these parameters are known here: {listed}." if known else "No parameters are known here."
        )


def _whole(given: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    written = given.get(name, "").strip()
    if not written:
        return default
    # Not isdigit alone: it takes the digits of every script, and any number of them.
    if not (written.isascii() and written.isdigit() and len(written) <= 9 and 1 <= int(written) <= most):
        raise NotUnderstood(f"{name} must be a whole number from 1.")
    return int(written)


def _number(given: Mapping[str, str], name: str) -> float | None:
    written = given.get(name, "").strip()
    if not written:
        return None
    if not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", written, re.ASCII):
        raise NotUnderstood(f"{name} must be an age in years.")
    return float(written)


def _flag(given: Mapping[str, str], name: str) -> bool:
    written = given.get(name, "").strip().lower()
    if written not in ("", "true", "false", "1", "0"):
        raise NotUnderstood(f"{name} must be true or false.")
    return written in ("true", "1")


def _words(written: str) -> tuple[str, ...]:
    if len(written) > _LONGEST_SEARCH:
        raise NotUnderstood(f"search may be at most {_LONGEST_SEARCH} characters long.")
    return tuple(written.casefold().split())


def _moment(written: str) -> str:
    if not written.strip():
        return ""
    try:
        # A plus that nobody encoded arrives as a space.
        at = datetime.fromisoformat(written.strip().replace(" ", "+") if "T" in written else written.strip())
        return moment(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise NotUnderstood("modified_after must be a moment such as 2026-11-23T12:00:00Z.") from None


def _day(written: str) -> str:
    plain = written.strip().lower()
    if not plain:
        return ""
    found = [day for day in _DAYS if plain in (day, day[:2], day[:3])]
    if not found:
        raise NotUnderstood("day must be a day of the week, such as MO or Monday.")
    return found[0][:2].upper()


def _time(given: Mapping[str, str], name: str) -> str:
    written = given.get(name, "").strip()
    if not written:
        return ""
    try:
        return f"{time.fromisoformat(written):%H:%M}"
    except ValueError:
        raise NotUnderstood(f"{name} must be a time of day such as 09:00.") from None
