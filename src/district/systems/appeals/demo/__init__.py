"""A believable month of appeals for a demo, and a day that goes on; all through the services."""

from district.systems.appeals.demo.month import play
from district.systems.appeals.demo.watching import arrive, go_on

__all__ = ["arrive", "go_on", "play"]
