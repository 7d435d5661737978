"""All pages of the stewards, in one collection: to import this is to have made them."""

from __future__ import annotations

from service_directory.desk.stewards import (
    acts,
    beginning,
    deciding,
    due,
    editing,
    keepers,
    listing,
    looking,
    looking_back,
    recording,
    taking_in,
)
from service_directory.desk.stewards.common import PAGES

#: The modules that add to the collection.
MADE_BY = (due, deciding, listing, looking, looking_back, editing, acts, beginning, recording, keepers, taking_in)

__all__ = ["MADE_BY", "PAGES"]
