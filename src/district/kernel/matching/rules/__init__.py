"""Conditions over populations: pure, no database."""
