"""What can go wrong, in words for the person who meets it."""

from __future__ import annotations


class DistrictError(Exception):
    """Base of every error that a person may see; `str()` is a sentence for them."""

    status = 400


class Invalid(DistrictError):
    """Input that cannot be taken: which field, what is wrong, what to do."""

    status = 422

    def __init__(self, field: str, problem: str, remedy: str = "") -> None:
        self.field, self.problem, self.remedy = field, problem, remedy
        super().__init__(" ".join(part for part in (problem, remedy) if part))


class SettingError(ValueError):
    """A setting of a district that cannot be taken: which entry, and why."""

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(f"{entry}: {problem}")
        self.entry, self.problem = entry, problem


class NotPermitted(DistrictError):
    """The actor has no right to this action on this object."""

    status = 403


class NotFound(DistrictError):
    """There is no such object, or the actor may not know of it."""

    status = 404


class Conflict(DistrictError):
    """Somebody else changed the object meanwhile, or its state forbids the action now."""

    status = 409
