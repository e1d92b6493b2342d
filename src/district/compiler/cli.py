"""``district compile REPORT [--json|--csv|--xlsx [-o FILE]]``: works with no database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from district.compiler import compile_file
from district.compiler.document import read_report
from district.compiler.export import csv_text, json_lines, table, write_xlsx
from district.compiler.model import ReportError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the subcommand."""
    parser.add_argument("report", metavar="REPORT", help="UTF-8 text or Markdown, .docx or .pdf")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="CSV with a header line")
    shape.add_argument("--xlsx", action="store_true", help="a workbook, to -o or REPORT.xlsx")
    shape.add_argument(
        "--text", action="store_true", help="the file's text, to which the offsets refer"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write there, not to the terminal")


def run(args: argparse.Namespace) -> int:
    """Run the subcommand; an unusable file gets one line on standard error and status 1."""
    path = Path(args.report)
    try:
        if args.text:
            return _emit(read_report(path), args.output)
        compilation = compile_file(path)
        if args.xlsx:
            target = Path(args.output) if args.output else Path(path.name).with_suffix(".xlsx")
            write_xlsx(compilation.statements, target)
            print(f"{target}: {len(compilation.statements)} statements", file=sys.stderr)
            return 0
        if args.json:
            return _emit(json_lines(compilation.statements), args.output)
        if args.csv:
            return _emit(csv_text(compilation.statements), args.output)
        return _emit(table(compilation), args.output)
    except ReportError as error:
        print(f"district compile: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        print(f"district compile: {error.filename or path}: {reason}", file=sys.stderr)
        return 1


def _emit(text: str, output: str | None) -> int:
    if output:
        Path(output).write_text(text, encoding="utf-8", newline="")
        return 0
    if hasattr(sys.stdout, "reconfigure"):
        # The terminal's locale must not decide whether a Chinese report can be printed.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the compiler alone; returns the exit status."""
    parser = argparse.ArgumentParser(prog="district compile", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    raise SystemExit(main())
