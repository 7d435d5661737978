"""Latitude and longitude to the national grids that postcodes are located by.

The formulas and constants are those of Ordnance Survey's "A guide to coordinate systems in Great Britain"
(sections 5 and 6, annexes A to C) and of Ordnance Survey of Northern Ireland's Irish Grid. The seven-parameter
shift is good to about five metres, and we look for the postcodes within a kilometre.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan


@dataclass(frozen=True, slots=True)
class Grid:
    """A transverse Mercator grid: metres and degrees, with the shift from WGS 84 (metres, ppm, arc seconds)."""

    major: float
    minor: float
    scale: float
    latitude: float
    longitude: float
    east: float
    north: float
    shift: tuple[float, float, float]
    ppm: float
    turn: tuple[float, float, float]


BRITISH = Grid(
    major=6377563.396,
    minor=6356256.909,
    scale=0.9996012717,
    latitude=49.0,
    longitude=-2.0,
    east=400_000.0,
    north=-100_000.0,
    shift=(-446.448, 125.157, -542.060),
    ppm=20.4894,
    turn=(-0.1502, -0.2470, -0.8421),
)
IRISH = Grid(
    major=6377340.189,
    minor=6356034.447,
    scale=1.000035,
    latitude=53.5,
    longitude=-8.0,
    east=200_000.0,
    north=250_000.0,
    shift=(-482.530, 130.596, -564.557),
    ppm=-8.150,
    turn=(1.042, 0.214, 0.631),
)

_WGS84_MAJOR, _WGS84_MINOR = 6378137.0, 6356752.3142


def project(grid: Grid, latitude: float, longitude: float) -> tuple[float, float]:
    """Eastings and northings in metres of a WGS 84 position in degrees."""
    return _mercator(grid, *_shifted(grid, latitude, longitude))


def _shifted(grid: Grid, latitude: float, longitude: float) -> tuple[float, float]:
    """The same position in degrees on the grid's own ellipsoid."""
    phi, lam = radians(latitude), radians(longitude)
    squared = 1 - (_WGS84_MINOR / _WGS84_MAJOR) ** 2
    nu = _WGS84_MAJOR / sqrt(1 - squared * sin(phi) ** 2)
    x, y, z = nu * cos(phi) * cos(lam), nu * cos(phi) * sin(lam), nu * (1 - squared) * sin(phi)
    tx, ty, tz = grid.shift
    rx, ry, rz = (radians(turn / 3600) for turn in grid.turn)
    factor = 1 + grid.ppm * 1e-6
    x, y, z = (
        tx + factor * x - rz * y + ry * z,
        ty + rz * x + factor * y - rx * z,
        tz - ry * x + rx * y + factor * z,
    )
    squared = 1 - (grid.minor / grid.major) ** 2
    across = hypot(x, y)
    phi = atan2(z, across * (1 - squared))
    for _ in range(6):
        nu = grid.major / sqrt(1 - squared * sin(phi) ** 2)
        phi = atan2(z + squared * nu * sin(phi), across)
    return degrees(phi), degrees(atan2(y, x))


def _mercator(grid: Grid, latitude: float, longitude: float) -> tuple[float, float]:
    phi, phi0 = radians(latitude), radians(grid.latitude)
    away = radians(longitude - grid.longitude)
    squared = 1 - (grid.minor / grid.major) ** 2
    flat = (grid.major - grid.minor) / (grid.major + grid.minor)
    bend = 1 - squared * sin(phi) ** 2
    nu = grid.major * grid.scale / sqrt(bend)
    rho = grid.major * grid.scale * (1 - squared) / bend**1.5
    eta = nu / rho - 1
    less, plus = phi - phi0, phi + phi0
    meridian = (
        grid.minor
        * grid.scale
        * (
            (1 + flat + 1.25 * flat**2 + 1.25 * flat**3) * less
            - (3 * flat + 3 * flat**2 + 2.625 * flat**3) * sin(less) * cos(plus)
            + (1.875 * flat**2 + 1.875 * flat**3) * sin(2 * less) * cos(2 * plus)
            - 35 / 24 * flat**3 * sin(3 * less) * cos(3 * plus)
        )
    )
    c, t = cos(phi), tan(phi) ** 2
    north = (
        meridian
        + grid.north
        + nu / 2 * sin(phi) * c * away**2
        + nu / 24 * sin(phi) * c**3 * (5 - t + 9 * eta) * away**4
        + nu / 720 * sin(phi) * c**5 * (61 - 58 * t + t**2) * away**6
    )
    east = (
        grid.east
        + nu * c * away
        + nu / 6 * c**3 * (nu / rho - t) * away**3
        + nu / 120 * c**5 * (5 - 18 * t + t**2 + 14 * eta - 58 * t * eta) * away**5
    )
    return east, north
