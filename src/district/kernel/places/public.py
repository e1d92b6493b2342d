"""What other parts may use of places."""

from district.kernel.places import coordinates
from district.kernel.places.geojson import AreaRow, parse_areas
from district.kernel.places.models import Area, AreaLevel
from district.kernel.places.selectors import (
    area_at,
    area_codes_at,
    area_codes_touching,
    areas,
    areas_geojson,
    ground,
    has_approximate,
    marked,
    points_on_streets,
)
from district.kernel.places.services import AreasLoaded, load_areas
from district.kernel.places.sphere import EARTH_METRES, metres_between

__all__ = [
    "EARTH_METRES",
    "Area",
    "AreaLevel",
    "AreaRow",
    "AreasLoaded",
    "area_at",
    "area_codes_at",
    "area_codes_touching",
    "areas",
    "areas_geojson",
    "coordinates",
    "ground",
    "has_approximate",
    "load_areas",
    "marked",
    "metres_between",
    "parse_areas",
    "points_on_streets",
]
