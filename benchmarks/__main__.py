"""Runs every benchmark, or those named; each prints its own table.

``python -m benchmarks`` runs all; ``python -m benchmarks web reading`` those two; options after a single name
(``python -m benchmarks engine --quick``) are handed on to it.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import benchmarks

PARTS = ("compare", "explainers", "ours", "peers", "results", "visit")
LISTS = ("sets",)
"""Run only when named."""


def main() -> int:
    """Runs the benchmarks in this process, one after the other."""
    found = sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if not one.name.startswith("_"))
    known = [name for name in found if name not in PARTS]
    given = sys.argv[1:]
    first = next((place for place, word in enumerate(given) if word.startswith("-")), len(given))
    asked, options = given[:first] or [name for name in known if name not in LISTS], given[first:]
    unknown = sorted(set(asked) - set(known))
    if unknown or (options and len(asked) != 1):
        said = f"Unknown: {', '.join(unknown)}. " if unknown else "Options are for one benchmark alone. "
        sys.stderr.write(f"{said}There are: {', '.join(known)}.\n")
        return 2
    sys.argv = [sys.argv[0], *options]
    for name in asked:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
