"""Names that the parts of investment projects share."""

from district.kernel.history.public import Actor

VIEW = "projects.project.view"
SAVE = "projects.project.save"
HANDLE = "projects.item.handle"
COUNT = "projects.month.count"
RAISE = "projects.problem.raise"
ANSWER = "projects.problem.answer"
CALL = "projects.call.raise"
TURN_UP = "projects.call.turn_up"
FOLLOW = "projects.follow_up.make"
LOAD = "projects.setting.load"

#: Registers.
PROJECTS = "projects-projects"
ITEMS = "projects-items"
MONTHS = "projects-months"
PROBLEMS = "projects-problems"
CALLED = "projects-called"
WEEKS = "projects-weeks"

#: How history and tracking call things.
PROJECT = "projects.project"
ITEM = "projects.item"
PROBLEM = "projects.problem"
CALL_LINE = "projects.call_line"
WEEK = "projects.week"
SETTING = "projects.setting"

#: Message: what the measures count changed from a month on; {"since": its first day}.
COUNTS_CHANGED = "projects.counts_changed"

#: The system's own acts.
SYSTEM = Actor.system("projects")
#: The urging of projects and their items, of problems, and of departments that a street called.
LADDER, PROBLEM_LADDER, CALL_LADDER = "projects", "projects.problem", "projects.call"
#: The urging of weekly follow-ups.
WEEK_LADDER = "projects.week"
#: How often Monte Carlo runs.
RUNS = 1000
