"""The live board: everything open by unit, light and type, on a wall, a desk and a map."""
