"""From what a source says of a service, field by field, to a candidate with notes: the part all formats share. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType

from service_directory.areas import NATIONS, UK, Area, Areas
from service_directory.fields import Rejection
from service_directory.hidden_places import looks_like_address
from service_directory.importing import cleaning
from service_directory.importing.candidates import Candidate, Contact, Language, Note, Phone
from service_directory.languages import LANGUAGES
from service_directory.personal_details import looks_like_a_way

#: The longest texts that fit on a card, as for services that stewards write themselves (docs/stewards.md).
LONGEST_NAME, LONGEST_HELPS, LONGEST_TEXT, LONGEST_LABEL, LONGEST_ORGANIZATION = 80, 200, 400, 60, 120
_OLDEST = 120

#: Why an entry about a place to stay is turned away.
ADDRESS = "looks like an address; say nothing of where men stay"

_STATUSES: Mapping[str, str] = {
    "active": "open",
    "open": "open",
    "live": "open",
    "published": "open",
    "inactive": "paused",
    "paused": "paused",
    "suspended": "paused",
    "temporarily closed": "paused",
    "temporarily_closed": "paused",
    "defunct": "closed",
    "closed": "closed",
    "archived": "closed",
    "deleted": "closed",
}
_PHONE_TYPES: Mapping[str, str] = {
    "": "voice",
    "voice": "voice",
    "phone": "voice",
    "telephone": "voice",
    "landline": "voice",
    "cell": "voice",
    "mobile": "voice",
    "helpline": "voice",
    "text": "text",
    "sms": "text",
    "whatsapp": "whatsapp",
}
_NOT_FOR_TALKING = frozenset({"fax", "pager", "textphone", "tty", "minicom", "video"})
#: Words that would say more of a service than anybody has recorded (docs/stewards.md).
_CLAIMS = re.compile(r"\b(accredited|accreditations?|vetted|quality[- ]mark(?:ed)?|kitemark)\b", re.IGNORECASE)
_STAYING = re.compile(
    r"\b(refuges?|safe ?houses?|hostels?|shelters?|accommodation|supported (?:housing|living)|sanctuary"
    r"|night ?stops?|(?:emergency|temporary|safe|dispersed) (?:housing|homes?|flats?)|places? to stay|beds?|bedspaces?"
    r"|lloches(?:au)?|llety)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_GSS = re.compile(r"\b([EWSNK]\d{8}|PSNI)\b")
_AREA_DRESS = re.compile(
    r"\b(the|of|city|county|borough|district|metropolitan|london|royal|council|unitary|authority|area|wide|all)\b"
)
_MADE_UP = re.compile(r"[/@.](?:example\.(?:org|com|net)|[a-z0-9.-]*\.(?:example|invalid|test))(?:[:/?#]|$)")
_NATIONWIDE = frozenset({"national", "nationwide", "uk", "uk wide", "united kingdom", "whole uk", "across uk"})
_LANGUAGE_CODES = {name.casefold(): code for code, name in LANGUAGES.items()} | {
    "bsl": "bfi",
    "persian": "fa",
    "panjabi": "pa",
    "mandarin": "zh",
    "cymraeg": "cy",
}


@dataclass(slots=True)
class Maker:
    """One entry being made: what is met on the way is added to `notes` and `rejected`, nothing is raised."""

    entry: str
    row: str
    areas: Areas
    notes: list[Note] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def known_as(self) -> str:
        return f"{self.row} ({self.entry})" if self.entry else self.row

    def call_it(self, name: str) -> None:
        """Tell the entry by its name from now on; unless that would say where it is."""
        self.entry = "" if looks_like_address(name) else name

    def note(self, name: str, message: str) -> None:
        # Notes are read, copied and kept. Whatever they quote, it is not where somebody may be hiding.
        told = "was left out; what stood there looks like an address" if looks_like_address(message) else message
        self.notes.append(Note(self.known_as, name, told))

    def reject(self, name: str, message: str) -> None:
        self.rejected.append(Rejection(self.known_as, name, message))

    def text(self, name: str, value: Any, longest: int) -> str:
        """A text as it may be shown: plain, without claims, no longer than a card allows."""
        line = cleaning.clean(value)
        sentences = _SENTENCE.split(line)
        plain = [part for part in sentences if not _CLAIMS.search(part)]
        if plain != sentences:
            self.note(name, "a sentence about accreditation was left out; record who found what as an attestation")
        shown = [part for part in plain if not looks_like_a_way(part)]
        if shown != plain:
            self.note(name, "a sentence with a way to reach it was left out; such things are checked as contacts")
        kept = " ".join(shown)
        short = cleaning.fitted(kept, longest)
        if short != kept:
            self.note(name, f"was shortened from {len(kept)} characters; at most {longest} fit")
        return short

    def of_organization(self, name: str, said: str) -> str:
        """What a source says of an organization; nothing when it would lead to a door, for men may stay there."""
        if looks_like_address(said):
            self.note("organization", f"its {name} was left out: it looks like an address")
            return ""
        return said

    def status(self, value: Any) -> str:
        """open, paused or closed; empty when it cannot be told, and then nobody is shown it by that alone."""
        said = cleaning.clean(value).casefold()
        if said not in _STATUSES:
            self.note("status", f"{quoted(said)} is not a status; taken as unknown" if said else "is missing")
        return _STATUSES.get(said, "")

    def ages(self, least: Any, most: Any) -> tuple[int | None, int | None]:
        """Both limits, or those that make sense."""
        youngest = cleaning.whole_number(least, least=0, most=_OLDEST)
        oldest = cleaning.whole_number(most, least=0, most=_OLDEST)
        for name, given, read in (("minimum_age", least, youngest), ("maximum_age", most, oldest)):
            if read is None and cleaning.clean(given):
                self.note(name, f"{quoted(cleaning.clean(given))} is not an age; left out")
        if oldest == 0 or (youngest is not None and oldest is not None and oldest < youngest):
            self.note("maximum_age", f"{oldest} is less than the age it begins at; left out")
            oldest = None
        return youngest or None, oldest

    def phones(self, value: Any, kind: Any = "", description: Any = "", *, personal: bool = False) -> list[Phone]:
        """The numbers of one field: checked, each a line that can be rung from the UK at a normal rate."""
        said = cleaning.clean(kind).casefold()
        text = cleaning.clean(value)
        if not text:
            return []
        if said in _NOT_FOR_TALKING:
            self.note("phones", f"a {said} number was left out")
            return []
        label = self.text("phones", description, LONGEST_LABEL)
        several = list(dict.fromkeys(number for _, number in cleaning.numbers_in(text)))
        if not several:
            number, why = cleaning.number_of(text)
            if not number:
                self.note("phones", f"left out: {why}")
                return []
            several = [number]
        made: list[Phone] = []
        for number in several:
            if personal and _is_mobile(number):
                self.note("phones", "a mobile number under a person's name was left out")
                continue
            made.append(Phone(number, _PHONE_TYPES.get(said, "voice"), label))
        return made

    def email(self, value: Any, description: Any = "") -> list[Contact]:
        address = cleaning.email(value)
        if not address and cleaning.clean(value):
            self.note("email", "is not an email address; left out")
        if not address or self._belongs_to_nobody("email", address):
            return []
        return [Contact("email", address, self.text("email", description, LONGEST_LABEL))]

    def website(self, name: str, value: Any, kind: str = "website") -> list[Contact]:
        address = cleaning.web_address(value)
        if not address and cleaning.clean(value):
            self.note(name, "is not a web address; left out")
        return [Contact(kind, address)] if address and not self._belongs_to_nobody(name, address) else []

    def _belongs_to_nobody(self, name: str, address: str) -> bool:
        made_up = _MADE_UP.search(address) is not None
        if made_up:
            self.note(name, "lies under a name that is kept for examples; left out")
        return made_up

    def area(self, *written: Any) -> str:
        """The code of the one area that any of these names, its code before its name; empty when none does."""
        texts = [text for text in map(cleaning.clean, written) if text]
        for text in texts:
            for code in _GSS.findall(text):
                if code in self.areas:
                    return str(code)
        for text in texts:
            if found := area_named(self.areas, text):
                return found
        if texts:
            self.note("service_areas", f"{quoted(texts[0])} is not an area known here; left out")
        return ""

    def language(self, *written: Any) -> list[Language]:
        texts = [text.casefold() for text in map(cleaning.clean, written) if text]
        for text in texts:
            code = (
                text
                if text in LANGUAGES
                else _LANGUAGE_CODES.get(text, text[:2] if re.fullmatch("[a-z]{2}-[a-z]{2}", text) else "")
            )
            if code in LANGUAGES:
                return [Language(code, LANGUAGES[code])]
        if texts:
            self.note("languages", f"{quoted(texts[0])} is not a language known here; left out")
        return []

    def finish(self, candidate: Candidate) -> Candidate | None:
        """The candidate, or None when something keeps it out: no word may lead to where men stay."""
        if candidate.staying:
            for name, text in leading_texts(candidate):
                if looks_like_address(text):
                    # What was found is not repeated: reports are read, copied and kept.
                    self.reject(name, ADDRESS)
                    break
        if not candidate.phones and not candidate.contacts:
            self.note("contacts", "there is no way to reach it that can be used")
        return None if self.rejected else candidate


def quoted(text: str) -> str:
    """A few words of what a source says, for a note."""
    return f"“{cleaning.fitted(text, 60)}”"


def shown_texts(candidate: Candidate) -> list[tuple[str, str]]:
    """The texts of a candidate that a man might read one day."""
    texts = [
        ("name", candidate.name),
        ("alternate_name", candidate.alternate_name),
        ("interpretation_services", candidate.interpretation_services),
        ("description", candidate.description),
        ("application_process", candidate.application_process),
        ("eligibility_description", candidate.eligibility_description),
        ("fees_description", candidate.fees_description),
        ("access", candidate.access),
        ("alert", candidate.alert),
    ]
    texts += [("phones", phone.description) for phone in candidate.phones]
    texts += [("contacts", contact.description) for contact in candidate.contacts]
    texts += [("cost_options", f"{cost.option} {cost.amount_description}") for cost in candidate.cost_options]
    return [(name, text) for name, text in texts if text.strip()]


def leading_texts(candidate: Candidate) -> list[tuple[str, str]]:
    """The texts of a candidate that might lead somewhere: its web and email addresses are among them."""
    return [*shown_texts(candidate), *(("contacts", contact.value) for contact in candidate.contacts)]


def suggests_staying(texts: Iterable[str]) -> bool:
    """Whether any of these texts suggests that people stay there. Errs on the side of noticing."""
    return any(_STAYING.search(text) for text in texts)


def unique(items: Iterable[Any], key: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Each item once, the first of those that are alike; of two the one with a description, if only one has."""
    kept: dict[Any, Any] = {}
    for item in items:
        known = kept.get(key(item))
        if known is None or (not known.description and item.description):
            kept[key(item)] = item
    return tuple(kept.values())


def area_named(areas: Areas, text: str) -> str:
    """The code of the only area of that name; empty when there is none, or when it may mean several."""
    wanted = _dressed_down(text)
    if wanted in _NATIONWIDE:
        return UK
    named = _by_name(areas).get(wanted, [])
    if len({areas.councils(area.code) for area in named}) > 1:
        # The county or the council of one name, Scotland's police area or Scotland: only nations are sure.
        named = [area for area in named if area.code in NATIONS]
    return named[0].code if named else ""


#: The areas that names were last looked up in, and their names; they are kept, so that no others pass for them.
_LAST: list[tuple[Areas, dict[str, list[Area]]]] = []


def _by_name(areas: Areas) -> dict[str, list[Area]]:
    if not _LAST or _LAST[0][0] is not areas:
        names: dict[str, list[Area]] = {}
        for area in areas.values():
            names.setdefault(_dressed_down(area.name), []).append(area)
        _LAST[:] = [(areas, names)]
    return _LAST[0][1]


def _dressed_down(name: str) -> str:
    plain = re.sub(r"[^\w\s]", " ", name.casefold())
    bare = " ".join(_AREA_DRESS.sub(" ", plain).split())
    return bare or " ".join(plain.split())


def _is_mobile(number: str) -> bool:
    if not number.startswith("+"):
        return False
    return phonenumbers.number_type(phonenumbers.parse(number)) == PhoneNumberType.MOBILE
