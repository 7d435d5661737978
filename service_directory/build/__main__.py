"""Build the area data: ``python -m service_directory.build`` in an environment that has the source packages.

Writes areas.csv, places.csv and outcodes.csv into ``service_directory/data``. docs/data-sources.md tells how.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from service_directory.build import build_areas, build_places, sources

HERE = Path(__file__).parent
DATA = HERE.parent / "data"


def main() -> None:
    """Read the packages, write the three tables and say how much there is."""
    facts = yaml.safe_load((HERE / "administrative.yaml").read_text(encoding="utf-8"))
    postcodes = list(sources.postcodes())
    current = frozenset(postcode.council for postcode in postcodes)
    codes = build_areas.council_codes(sources.council_names(), current, facts)
    areas = build_areas.area_rows(codes, facts)
    build_areas.write(areas, DATA / "areas.csv")
    for kind, count in Counter(area.kind for area in areas).items():
        print(f"areas.csv: {count} of kind {kind}")
    outcodes = build_places.write_outcodes(postcodes, DATA / "outcodes.csv")
    print(f"outcodes.csv: {outcodes} outward codes of {len(postcodes)} postcodes")
    nearby = build_places.Nearby(postcodes)
    populated = sources.populated_places()
    written, lost = build_places.write_places(populated, nearby, facts["places"], DATA / "places.csv")
    print(f"places.csv: {written} places; {lost} left out because no postcode is near")


if __name__ == "__main__":
    main()
