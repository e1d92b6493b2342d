"""What the worker does for environment: results of new readings, then the rule of refusal."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.systems.environment.services.computing import compute_results
from district.systems.environment.services.melting import melt_due

declare_periodic("environment.compute", timedelta(minutes=10), compute_results)
declare_periodic("environment.melt", timedelta(minutes=5), melt_due)
