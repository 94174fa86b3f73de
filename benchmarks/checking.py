"""How long checking, keeping, opening and conforming take, and how much memory: a printed table.

Run from the project: ``python -m benchmarks.checking [ROWS]`` (1,000,000 rows x 30 columns; about a minute).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.check import check
from core.data.conform import conform
from core.data.keep import frame, keep


def strings(values: np.ndarray) -> pd.Series:
    """Values as the reader hands them over: text."""
    return pd.Series(pd.array(pa.array(values).cast(pa.large_string()), dtype="str"))


def table(rows: int) -> pd.DataFrame:
    """Thirty columns of every kind, as text."""
    rng = np.random.default_rng(0)
    columns = {f"measure {i}": strings(rng.normal(100, 20, rows).round(3)) for i in range(14)}
    columns |= {f"count {i}": strings(rng.integers(0, 50, rows)) for i in range(4)}
    columns |= {
        f"category {i}": strings(np.array(["a", "bb", "ccc", "dd"])[rng.integers(0, 4, rows)]) for i in range(6)
    }
    columns["id"] = strings(np.arange(rows) + 10**7)
    columns["mail"] = strings(np.char.add(rng.permutation(rows).astype(str), "@example.com"))
    columns["day"] = strings((np.datetime64("2015-01-01") + rng.integers(0, 3000, rows)).astype(str))
    columns["price"] = strings(np.char.add("$", rng.lognormal(7, 1, rows).round(2).astype(str)))
    columns["post code"] = strings(np.char.zfill(rng.integers(0, 99999, rows).astype(str), 5))
    columns["share"] = strings(np.char.add(rng.integers(0, 100, rows).astype(str), "%"))
    return pd.DataFrame(columns)


def timed(what: str, work: Callable[[], object]) -> object:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:<32} {seconds:8.2f} s   {peak:5.2f} GB at most so far")
    return result


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    raw = table(rows)
    timed(f"made {rows:,} rows x {raw.shape[1]}", lambda: None)
    found = timed("check", lambda: check(raw, [], [], domain="finance", table_id="t", name="t"))
    with tempfile.TemporaryDirectory() as folder:
        timed("keep", lambda: keep(found, Path(folder)))
        timed("open all", lambda: frame(Path(folder)))
        timed("open one row", lambda: frame(Path(folder), rows=[rows // 2]))
    timed("conform all", lambda: conform(raw, found.schema))
    one = found.frame.iloc[[0]]
    timed("conform one typed row", lambda: conform(one, found.schema))


if __name__ == "__main__":
    main()
