"""What the operations centre keeps; each part has its own."""

from district.systems.operations_centre.board.models import CentreName

__all__ = ["CentreName"]
