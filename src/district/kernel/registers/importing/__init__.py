"""A file becomes rows: read, understood cell by cell, compared with what is there, written."""
