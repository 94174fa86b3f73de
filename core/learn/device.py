"""The one file that knows devices: which there is, what it is called, what fits it.

Import it before torch: on a busy machine OpenMP's default spin-wait makes small nets twenty times slower.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.settings import settings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

SMALL_ROWS = 20_000
"""Below this a second thread costs more than it brings."""


@dataclass(frozen=True)
class Device:
    """Where nets are trained."""

    kind: Literal["cpu", "cuda"]
    name: str
    """For people: "NVIDIA H100", "CPU (AMD EPYC, 2 cores)"."""

    @property
    def big(self) -> bool:
        """True where larger nets and batches pay."""
        return self.kind == "cuda"


def choose() -> Device:
    """The GPU where there is one and the settings let it be used, else the processor."""
    if settings().device.lower() == "cpu":
        return processor()
    import torch

    if not torch.cuda.is_available():
        return processor()
    return Device("cuda", torch.cuda.get_device_name(0))


def processor() -> Device:
    """The processor, with its name and the cores this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Device("cpu", f"CPU ({_processor_name()}, {cores} core{'' if cores == 1 else 's'})")


def mixed(device: Device) -> Any:
    """A context in which matrix products run in half precision where the device is fast at it."""
    import torch

    return torch.autocast("cuda", dtype=torch.bfloat16, enabled=device.big)


def out_of_memory(error: BaseException) -> bool:
    """True where a device, not the program, is the reason."""
    import torch

    return isinstance(error, torch.cuda.OutOfMemoryError)


def forget() -> None:
    """Gives the device's cached memory back after it ran out."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@contextmanager
def threads() -> Iterator[None]:
    """Whatever number of threads torch is given inside, it has the old one afterwards."""
    import torch

    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def use_cores(rows: int, cores: int) -> None:
    """Gives torch the cores lent at this moment, for a training on so many rows; results do not depend on it."""
    import torch

    wanted = 1 if rows < SMALL_ROWS else max(1, cores)
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


def alone() -> Any:
    """A context in which numpy and scikit-learn use one thread.

    Their matrices here are small, and on a busy machine threads that wait for each other are ten times slower.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(1, user_api="blas")


@contextmanager
def seeded(seed: int, device: Device) -> Iterator[None]:
    """Randomness of torch from a seed, the caller's own state afterwards."""
    import torch

    with torch.random.fork_rng(devices=[0] if device.big else []):
        torch.manual_seed(seed)
        yield


def environment(device: Device) -> dict[str, str]:
    """Versions and device: what a result depends on beside recipe and data."""
    import sklearn
    import torch

    return {
        "device": device.kind,
        "device_name": device.name,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "scikit-learn": str(sklearn.__version__),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _processor_name() -> str:
    source = Path("/proc/cpuinfo")
    lines = source.read_text(errors="replace").splitlines() if source.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    for word in ("(R)", "(TM)", "Processor", "CPU"):
        name = name.replace(word, "")
    return " ".join(name.split("@")[0].split())
