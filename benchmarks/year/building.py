"""Building a share of a year inside an installation."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

from benchmarks.installation import ROOT, Installation

_FILL = """
import sys
from benchmarks.year.filling import Size, fill
fill(Size.share(float(sys.argv[1]), int(sys.argv[2])), seed=int(sys.argv[3]))
"""


def build(installation: Installation, share: float, readings: int, seed: int) -> float:
    """Build that share of a year, each datastream with so many readings; the minutes it took."""
    print(f"a year, {share:.3g} of it, on {installation.engine}", flush=True)
    began = time.perf_counter()
    run(installation, _FILL, str(share), str(readings), str(seed))
    minutes = (time.perf_counter() - began) / 60
    used = shutil.disk_usage(installation.var)
    print(f"built in {minutes:.1f} minutes; {used.free >> 30} GB of disk are left", flush=True)
    return minutes


def run(installation: Installation, code: str, *arguments: str) -> None:
    """Run code inside the installation; what it prints is seen at once."""
    script = f"import django; django.setup()\n{code}"
    subprocess.run(  # noqa: S603  # our own interpreter and code, without a shell
        [sys.executable, "-c", script, *arguments], env=installation.env, cwd=ROOT, check=True
    )
