"""What the worker does for cases."""

from __future__ import annotations

from datetime import timedelta

from district.kernel.base.periodic import declare_periodic
from district.kernel.cases.forgetting import forget_due
from district.kernel.cases.services.attaching import sweep_files
from district.kernel.cases.services.resuming import resume_due

declare_periodic("cases.forget", timedelta(hours=1), forget_due)
declare_periodic("cases.resume", timedelta(minutes=10), resume_due)
declare_periodic("cases.sweep_files", timedelta(days=1), sweep_files)
