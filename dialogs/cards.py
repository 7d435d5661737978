"""The lines that a service's card is made of, and the facts each of them holds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Every find step words every line; a line's template may use that line's slots only. Whoever builds cards
# (bot) and whoever words them (flows) meet here.
CARD_LINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name",),
        "helps": ("helps",),
        "phone": ("number", "label"),
        "text": ("number", "label"),
        "whatsapp": ("number", "label"),
        "webchat": ("url", "label"),
        "email": ("address", "label"),
        "website": ("url", "label"),
        "open_now": ("until",),
        "open_always": (),
        "opens": ("when",),
        "hours_unknown": (),
        "why_area": ("area",),
        "why_widened": ("area",),
        "why_nation": ("area",),
        "why_men_only": (),
        "why_need": ("need",),
        "why_open": (),
        "limits_age": ("limits",),
        "example": (),
        "recorded": ("who", "when"),
        "self_assessed": ("when",),
        "happens": ("text",),
        "asks": ("text",),
        "cost": ("text",),
        "bill": ("text",),
        "workers": ("text",),
        "children": ("text",),
        "languages": ("text",),
        "access": ("text",),
        "checked": ("when",),
    }
)
