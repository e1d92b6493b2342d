"""The network of approvals before construction starts: template, passes, chance. Pure.

Times are numbers of working days from a fixed origin (see `days`): an item accepted on day S with
a term of n working days is due at the close of day S + n.
"""
