"""The closed lists of an entry, as its service is asked about them: code and words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What may be chosen: each code with the words that stand beside its box.
Choices = Mapping[str, str]

YES_NO: Final[Choices] = {"yes": "Yes", "no": "No"}
YES_NO_UNKNOWN: Final[Choices] = {"yes": "Yes", "no": "No", "unknown": "Not sure"}
ACCEPTED: Final[Choices] = {"yes": "Yes", "some": "Some of them", "no": "No", "unknown": "Not sure"}
SERVES: Final[Choices] = {
    "men_only": "Men only",
    "all": "Men and women",
    "women_only": "Women only. Men are then not sent to you",
    "unknown": "Not sure. Men are then not sent to you",
}
NEEDED: Final[Choices] = {
    "talk": "Someone to talk to",
    "stay": "Somewhere to stay",
    "police_legal": "Police and the law",
    "children": "Help with his children, or seeing them",
    "money": "Money, debt and work",
    "health": "Health, of body or mind",
    "browsing": "Something to read, nothing else yet",
}
LOCAL: Final[Choices] = {
    "accepted": "Come like all others",
    "refused": "Cannot come, because he would be found",
    "only": "Are the only ones who can come",
    "unknown": "Not sure",
}
ROUTES: Final[Choices] = {
    "self": "He gets in touch himself",
    "professional": "A professional, such as a GP, gets in touch",
    "police": "Through the police",
    "council": "Through the council",
}
WORKERS: Final[Choices] = {
    "choice": "Yes, always",
    "on_request": "If he asks; it may take longer",
    "no": "No",
    "unknown": "Not sure",
}
KINDS: Final[Choices] = {
    "refuge": "A refuge",
    "safe_house": "A safe house",
    "dispersed": "A flat or house of his own",
    "hostel": "A hostel",
    "emergency": "A bed for some nights",
    "host": "A room with a host",
    "sanctuary": "Making his own home safer",
    "brokered": "We find him a place elsewhere",
}
CONTACT_KINDS: Final[Choices] = {
    "phone": "Telephone",
    "text": "Text message",
    "whatsapp": "WhatsApp",
    "webchat": "Web chat",
    "email": "Email",
    "website": "Website",
}
BILL: Final[Choices] = {"unknown": "Not sure", "no": "No", "maybe": "Maybe", "yes": "Yes"}
PLACES: Final[Choices] = {
    "physical": "A place to go to",
    "postal": "An address for letters",
    "virtual": "Online only",
}
