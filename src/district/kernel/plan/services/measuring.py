"""Measures of commitments: found by what they count, made with a proposed statistical basis."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.measures.public import Measure, MeasureSpec, ensure_measures
from district.kernel.plan.models import Commitment
