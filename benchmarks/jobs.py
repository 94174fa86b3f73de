"""How long a person waits: from Train to the first point of the curve, from Stop to stopped, for one answer.

``python -m benchmarks jobs`` prints one table. Targets: first point under 2 s on a warm worker and 1,000 rows; stopped
within 3 s.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from core import values
from core.data.keep import open_table
from core.data.samples import sample
from core.deliver.ask.rows import ask_answers, ask_reasons
from core.deliver.plan import plan
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.engines.processes import Processes
from core.engines.resident import Resident
from core.learn.recipe import Net, Recipe

ROWS = 1_000
TURNS = 3
Line = tuple[str, str, str]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder))
    width = max(len(name) for name, _, _ in lines)
    print(f"{'what':{width}}  {'measured':>24}  target")
    for name, measured, target in lines:
        print(f"{name:{width}}  {measured:>24}  {target}")


def measure(home: Path) -> list[Line]:
    store = Store(home, "benchmark")
    cold = Processes(home, cores=1, warm=False).start()
    table, reading = read(store, cold)
    recipe, _ = plan(open_table(table), "Result", "education", time_budget_seconds=30)
    firsts, _, cold_cpu, _ = turns(store, cold, table, recipe)
    cold.close()
    warm = Processes(home, cores=1, refill_seconds=0.5).start()
    quick, stops, warm_cpu, whole = turns(store, warm, table, recipe, settle=6.0)
    killed = kill(store, warm, table, recipe)
    warm.close()
    return [
        (f"read {ROWS:,} rows, submit to done", seconds([reading]), ""),
        ("train, cold worker, submit to first pass", seconds(firsts), ""),
        ("train, warm worker, submit to first pass", seconds(quick), "< 2 s"),
        ("  of which processor time: cold worker", seconds(cold_cpu), ""),
        ("  of which processor time: warm worker", seconds(warm_cpu), ""),
        ("stop to stopped with a usable model", seconds(stops), "< 3 s"),
        ("worker killed to said so", seconds([killed]), "< 0.5 s"),
        *answers(whole),
    ]


def read(store: Store, processes: Processes) -> tuple[Path, float]:
    content = sample("students")[0].head(ROWS).to_csv(index=False).encode()
    files = [{"path": str(store.new_upload("students.csv", content)), "name": "students.csv"}]
    table = store.table_folder(store.new_table_id())
    run = store.new_run(Request("read", table=str(table), arguments={"files": files, "domain": "education"}))
    begun = time.perf_counter()
    processes.submit(run)
    wait(lambda: run.state().ended)
    assert run.state().phase == "done", (run.folder / "log.txt").read_text()
    return table, time.perf_counter() - begun


def turns(
    store: Store, processes: Processes, table: Path, recipe: Recipe, settle: float = 0.0
) -> tuple[list[float], list[float], list[float], Run]:
    """Several trainings, each stopped after its first pass.

    Seconds to that pass, seconds from the stop to stopped, processor seconds from start to that pass, the last run.
    """
    firsts, stops, cpu = [], [], list[float]()
    for _ in range(TURNS):
        time.sleep(settle)
        run = training(store, table, recipe)
        begun = time.perf_counter()
        processes.submit(run)
        wait(lambda run=run: run.state().phase == "running")  # type: ignore[misc]
        worker = psutil.Process(run.state().pid)
        used = sum(worker.cpu_times()[:2])
        wait(lambda run=run: passed(run))  # type: ignore[misc]
        firsts.append(time.perf_counter() - begun)
        cpu.append(sum(worker.cpu_times()[:2]) - used)
        begun = time.perf_counter()
        processes.stop(run)
        wait(lambda run=run: run.state().ended)  # type: ignore[misc]
        stops.append(time.perf_counter() - begun)
        assert run.usable, run.state()
    return firsts, stops, cpu, run


def training(store: Store, table: Path, recipe: Recipe) -> Run:
    endless = Recipe(**{**vars(recipe), "net": Net(epochs=10**6, patience=10**6), "members": ("net",)})
    arguments = {"recipe": values.from_json(dict, values.to_json(endless))}
    return store.new_run(Request("train", table=str(table), arguments=arguments))


def kill(store: Store, processes: Processes, table: Path, recipe: Recipe) -> float:
    run = training(store, table, recipe)
    processes.submit(run)
    wait(lambda: passed(run))
    psutil.Process(run.state().pid).kill()
    begun = time.perf_counter()
    wait(lambda: run.state().ended)
    return time.perf_counter() - begun


def answers(run: Run) -> list[Line]:
    resident = Resident()
    begun = time.perf_counter()
    resident.ask("ping")
    started = time.perf_counter() - begun
    begun = time.perf_counter()
    ask_answers(resident, run, rows=[0])
    first = time.perf_counter() - begun
    one, many = [0], list(range(300))
    lines = [
        ("resident: start to first word", seconds([started]), ""),
        ("resident: first model opened and asked", seconds([first]), ""),
        ("resident: predict 1 row", seconds(times(lambda: ask_answers(resident, run, rows=one), 50)), ""),
        ("resident: predict 300 rows", seconds(times(lambda: ask_answers(resident, run, rows=many), 20)), ""),
        ("resident: explain 1 row", seconds(times(lambda: ask_reasons(resident, run, rows=one), 10)), "< 0.3 s"),
        ("resident: explain 300 rows", seconds(times(lambda: ask_reasons(resident, run, rows=many, effort=15), 1)), ""),
    ]
    resident.close()
    return lines


def times(ask: Callable[[], object], turns: int) -> list[float]:
    taken = []
    for _ in range(turns):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return taken


def passed(run: Run) -> bool:
    assert not run.state().ended, (run.folder / "log.txt").read_text()
    return any(event.kind == "epoch" for event in run.events()[0])


def wait(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.005)


def seconds(taken: list[float]) -> str:
    """Median, and the worst where there were several."""
    if len(taken) == 1:
        return f"{taken[0]:.3f} s"
    return f"{statistics.median(taken):.3f} s (max {max(taken):.3f})"


if __name__ == "__main__":
    main()
