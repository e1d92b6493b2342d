"""Open311 GeoReport v2, both ways: a server of our public cases, and a client of other servers."""
