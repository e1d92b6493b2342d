"""Looking a few hours ahead of a water level: numbers in, numbers with their error out. Pure.

An hour is the step. Three methods compete on the newest part of the past, which none of them was
fitted on, and each horizon takes the one with the least mean absolute error there:

- `unchanged`: the level stays (persistence).
- `trend`: the last hour's change goes on, damped by a factor fitted for the horizon.
- `regression`: a ridge regression of the change over the horizon on the latest changes of the
  level, rain of the last hours and levels upstream (an ARX model, one for each horizon).

The interval is made of the errors of the chosen method on that newest part, those of hours after
rain apart where there are enough of them. Nothing is known of rain that has not fallen yet.
"""

from district.systems.early_warning.forecasting.ahead import Ahead, Refusal, Wanted, look_ahead
from district.systems.early_warning.forecasting.grid import Hours, hourly_levels, hourly_sums

__all__ = ["Ahead", "Hours", "Refusal", "Wanted", "hourly_levels", "hourly_sums", "look_ahead"]
