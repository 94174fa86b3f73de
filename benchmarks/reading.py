"""How long reading takes and how much memory it needs, each file in a process of its own.

``python -m benchmarks reading`` prints one table. Target: a CSV of 250 MB (1 million rows x 30) in under 30 s with a
peak under 2 GB.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow
import pyarrow.parquet as pq

ROWS = 1_000_000
CHILD = """
import resource, sys, time
from pathlib import Path
from core.data.read import read
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
frame, source, findings = read(Path(sys.argv[1]), sys.argv[1])
seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = ", ".join(sorted({finding.code for finding in findings}))
print(len(frame), len(frame.columns), round(seconds, 1), peak // 1000, told, sep="|")
"""


def main() -> None:
    print(f"{'file':34} {'MB':>5} {'rows':>10} {'columns':>8} {'seconds':>8} {'peak MB':>8}  told")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in files(Path(folder)):
            rows, columns, seconds, peak, told = measured(path)
            size = path.stat().st_size / 1e6
            print(f"{name:34} {size:5.0f} {int(rows):10,} {columns:>8} {seconds:>8} {peak:>8}  {told}")
            path.unlink()


def measured(path: Path) -> list[str]:
    """What the child prints."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip().split("|")


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each file when it is its turn, so that the disk holds one at a time."""
    table, path = made(ROWS), folder / "table"
    arrow.write_csv(table, path)
    yield "CSV, clean", path
    arrow.write_csv(table, path)
    with path.open("ab") as target:
        target.write(b"1,2,3\n")
    yield "CSV, one short row at the end", path
    path.write_bytes(("姓名,诊断,年龄\n" + "王小明,高血压病人需要长期服药,41\n" * ROWS).encode("gb18030"))
    yield "CSV, GB18030", path
    pq.write_table(table, path)
    yield "Parquet", path


def made(rows: int, seed: int = 0) -> pa.Table:
    """Fifteen columns of decimals, eight of whole numbers, seven of words: about 230 bytes a row as CSV."""
    draw = np.random.default_rng(seed)
    columns: dict[str, Any] = {f"decimal_{n}": np.round(draw.normal(100, 20, rows), 5) for n in range(15)}
    columns |= {f"whole_{n}": draw.integers(0, 1_000_000, rows) for n in range(8)}
    words = np.array(["alpha", "beta", "gamma", "delta, epsilon"])
    columns |= {f"word_{n}": words[draw.integers(0, 4, rows)] for n in range(7)}
    return pa.table(columns)


if __name__ == "__main__":
    began = time.perf_counter()
    main()
    print(f"{time.perf_counter() - began:.0f} s in all")
