"""What inspections find out, how, and what becomes of it: places, checklists, rounds, results."""
