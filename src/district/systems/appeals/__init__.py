"""Appeals: what residents report to the district, and who settles it by when."""
