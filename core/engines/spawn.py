"""Processes of our own, started the one way that is safe beside a web server."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import IO, Any

from core.settings import PROJECT

ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "OPENBLAS_NUM_THREADS": "1"}
"""Threads that wait sleep: on a busy machine spinning ones make small nets twenty times slower. Those of numpy's own
matrices cannot sleep, and the matrices are small: there one is enough."""


def spawn(
    module: str, *arguments: str, stdin: int, stdout: int | IO[Any], stderr: int | IO[Any]
) -> subprocess.Popen[str]:
    """``python -m module arguments`` in the project's folder; never by fork, never through multiprocessing."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env={**os.environ, **ENVIRONMENT},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        **_apart(),
    )


def _apart() -> dict[str, Any]:
    """A process group of its own, so that Ctrl-C in the server's terminal leaves it alone.

    Not a session of its own: Linux shares the processor between sessions, which would make nice useless.
    """
    if os.name == "nt":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"process_group": 0}
