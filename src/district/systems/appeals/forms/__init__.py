"""The forms of appeals."""
