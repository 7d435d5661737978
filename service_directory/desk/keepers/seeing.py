"""An entry as a man would see it, whether he does today, and what its service can do if he does not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service_directory.model import ServiceRow
from service_directory.records import view_of
from service_directory.standards import Verdict
from service_directory.standing import Explanation
from service_directory.view import ContactView, ServiceView

#: What keeps a service from men, by the number of the rule's clause, in words for the service itself.
_WHY_NOT: Final[Mapping[int, str]] = {
    1: "It is recorded as closed or on hold, or not as open to men. Ask the helpline team.",
    2: "Nothing that counts today is recorded of {section}. Assess yourself under “The standards”, and send it in.",
    3: "Something essential is not recorded as met in {section}. See “The standards”.",
    4: "Nobody but you has looked at {section} yet. The helpline team does that.",
    5: "It is suspended.",
    6: "Nobody has tried your number or address within the last six months. The helpline team does that.",
    7: "For twelve months nobody has said that your entry is still right. Tap “Still right” below.",
}
#: The clauses that ask what is recorded under the standards.
_OF_THE_STANDARDS: Final = frozenset({2, 3, 4})
_SECTIONS: Final[Mapping[str, str]] = {"AE": "access and engagement", "SD": "service delivery"}
_BY_PHONE: Final[Mapping[str, str]] = {"phone": "Call", "text": "Text", "whatsapp": "WhatsApp"}


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as a man would see it: the lines of its card, and those behind More.

    `why_not` is empty when men are shown it today.
    """

    name: str
    example: bool
    lines: tuple[str, ...]
    recorded: str
    more: tuple[str, ...]
    why_not: tuple[str, ...]


def seen(service: ServiceRow, explanation: Explanation, at: datetime) -> Seen:
    """The card of a service, also of one that men are not shown today."""
    verdict = explanation.verdict
    made_up = Verdict(meets=True, who="-", recorded_on=explanation.on, basis="verified")
    view = view_of(service, verdict or made_up, at)
    # What is claimed of a service is claimed only while it is so.
    missing = any(clause.number in _OF_THE_STANDARDS and not clause.holds for clause in explanation.clauses)
    recorded = (
        "Not recorded as meeting the access and delivery standards for men today." if missing else _recorded(view)
    )
    return Seen(
        view.name,
        view.example,
        tuple(_lines(view)),
        recorded,
        tuple(_more(view)),
        tuple(dict.fromkeys(_why_not(explanation))),
    )


def _recorded(view: ServiceView) -> str:
    if view.self_assessed:
        return (
            f"The service says it meets the standards for men ({view.recorded_when}). No one else has checked this yet."
        )
    return f"Recorded as meeting the access and delivery standards for men by {view.recorded_by}, {view.recorded_when}."


def _lines(view: ServiceView) -> Iterator[str]:
    if view.helps:
        yield view.helps
    for contact in view.contacts:
        yield _contact(contact)
    opening = view.opening
    if opening.state == "always":
        yield "Open day and night."
    elif opening.state == "open":
        yield f"Open now, until {opening.words}."
    elif opening.state == "closed" and opening.words:
        yield f"Closed now. Opens {opening.words}."
    else:
        yield "I don't have its opening times. It may be closed."
    if view.serves_men == "men_only":
        yield "Only for men."
    if view.age_limits:
        yield f"Ages: {view.age_limits}."


def _contact(contact: ContactView) -> str:
    label = f" ({contact.label})" if contact.label else ""
    if contact.kind in _BY_PHONE:
        return f"{_BY_PHONE[contact.kind]} {contact.display}{label}"
    if contact.kind == "email":
        return f"Email {contact.display}{label}"
    return f"{'Web chat' if contact.kind == 'webchat' else 'Website'}: {contact.value}{label}"


def _more(view: ServiceView) -> Iterator[str]:
    told = {
        "When you get in touch": view.happens,
        "What they may ask": view.asks,
        "What it costs": view.cost,
        "On the phone bill": view.bill,
        "Who you talk to": view.workers,
        "Children": view.children,
        "Access": view.access,
        "Languages": ", ".join(view.languages),
    }
    yield from (f"{title}: {text}" for title, text in told.items() if text)


def _why_not(explanation: Explanation) -> Iterator[str]:
    for clause in explanation.clauses:
        if not clause.holds:
            yield _WHY_NOT[clause.number].format(section=_SECTIONS.get(clause.section, "the standards"))
