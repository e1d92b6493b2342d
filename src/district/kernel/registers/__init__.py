"""A declared table becomes pages, import, export, API and figures."""
