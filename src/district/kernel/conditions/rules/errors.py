"""What is wrong with a condition: where, with which attribute, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid


class ConditionError(Invalid):
    """A condition that cannot be taken.

    `field` is the attribute's key where one is concerned, else "where". `position` is the offset
    of the offending character in the text form, or None; `place` is the path in the JSON form,
    `all[1].value`, or "".
    """

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        *,
        field: str = "where",
        position: int | None = None,
        place: str = "",
    ) -> None:
        self.position, self.place = position, place
        self.bare_problem = problem
        if position is not None:
            problem = _("第 %(number)d 个字处：%(problem)s") % {
                "number": position + 1,
                "problem": problem,
            }
        elif place:
            problem = _("%(place)s 处：%(problem)s") % {"place": place, "problem": problem}
        super().__init__(field, problem, remedy)

    def at(self, *, position: int | None = None, place: str = "") -> ConditionError:
        """The same error, said of a place."""
        return ConditionError(
            self.bare_problem, self.remedy, field=self.field, position=position, place=place
        )
