"""Runs every benchmark, or those named; each prints its own table.

``python -m benchmarks`` runs all; ``python -m benchmarks web reading`` those two.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import benchmarks


def main() -> int:
    """Runs the benchmarks in this process, one after the other."""
    known = sorted(i.name for i in pkgutil.iter_modules(benchmarks.__path__) if not i.name.startswith("_"))
    asked = sys.argv[1:] or known
    unknown = sorted(set(asked) - set(known))
    if unknown:
        sys.stderr.write(f"Unknown: {', '.join(unknown)}. There are: {', '.join(known)}.\n")
        return 2
    sys.argv = sys.argv[:1]
    for name in asked:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
