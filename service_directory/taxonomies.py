"""The closed lists of the directory, as HSDS taxonomies: what may be said of a service by ticking a box. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from service_directory.matching import NEEDS

NEED, ACCOMMODATION_KIND, ACCESS_ROUTE = "need", "accommodation_kind", "access_route"

ACCOMMODATION_KINDS = ("refuge", "safe_house", "dispersed", "hostel", "emergency", "host", "sanctuary", "brokered")
ACCESS_ROUTES = ("self", "professional", "police", "council")

#: The codes of every taxonomy, by its id. Their names stand in the tables `taxonomy` and `taxonomy_term`.
TAXONOMIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {NEED: NEEDS, ACCOMMODATION_KIND: ACCOMMODATION_KINDS, ACCESS_ROUTE: ACCESS_ROUTES}
)


def term_id(taxonomy: str, code: str) -> str:
    """The id of a taxonomy's term."""
    return f"{taxonomy}/{code}"
