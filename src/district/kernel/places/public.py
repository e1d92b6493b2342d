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
)
from district.kernel.places.services import AreasLoaded, load_areas

__all__ = [
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
    "load_areas",
    "parse_areas",
]
