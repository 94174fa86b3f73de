"""Runs every benchmark, or those named; each prints its own table.

``python -m benchmarks`` runs all; ``python -m benchmarks web reading`` those two; options after a single name
(``python -m benchmarks engine --quick``) are handed on to it.
"""

from __future__ import annotations

import sys
from importlib import import_module

BENCHMARKS = ("checking", "devices", "engine", "jobs", "reading", "reasons", "scale", "web")
LISTS = ("sets",)


def main() -> int:
    """Runs the benchmarks in this process, one after the other."""
    given = sys.argv[1:]
    first = next((place for place, word in enumerate(given) if word.startswith("-")), len(given))
    asked, options = given[:first] or list(BENCHMARKS), given[first:]
    unknown = sorted(set(asked) - set(BENCHMARKS + LISTS))
    if unknown or (options and len(asked) != 1):
        said = f"Unknown: {', '.join(unknown)}. " if unknown else "Options are for one benchmark alone. "
        sys.stderr.write(f"{said}There are: {', '.join(BENCHMARKS + LISTS)}.\n")
        return 2
    sys.argv = [sys.argv[0], *options]
    for name in asked:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
