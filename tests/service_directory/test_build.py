"""The script that builds the area tables: its sums and its complaints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from service_directory.build import build_areas, build_places
from service_directory.build.grid import BRITISH, IRISH, project
from service_directory.build.sources import Postcode

FACTS = yaml.safe_load(Path(build_areas.__file__).with_name("administrative.yaml").read_text(encoding="utf-8"))


def place(name: str, nation: str, *others: str, latitude: float = 0.0, longitude: float = 0.0) -> dict[str, Any]:
    """A populated place as the source has it."""
    return {
        "name": name,
        "admin1code": nation,
        "alternatenames": list(others),
        "latitude": latitude,
        "longitude": longitude,
        "population": 500,
    }


@pytest.mark.parametrize(
    ("grid", "latitude", "longitude", "east", "north"),
    [
        # Nelson's Column, Edinburgh Castle's gate and Belfast City Hall by their published grid references.
        (BRITISH, 51.50775, -0.12794, 530_034, 180_381),
        (BRITISH, 55.94865, -3.20089, 325_100, 673_500),
        (IRISH, 54.59650, -5.93010, 333_840, 374_010),
    ],
)
def test_a_position_is_projected_to_within_a_hundred_metres(
    grid: Any, latitude: float, longitude: float, east: float, north: float
) -> None:
    assert project(grid, latitude, longitude) == pytest.approx((east, north), abs=100)


def test_a_place_is_in_the_council_of_most_postcodes_near_it() -> None:
    around = [Postcode("TR1", "E06000052", 530_000.0 + step, 180_000.0) for step in range(20)]
    beyond = [Postcode("TR2", "E07000041", 533_000.0 + step, 180_000.0) for step in range(40)]
    nearby = build_places.Nearby([*around, *beyond, Postcode("TR3", "E07000041", None, None)])
    assert nearby.council(place("Here", "ENG", latitude=51.50775, longitude=-0.12794)) == "E06000052"
    assert nearby.council(place("Far", "ENG", latitude=58.0, longitude=-4.0)) is None


def test_a_place_at_the_edge_of_its_council_is_put_right_by_hand(tmp_path: Path) -> None:
    nearby = build_places.Nearby([Postcode("TR2", "E07000041", 530_000.0, 180_000.0)])
    edge = place("Edge", "ENG", latitude=51.50775, longitude=-0.12794)
    build_places.write_places([edge], nearby, {"Edge": "E06000052"}, tmp_path / "places.csv")
    assert "Edge,E06000052," in (tmp_path / "places.csv").read_text(encoding="utf-8")


def test_only_other_names_that_may_be_typed_here_are_kept() -> None:
    cardiff = place("Cardiff", "WLS", "CWL", "Caerdydd", "Kardif", "Кардиф", "cardiff", "Cardiff")
    assert build_places.other_names(cardiff) == ["Caerdydd"]
    berwick = place("Berwick-Upon-Tweed", "ENG", "Berwick", "Bervik-apon-Tvid", "Berwick-upon-Tweed")
    assert build_places.other_names(berwick) == ["Berwick"]


def test_slivers_of_councils_are_left_out_of_an_outward_code(tmp_path: Path) -> None:
    postcodes = [Postcode("LS1", "E08000035", None, None)] * 999 + [Postcode("LS1", "E08000036", None, None)]
    assert build_places.write_outcodes(postcodes, tmp_path / "outcodes.csv") == 1
    assert (tmp_path / "outcodes.csv").read_text() == "outcode,postcodes,councils\nLS1,1000,E08000035:999\n"


def test_a_council_without_a_name_stops_the_build() -> None:
    with pytest.raises(build_areas.BuildError, match="E06000099"):
        build_areas.council_codes({}, frozenset({"E06000099"}), FACTS)


def test_a_council_without_a_place_stops_the_build() -> None:
    with pytest.raises(KeyError):
        build_areas.area_rows({"Atlantis": "E06000099"}, FACTS)
