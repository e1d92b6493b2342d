"""The shell, components and assets of the pages."""
