"""All the pages of the services: importing a module adds its pages to the collection."""

from __future__ import annotations

from service_directory.desk.keepers import around, changing, entry, standards
from service_directory.desk.keepers.common import PAGES

__all__ = ["PAGES", "around", "changing", "entry", "standards"]
