"""A total spread over the periods of a year like a pattern: proportional Denton. Pure.

Of all paths with the wanted sums it is the one whose ratios to the pattern change least from one
period to the next: it minimises the sum of (x[t]/s[t] - x[t-1]/s[t-1]) squared (Denton 1971, in
the proportional first-difference form of Cholette and Dagum 2006). With an anchor, the ratio of
the period before the year counts as well, so that the year begins where the last one ended.
Floors are inequalities of the same quadratic programme, solved by active sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CHANGES = 500
_NIL = 1e-11


@dataclass(frozen=True)
class Rule:
    """The sum over some periods: exactly `value`, or at least, where `floor` is set."""

    periods: tuple[int, ...]
    value: float
    floor: bool = False


def spread(
    pattern: Floats, total: float, rules: Sequence[Rule] = (), *, anchor: float | None = None
) -> Floats:
    """The path of periods with this total under the rules; periods without pattern stay 0.

    `pattern` is last year's, not negative and not all 0; `anchor` is the ratio to it in the last
    period before the year. No period falls below 0. The rules must be such that they can be met.
    """
    size = len(pattern)
    used = pattern > 0
    scale = total / float(pattern.sum()) if total else 1.0
    # In ratios to the pattern, scaled to about 1, the system is well conditioned.
    weights = pattern / float(pattern.sum())
    whole = Rule(tuple(range(size)), total)
    equal = [whole, *(rule for rule in rules if not rule.floor)]
    least = [rule for rule in rules if rule.floor]
    least += [Rule((at,), 0.0, floor=True) for at in range(size) if used[at]]
    shape = _curvature(size, None if anchor is None else anchor / scale)
    amount = max(abs(total), 1e-300)
    rows, sides = _lines(equal, weights, amount)
    low, bounds = _lines(least, weights, amount)
    ratios = _solved(shape, rows, sides, low, bounds)
    return np.where(used, ratios * weights * amount, 0.0)


def spread_many(pattern: Floats, totals: Floats) -> Floats:
    """Each line's total over the periods in proportion to its own pattern; 0 without a pattern.

    With the year's total alone the proportional Denton path is the pattern itself, scaled.
    """
    sums = pattern.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(pattern, sums, out=np.zeros_like(pattern), where=sums > 0)
    found: Floats = shares * totals[..., None]
    return found


def _curvature(size: int, anchor: float | None) -> tuple[Floats, Floats]:
    """The quadratic form and the linear part of the squared changes of the ratios."""
    steps = np.diff(np.eye(size), axis=0)
    form, linear = steps.T @ steps, np.zeros(size)
    if anchor is not None:
        form[0, 0] += 1
        linear[0] = anchor
    return form, linear


def _lines(rules: Sequence[Rule], weights: Floats, amount: float) -> tuple[Floats, Floats]:
    rows = np.zeros((len(rules), len(weights)))
    for line, rule in enumerate(rules):
        rows[line, list(rule.periods)] = weights[list(rule.periods)]
    return rows, np.array([rule.value / amount for rule in rules])


def _solved(
    shape: tuple[Floats, Floats], rows: Floats, sides: Floats, low: Floats, bounds: Floats
) -> Floats:
    """The least of the form under equalities and lower bounds, one bound changed at a time."""
    active: list[int] = []
    for _change in range(_CHANGES):
        held = np.vstack([rows, low[active]])
        ratios, pulls = _balanced(shape, held, np.concatenate([sides, bounds[active]]))
        short = bounds - low @ ratios
        short[active] = 0
        worst = int(np.argmax(short)) if len(short) else -1
        if worst >= 0 and short[worst] > _NIL:
            active.append(worst)
            continue
        pulled = pulls[len(rows) :]
        if not len(pulled) or pulled.min() >= -_NIL:
            break
        del active[int(np.argmin(pulled))]
    return ratios


def _balanced(shape: tuple[Floats, Floats], rows: Floats, sides: Floats) -> tuple[Floats, Floats]:
    """The stationary point under the lines as equalities, and what each line pulls with."""
    form, linear = shape
    size, count = len(linear), len(rows)
    system = np.zeros((size + count, size + count))
    system[:size, :size] = form
    system[:size, size:] = -rows.T
    system[size:, :size] = rows
    answer = np.linalg.lstsq(system, np.concatenate([linear, sides]), rcond=None)[0]
    return answer[:size], answer[size:]
