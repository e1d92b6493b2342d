"""A simulated district for a demo: readings sent as devices send them, and scenarios to watch.

No deployment starts it: outside a demo its process does not run and its pages are not there.
"""
