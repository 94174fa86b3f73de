"""The same training on the processor and on the GPU in one run; says so where there is no GPU.

``python -m benchmarks devices [--rows 100000] [--seconds 300]``
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.scale import apart, lay_out


def main() -> None:
    """Prints the table."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks devices")
    ask.add_argument("--rows", type=int, default=100_000)
    ask.add_argument("--seconds", type=float, default=300.0)
    options = ask.parse_args()
    if not gpu():
        sys.stdout.write("No GPU was found here, so nothing was compared.\n")
        return
    head = ("device", "rows", "first pass s", "end s", "CPU s", "loss", "best possible", "weights")
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    with tempfile.TemporaryDirectory() as place:
        lay_out(options.rows, Path(place), options.seconds, cores=os.cpu_count() or 1)
        for kind in ("cpu", ""):
            one = apart(Path(place), {**os.environ, "VITRINE_DEVICE": kind})
            cells = (one["device"], f"{options.rows:,}", f"{one['epoch']:.1f}", f"{one['wall']:.1f}",
                     f"{one['cpu']:.1f}", f"{one['loss']:.4f}", f"{one['best']:.4f}", one["weights"])  # fmt: skip
            sys.stdout.write(f"| {' | '.join(cells)} |\n")
            sys.stdout.flush()


def gpu() -> bool:
    """Whether torch finds one."""
    import torch

    return torch.cuda.is_available()


if __name__ == "__main__":
    main()
