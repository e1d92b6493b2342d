"""`district appeals ...`: what is done with appeals at the server's own command line."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    train = steps.add_parser("train", help="train the suggestion of matters from handled appeals")
    train.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen sub-command; Django is up. The exit code."""
    from district.systems.appeals.services.training import train_from_handled

    if arguments.step == "train":
        for line in train_from_handled(seed=arguments.seed):
            print(line)
    return 0
