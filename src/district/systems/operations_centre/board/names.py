"""Names of the board."""

VIEW = "operations_centre.board.view"
LOAD = "operations_centre.centres.load"
#: The register of all cases that a member may see, whatever their type: the board's figures
#: open it.
CASES = "operations_centre-cases"
STREAM = "operations_centre"
