"""The house keeps its order: who imports whom, what never appears, how large things may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PRODUCT = sorted(
    [*PROJECT.glob("core/**/*.py"), *PROJECT.glob("pages/**/*.py"), PROJECT / "dashboard.py", PROJECT / "asgi.py"]
)
GROUND = {"core.errors", "core.words", "core.settings", "core.values", "core.domains"}
"""Floor 0."""
ALLOWED = {
    "core.errors": GROUND,
    "core.words": GROUND,
    "core.settings": GROUND,
    "core.values": GROUND,
    "core.domains": GROUND,
    "core.data": GROUND | {"core.engines.base"},
    "core.engines": GROUND,
    "core.learn": GROUND | {"core.data", "core.engines.base"},
    "core.explain": GROUND | {"core.data", "core.learn", "core.engines.base"},
    "core.lessons": GROUND | {"core.data", "core.learn", "core.engines.base"},
    "core.whatif": GROUND | {"core.data", "core.learn", "core.explain", "core.engines.base"},
    "core.audits": GROUND | {"core.data", "core.learn", "core.explain", "core.engines.base"},
    "core.deliver": GROUND
    | {"core.data", "core.learn", "core.explain", "core.whatif", "core.audits", "core.lessons", "core.engines"},
    "core.plots": GROUND | {"core.data", "core.learn", "core.explain", "core.whatif", "core.audits", "core.lessons"},
}
ROOF = {"core.__main__", "core.engines.worker", "core.engines.residence", "core.engines.inline"}
"""Modules that join the rooms: they may import any."""
HEAVY = {"torch", "shap", "sklearn", "lightgbm", "optuna", "transformers", "peft", "fairlearn", "cleanlab"}
"""What no web process loads."""
FORBIDDEN_MODULES = {"pickle", "cloudpickle", "dill", "shelve", "skops", "multiprocessing"}
FORBIDDEN_CALLS = {"eval", "exec", "joblib.load", "torch.load", "pd.read_pickle", "pandas.read_pickle", "yaml.load"}


def name_of(path: Path) -> str:
    """The dotted name of a file of the project."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST) -> Iterator[str]:
    """Every module imported below a node, each name of a from-import also as a module."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)


def imports_at_load(module: ast.Module) -> Iterator[str]:
    """Modules imported when the file is imported: outside functions and outside ``if TYPE_CHECKING``."""
    for node in module.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from imports(node)


def within(module: str, places: set[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    module = name_of(path)
    if not module.startswith("core.") or module in ROOF:
        return
    room = module if module in ALLOWED else ".".join(module.split(".")[:2])
    allowed = ALLOWED[room] | {room, "core"}
    wrong = {name for name in imports(tree(path)) if name.startswith("core.") and not within(name, allowed)}
    assert not wrong, f"{module} may import {sorted(allowed)}, but: {sorted(wrong)}"


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_only_the_roof_imports_streamlit(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(tree(path))}
    if name_of(path).startswith("core"):
        assert "streamlit" not in used
    if name_of(path).startswith("core.plots"):
        assert not used & HEAVY


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_nothing_dangerous(path: Path) -> None:
    module = tree(path)
    assert not {name.split(".")[0] for name in imports(module)} & FORBIDDEN_MODULES
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno}"
            for word in node.keywords:
                harmful = word.arg in {"shell", "allow_pickle"} and not (
                    isinstance(word.value, ast.Constant) and word.value.value is False
                )
                assert not harmful, f"{path.name}:{node.lineno} {word.arg}"


def test_files_and_functions_stay_small() -> None:
    long_files = {name_of(p): n for p in PRODUCT if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long_files
    lengths = {
        f"{name_of(path)}.{node.name}": (node.end_lineno or 0) - node.body[0].lineno + 1
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert not {name: n for name, n in lengths.items() if n > 60}
    assert sum(n > 40 for n in lengths.values()) <= len(lengths) * 0.03


def test_the_web_process_reaches_nothing_heavy() -> None:
    files = {name_of(path): path for path in PRODUCT}
    waiting = [name for name in files if name.startswith("pages") or name in {"dashboard", "asgi"}]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached or name not in files:
            continue
        reached.add(name)
        for imported in imports_at_load(tree(files[name])):
            assert imported.split(".")[0] not in HEAVY, f"{name} imports {imported}"
            waiting += [imported, imported.rpartition(".")[0]]
    assert "core.engines.worker" not in reached


def test_importing_the_pages_loads_nothing_heavy() -> None:
    modules = [name_of(p) for p in PRODUCT if name_of(p).startswith(("pages.shared", "pages.steps", "core.plots"))]
    load = f"import sys, importlib\nfor m in {modules!r}: importlib.import_module(m)\n"
    code = f"{load}print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr[-2000:]
