"""The network of approvals of 10,000 projects of 60 items: dates, one event, chances.

First the rules: both passes over all projects, one project alone, and 1,000 runs of Monte Carlo
over all of them. Then the product on each database, with reading and writing (`projects_run`): all
projects recomputed again, after a night, and from their rows; an approval accepted, committed. Of
the night the figure is that of computing all projects and keeping what comes out, read and written;
draws and lights have bounds of their own, the rows of the approvals follow. Of the event it is that
of computing its project anew, read and written, with draws and lights; what is asked and recorded
of the officer's own act comes besides. All parts are printed.

The peer is the same in plain Python, project by project and item by item (the oracle of the tests,
whose earliest starts must be equal): of the passes over all projects, of the runs for a part of the
projects, counted up. `python -m benchmarks.projects_network 1000` is a small run.
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal

import numpy as np

from benchmarks.harness import close, seconds
from benchmarks.installation import engines, installed
from district.systems.projects.rules.network.chance import LEVELS, Past, draws, levels, outlook
from district.systems.projects.rules.network.passes import (
    DONE,
    RUNNING,
    WAITING,
    State,
    schedule,
)
from district.systems.projects.rules.network.template import ItemSpec, Link, Template
from district.systems.projects.tests import plain

PROJECTS, ITEMS, RUNS, NOW = 10_000, 60, 1_000, 5_000
BOUND_ALL, BOUND_ONE, BOUND_RUNS = 2.0, 0.020, 30.0
_CODE = """
import json, sys
from benchmarks import projects_population, projects_run
made = projects_population.fill_projects(int(sys.argv[1]), int(sys.argv[2]))
found = projects_run.recomputed()
print(json.dumps({"all": found, "one": projects_run.accepted(made["member"], int(sys.argv[3]))}))
"""
_SPREAD = [Decimal("0.5"), Decimal(1), Decimal(2)]
_NAMES = {WAITING: "waiting", RUNNING: "running", DONE: "done"}


def template(items: int) -> Template:
    """An invented network in six waves, every item with one to three prerequisites of the wave
    before, some with early intervention or tolerance."""
    rng = np.random.default_rng(60)
    wave = max(items // 6, 1)
    made: list[ItemSpec] = []
    for j in range(items):
        low = max((j // wave - 1) * wave, 0)
        count = 0 if j < wave else int(rng.integers(1, 4))
        before = rng.choice(np.arange(low, (j // wave) * wave), min(count, wave), replace=False)
        kinds = rng.choice(["after", "early", "tolerate"], len(before), p=[0.7, 0.2, 0.1])
        links = [
            Link(f"i{i}", str(kind), 3 if kind == "early" else 0, 2 if kind == "early" else 0, "m")
            for i, kind in zip(before, kinds, strict=True)
        ]
        if j == items - 1:
            named = {link.item for one in made for link in one.links} | {x.item for x in links}
            links += [Link(one.key) for one in made if one.key not in named]
        made.append(
            ItemSpec(f"i{j}", "", "", "", 60, int(rng.integers(3, 30)), int(rng.integers(0, 6)),
                     links=tuple(links))
        )  # fmt: skip
    return Template("bench", "", "", f"i{items - 1}", tuple(made))


def under_way(projects: int, items: int) -> State:
    """Projects at all stages: some items approved, a few running, the rest waiting."""
    rng = np.random.default_rng(61)
    reached = rng.integers(0, items, (projects, 1)) - np.arange(items)[None, :]
    state = np.where(reached > 3, DONE, np.where(reached > 0, RUNNING, WAITING)).astype(np.int64)
    accepted = NOW - rng.integers(5, 60, (projects, items))
    return State(
        state,
        accepted,
        np.minimum(accepted + rng.integers(2, 40, (projects, items)), NOW),
        rng.integers(0, 4, (projects, items)),
        rng.random((projects, items)) < 0.5,
        rng.random((projects, items)) < 0.5,
        NOW,
    )


def one_of(given: State, row: int) -> State:
    """The state of one project alone."""
    part = slice(row, row + 1)
    return State(
        given.state[part], given.accepted[part], given.approved[part], given.stood[part],
        given.early[part], given.tolerated[part], given.now,
    )  # fmt: skip


def plainly(network: Template, given: State, row: int) -> dict[str, plain.One]:
    """A project as the oracle takes it."""
    return {
        item.key: plain.One(
            _NAMES[int(given.state[row, j])],
            int(given.accepted[row, j]),
            int(given.approved[row, j]),
            int(given.stood[row, j]),
            bool(given.early[row, j]),
            bool(given.tolerated[row, j]),
        )
        for j, item in enumerate(network.items)
    }


def main(arguments: list[str] | None = None) -> int:
    """Run it and print the closing lines: three of the rules, two of the product."""
    projects = int(arguments[0]) if arguments else PROJECTS
    network, given = template(ITEMS), under_way(projects, ITEMS)
    terms = {item.key: item.promised for item in network.items}
    told = [plainly(network, given, row) for row in range(projects)]
    began = time.perf_counter()
    expected = [plain.plain_start(network, one, NOW, terms) for one in told]
    peer = time.perf_counter() - began
    equal = schedule(network, given).start.tolist() == expected
    print(f"earliest starts equal to the plain ones: {equal}", flush=True)
    whole = seconds(lambda: schedule(network, given))
    close(
        "projects_network", whole, "s", projects * ITEMS,
        peer="plain Python, forward pass only", peer_figure=peer,
        holds=whole < BOUND_ALL and equal,
    )  # fmt: skip
    past = Past({item.key: list(range(2, 62)) for item in network.items}, _SPREAD)
    planned = np.full(projects, NOW + 60, dtype=np.int64)
    alone = one_of(given, projects // 2)

    def event() -> None:
        schedule(network, alone)
        outlook(network, alone, past, planned[:1], RUNS)

    began = time.process_time()
    wall = seconds(event, runs=21, warmup=0)
    one = (time.process_time() - began) / 21
    print(f"one event: {one * 1000:.1f} ms of processor, {wall * 1000:.1f} ms wall", flush=True)
    close(
        "projects_event", one, "s of processor", ITEMS,
        peer="plain Python, forward pass only, one project",
        peer_figure=peer / projects, holds=one < BOUND_ONE,
    )  # fmt: skip
    began = time.perf_counter()
    outlook(network, given, past, planned, RUNS)
    runs = time.perf_counter() - began
    close(
        "projects_monte_carlo", runs, "s", projects * RUNS,
        peer="plain Python, 20 projects of 100 runs, counted up",
        peer_figure=_plain_runs(network, told, past) * projects * RUNS / 2_000,
        holds=runs < BOUND_RUNS,
    )  # fmt: skip
    return _product(projects, peer)


def _product(projects: int, peer: float) -> int:
    """The product's own way on each database; the figures are those of the slower one."""
    whole, event = 0.0, 0.0
    for engine in engines():
        with installed(engine) as installation:
            found = installation.call(_CODE, str(projects), str(ITEMS), "200")
        every, one = found["all"], found["one"]
        night = every["reckoning"] - every["drawing"]
        print(
            f"{engine}: again {every['again']:.2f} s; after a night {every['next day']:.2f} s: "
            f"computed and kept {night:.2f}, draws {every['drawing']:.2f}, rows of "
            f"{every['items']} items {every['showing']:.2f}, lights {every['lights']:.2f}, past "
            f"durations {every['counting']:.2f}; from rows {every['from rows']:.2f} s",
            flush=True,
        )
        print(
            f"{engine}: an item accepted p50 {one['p50']:.1f}, p95 {one['p95']:.1f} ms, "
            f"{one['cpu']:.1f} ms of processor, {one['statements']} statements; of it computed "
            f"anew p50 {one['again']:.1f}, p95 {one['again_p95']:.1f} ms; "
            f"load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        whole, event = max(whole, night), max(event, one["again_p95"])
    close(
        "projects_recompute", whole, "s after a night, computed and kept", projects * ITEMS,
        peer="plain Python, forward pass only, nothing read or written", peer_figure=peer,
        holds=whole < BOUND_ALL,
    )  # fmt: skip
    return close(
        "projects_accepted", event, "ms at p95, computed anew and kept", ITEMS,
        peer="plain Python, forward pass only, one project", peer_figure=peer / projects * 1000,
        holds=event < BOUND_ONE * 1000,
    )  # fmt: skip


def _plain_runs(network: Template, told: list[dict[str, plain.One]], past: Past) -> float:
    """Seconds for 20 projects of 100 runs with durations drawn as the product draws them."""
    table, chosen = levels(network, past), draws(network, RUNS)
    assert table.shape[1] == LEVELS  # noqa: S101  # a benchmark of the wrong thing says nothing
    began = time.perf_counter()
    for one in told[:20]:
        for run in range(100):
            terms = {
                item.key: int(table[j][chosen[j][run]]) for j, item in enumerate(network.items)
            }
            plain.plain_start(network, one, NOW, terms)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
