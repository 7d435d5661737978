"""Every page of the desk that is made in this room; what `bot` adds comes beside them."""

from __future__ import annotations

from service_directory.desk.counted.pages import PAGES as COUNTED
from service_directory.desk.keepers.pages import PAGES as KEEPERS
from service_directory.desk.signing.pages import PAGES as SIGNING
from service_directory.desk.stewards.pages import PAGES as STEWARDS
from service_directory.desk.team.pages import PAGES as TEAM
from service_directory.desk.web.pages import Pages

COLLECTIONS: tuple[Pages, ...] = (SIGNING, KEEPERS, STEWARDS, COUNTED, TEAM)
"""In the order in which their links stand at the top of a page."""
