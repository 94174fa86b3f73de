"""LightGBM, with an OpenMP on machines that have none: torch brings one, loaded here without the rest of torch."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from core.learn import device  # noqa: F401 - before OpenMP: it says how threads wait


@cache
def lightgbm() -> ModuleType:
    """The module. OpenMP alone takes a millisecond where importing torch for it takes seconds."""
    found = find_spec("torch")
    for folder in (found and found.submodule_search_locations) or ():
        for shared in sorted((Path(folder) / "lib").glob("libgomp*")):
            ctypes.CDLL(str(shared), mode=ctypes.RTLD_GLOBAL)
    import lightgbm

    return lightgbm
