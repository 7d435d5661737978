"""The part of a directory document that says what a service offers, to whom, where and how to reach it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from service_directory.changes import Row, Value
from service_directory.fields import Fields
from service_directory.hidden_places import looks_like_address
from service_directory.hours import HoursError, check_notation
from service_directory.languages import LANGUAGES
from service_directory.matching import NEEDS
from service_directory.numbers import NumberError, read_number
from service_directory.taxonomies import term_id

STATUSES = ("open", "paused", "closed")
SERVES_MEN = ("men_only", "all", "women_only", "unknown")
PHONE_KINDS: Mapping[str, str] = {"phone": "voice", "text": "text", "whatsapp": "whatsapp"}
WRITTEN_KINDS = ("webchat", "email", "website")
_OLDEST = 120

#: The fields of a document that become texts of a service, and their columns. All of them may be shown.
_TEXTS: Mapping[str, str] = {
    "happens": "application_process",
    "asks": "assessment",
    "cost": "fees_description",
    "bill": "bill",
    "workers": "workers",
    "children": "children",
    "access": "access",
}
_SHOWN = {"name": "name", "description": "helps"} | {column: written for written, column in _TEXTS.items()}
#: Words that would say more of a service than anybody has recorded.
_CLAIMS = re.compile(r"\b(accredited|accreditation|vetted|quality[- ]mark(?:ed)?|kitemark)\b", re.IGNORECASE)


def read_service(fields: Fields, identity: str, areas: Collection[str]) -> list[Row]:
    """A service's own row, and those of its phones, contacts, hours, areas, languages and needs."""
    rows = [Row("service", identity, identity, _service_values(fields))]
    rows += _hours(fields, identity, "")
    for name, codes in (("need", fields.choices("needs", NEEDS)), ("area", _area_codes(fields, areas))):
        rows += [_listed(identity, name, position, code) for position, code in enumerate(codes)]
    rows += _languages(fields, identity)
    rows += _contacts(fields, identity)
    _refuse_addresses(fields, rows)
    return rows


def _service_values(fields: Fields) -> dict[str, Value]:
    name = fields.text("name", longest=80, required=True)
    if fields.example and name and not name.startswith("Example"):
        fields.reject("name", "must begin with “Example” in a document of examples")
    age = fields.part("age")
    least = most = None
    if age is not None:
        least, most = age.whole("from", least=0, most=_OLDEST), age.whole("to", least=0, most=_OLDEST)
        age.finish()
        if least is not None and most is not None and least > most:
            age.reject("to", "is less than the age it begins at")
    values: dict[str, Value] = {
        "organization_id": fields.slug("organization"),
        "name": name,
        "description": fields.text("helps", longest=200, required=True),
        "status": fields.choice("status", STATUSES),
        "minimum_age": least,
        "maximum_age": most,
        "published": fields.flag("published", default=True),
        "hold_reason": fields.text("hold"),
        "perpetrator_service": fields.flag("perpetrator_service", default=False),
        "serves_men": fields.choice("serves_men", SERVES_MEN),
        "accommodation": fields.flag("accommodation", default=False),
        "example": fields.example,
    }
    values |= {column: fields.text(written) for written, column in _TEXTS.items()}
    for column, written in _SHOWN.items():
        claim = _CLAIMS.search(str(values[column]))
        if claim:
            fields.reject(written, f"says “{claim.group()}”; record who found what under attestations instead")
    return values


def _listed(identity: str, name: str, position: int, code: str) -> Row:
    if name == "need":
        values: dict[str, Value] = {"link_type": "need", "value": code, "taxonomy_term_id": term_id("need", code)}
        return Row("attribute", f"{identity}/need/{code}", identity, {**values, "position": position})
    return Row("service_area", f"{identity}/area/{code}", identity, {"code": code, "position": position})


def _area_codes(fields: Fields, areas: Collection[str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(str(code) for code in fields.items("areas")))
    if not codes:
        fields.reject("areas", "is missing; list the areas it covers by their GSS codes, such as E08000035")
    for code in codes:
        if code not in areas:
            fields.reject("areas", f"“{code}” is not the code of an area")
    return codes


def _languages(fields: Fields, identity: str) -> list[Row]:
    rows: list[Row] = []
    for position, item in enumerate(fields.items("languages")):
        if isinstance(item, Mapping):
            code, name = str(item.get("code", "")), str(item.get("name", ""))
        else:
            code, name = str(item), LANGUAGES.get(str(item), "")
        if not re.fullmatch(r"[a-z]{2,3}", code) or not name:
            fields.reject(
                "languages",
                f"“{item}” is not a language known here; write it like {{code: yo, name: Yoruba}}, in quotes if no",
            )
            continue
        values: dict[str, Value] = {"code": code, "name": name, "position": position}
        rows.append(Row("language", f"{identity}/language/{code}", identity, values))
    return rows


def _contacts(fields: Fields, identity: str) -> list[Row]:
    rows: list[Row] = []
    counts: dict[str, int] = {}
    for position, contact in enumerate(fields.parts("contacts")):
        contact.has("value")  # a field like any other, even when the kind tells nothing of what it holds
        kind = contact.choice("kind", (*PHONE_KINDS, *WRITTEN_KINDS))
        counts[kind] = counts.get(kind, 0) + 1
        row_id = f"{identity}/{kind}/{counts[kind]}"
        checked = _checked(contact, "checked", "checked_by", "source")
        values: dict[str, Value] = {
            "description": contact.text("label", longest=60),
            "position": position,
            **checked,
        }
        if kind in PHONE_KINDS:
            values |= {"type": PHONE_KINDS[kind], "number": _phone_number(contact)}
            rows.append(Row("phone", row_id, identity, values))
        else:
            values |= {
                "kind": kind,
                "email": contact.email("value") if kind == "email" else "",
                "url": contact.url("value", required=True) if kind in ("webchat", "website") else "",
            }
            rows.append(Row("contact", row_id, identity, values))
            _only_examples_at_example_org(contact, str(values["email"] or values["url"]))
        rows += _hours(contact, identity, row_id)
        contact.finish()
    if not rows and not fields.has("contacts"):
        fields.reject("contacts", "is missing; give at least one way to reach the service")
    return rows


def _phone_number(contact: Fields) -> str:
    if contact.has("value") and not isinstance(contact.values["value"], str):
        # Unquoted, YAML reads 0113... as a number of another base: another number altogether.
        contact.reject("value", "must be in quotes")
        return ""
    written = contact.text("value", longest=40, required=True)
    if not written:
        return ""
    try:
        return read_number(written, example=contact.example).value
    except NumberError as error:
        contact.reject("value", str(error))
        return ""


def _only_examples_at_example_org(contact: Fields, address: str) -> None:
    made_up = re.search(r"(?:[/@.])example\.(?:org|com|net)(?:[:/?#]|$)", address) is not None
    if contact.example and address and not made_up:
        contact.reject("value", "an example's address must lie under example.org")
    if not contact.example and made_up:
        contact.reject("value", "example.org belongs to nobody; write the real address")


def _hours(fields: Fields, identity: str, link_id: str) -> list[Row]:
    """The opening hours written in an entry or a contact: no row when there are none."""
    notation = fields.text("hours", longest=200)
    checked = _checked(fields, "hours_checked", "hours_checked_by", "hours_source")
    if not notation:
        return []
    try:
        check_notation(notation)
    except HoursError as error:
        fields.reject("hours", str(error))
    values: dict[str, Value] = {"link_id": link_id, "opening_hours": notation, "position": 0, **checked}
    return [Row("schedule", f"{link_id or identity}/hours", identity, values)]


def _checked(fields: Fields, day: str, by: str, source: str) -> dict[str, Value]:
    return {
        "checked_on": fields.day(day, past=True),
        "checked_by": fields.text(by, longest=120),
        "source": fields.text(source, longest=500),
    }


def _refuse_addresses(fields: Fields, rows: list[Row]) -> None:
    """No text of a service where men may stay may say where it is."""
    service, *others = rows
    gives_a_place_to_stay = service.values["accommodation"] or any(
        row.table == "attribute" and row.values["value"] == "stay" for row in others
    )
    if not gives_a_place_to_stay:
        return
    for row in rows:
        for column, value in row.values.items():
            if row.table not in ("service", "phone", "contact") or column not in _SHOWN:
                continue
            found = looks_like_address(str(value))
            if found:
                name = _SHOWN[column] if row is service else "contacts"
                fields.reject(name, f"“{found}” looks like an address; say nothing of where men stay")
