"""What users would pick instead, with sensible defaults: one fit in a process of its own.

``python -P benchmarks/peers.py FOLDER`` reads ``about.json``, ``learn.parquet`` and ``test.parquet`` there, fits the
learner named in ``about.json`` and leaves ``answers.npy`` and ``cost.json``. It needs nothing of this project, so that
AutoML tools run in an environment of their own. Numbers come as they are, categories as text, missing as missing.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ANSWER = "answer"
OTHER = "other levels"
MOST_LEVELS = 254
"""HistGradientBoosting takes 255 levels of a category."""

Predict = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True)
class About:
    """What is asked of a learner."""

    model: str
    kind: str
    """``binary``, ``multiclass`` or ``regression``."""
    classes: int
    words: tuple[str, ...]
    """Columns that hold categories; all others hold numbers."""
    cores: int
    seconds: float
    """Of an AutoML tool."""
    folder: str

    @property
    def amounts(self) -> bool:
        return self.kind == "regression"


@dataclass
class Clock:
    """Seconds and memory from its making on; children that have ended count too."""

    wall: float = field(default_factory=time.perf_counter)
    cpu: float = field(default_factory=lambda: sum(os.times()[:4]))

    def __post_init__(self) -> None:
        if sys.platform == "linux":
            Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here

    def spent(self) -> dict[str, float]:
        """``wall`` and ``cpu`` in seconds, ``memory`` in MB: the peak of this process and of its largest child."""
        return {
            "wall": time.perf_counter() - self.wall,
            "cpu": sum(os.times()[:4]) - self.cpu,
            "memory": (_peak() + _peak_of_children()) / 1e6,
        }


def main() -> None:
    """Fits, answers, and says what it cost; imports are not counted."""
    folder = Path(sys.argv[1])
    about = About(**json.loads((folder / "about.json").read_text(encoding="utf-8")), folder=str(folder))
    learn, test = (pd.read_parquet(folder / f"{part}.parquet") for part in ("learn", "test"))
    answers = learn.pop(ANSWER).to_numpy()
    module, package, fit = PEERS[about.model]
    import_module(module)
    clock = Clock()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        predict = fit(learn, answers, about)
        cost = clock.spent()
        again = time.perf_counter()
        said = predict(test)
    cost |= {"answer": time.perf_counter() - again, "memory": clock.spent()["memory"]}
    np.save(folder / "answers.npy", np.asarray(said, dtype=np.float64))
    (folder / "cost.json").write_text(json.dumps({**cost, "version": f"{package} {version(package)}"}))


def fit_linear(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    learner = RidgeCV(np.logspace(-2, 3, 11)) if about.amounts else LogisticRegression(max_iter=1000)
    return _fitted(_piped(learner, about), learn, answers, about)


def fit_mlp(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    made = MLPRegressor if about.amounts else MLPClassifier
    return _fitted(_piped(made(early_stopping=True, max_iter=500, random_state=0), about), learn, answers, about)


def fit_gbdt(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    made = GradientBoostingRegressor if about.amounts else GradientBoostingClassifier
    return _fitted(_piped(made(random_state=0), about, scaled=False), learn, answers, about)


def fit_hgb(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    made = HistGradientBoostingRegressor if about.amounts else HistGradientBoostingClassifier
    cells = _levels(learn, about, MOST_LEVELS)
    return _fitted(made(categorical_features="from_dtype", random_state=0), learn, answers, about, cells)


def fit_lightgbm(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from lightgbm import LGBMClassifier, LGBMRegressor

    made = LGBMRegressor if about.amounts else LGBMClassifier
    learner = made(n_jobs=about.cores, random_state=0, verbose=-1)
    return _fitted(learner, learn, answers, about, _levels(learn, about))


def fit_xgboost(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from xgboost import XGBClassifier, XGBRegressor  # type: ignore[import-not-found]

    made = XGBRegressor if about.amounts else XGBClassifier
    learner = made(n_jobs=about.cores, random_state=0, enable_categorical=True, verbosity=0)
    return _fitted(learner, learn, answers, about, _levels(learn, about))


def fit_catboost(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from catboost import CatBoostClassifier, CatBoostRegressor  # type: ignore[import-not-found]

    made = CatBoostRegressor if about.amounts else CatBoostClassifier
    learner = made(
        thread_count=about.cores, random_seed=0, verbose=0, allow_writing_files=False, cat_features=list(about.words)
    )
    words = list(about.words)
    return _fitted(
        learner, learn, answers, about, lambda frame: frame.assign(**frame[words].astype(object).fillna("missing"))
    )


def fit_autogluon(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from autogluon.tabular import TabularPredictor  # type: ignore[import-not-found]

    measure = "root_mean_squared_error" if about.amounts else "log_loss"
    place = str(Path(about.folder) / "autogluon")
    made = TabularPredictor(ANSWER, problem_type=about.kind, eval_metric=measure, path=place, verbosity=0)
    made.fit(
        learn.assign(**{ANSWER: answers}), time_limit=about.seconds, presets="medium_quality", num_cpus=about.cores,
        num_gpus=0,
    )  # fmt: skip
    if about.amounts:
        return lambda test: made.predict(test).to_numpy()
    return lambda test: _spread(made.predict_proba(test).to_numpy(), np.array(made.class_labels), about)


def fit_flaml(learn: pd.DataFrame, answers: np.ndarray, about: About) -> Predict:
    from flaml import AutoML  # type: ignore[import-not-found]

    cells, present = _levels(learn, about), np.unique(answers)
    made = AutoML()
    made.fit(
        cells(learn), answers if about.amounts else np.searchsorted(present, answers), verbose=0, seed=0,
        task="regression" if about.amounts else "classification", metric="rmse" if about.amounts else "log_loss",
        time_budget=about.seconds, n_jobs=about.cores,
    )  # fmt: skip
    if about.amounts:
        return lambda test: made.predict(cells(test))
    return lambda test: _spread(made.predict_proba(cells(test)), present, about)


PEERS: dict[str, tuple[str, str, Callable[[pd.DataFrame, np.ndarray, About], Predict]]] = {
    "linear": ("sklearn.linear_model", "scikit-learn", fit_linear),
    "mlp": ("sklearn.neural_network", "scikit-learn", fit_mlp),
    "gbdt": ("sklearn.ensemble", "scikit-learn", fit_gbdt),
    "hgb": ("sklearn.ensemble", "scikit-learn", fit_hgb),
    "lightgbm": ("lightgbm", "lightgbm", fit_lightgbm),
    "xgboost": ("xgboost", "xgboost-cpu", fit_xgboost),
    "catboost": ("catboost", "catboost", fit_catboost),
    "autogluon": ("autogluon.tabular", "autogluon.tabular", fit_autogluon),
    "flaml": ("flaml", "flaml", fit_flaml),
}
"""Module imported beforehand, package whose version is said, and the fit."""
BOOSTED = ("gbdt", "hgb", "lightgbm", "xgboost", "catboost")
"""The five kinds of boosted trees of which the best of each set is taken."""
AUTOML = ("autogluon", "flaml")
TITLES = {
    "linear": "logistic or ridge",
    "mlp": "MLP",
    "gbdt": "GradientBoosting",
    "hgb": "HistGradientBoosting",
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "catboost": "CatBoost",
    "autogluon": "AutoGluon medium",
    "flaml": "FLAML",
}


def _fitted(
    learner: Any,
    learn: pd.DataFrame,
    answers: np.ndarray,
    about: About,
    cells: Callable[[pd.DataFrame], Any] | None = None,
) -> Predict:
    """A learner of scikit-learn's shape; classes that it never met get no chance."""
    cells = cells or (lambda frame: frame)
    if about.amounts:
        learner.fit(cells(learn), answers)
        return lambda test: learner.predict(cells(test))
    present = np.unique(answers)
    learner.fit(cells(learn), np.searchsorted(present, answers))
    return lambda test: _spread(learner.predict_proba(cells(test)), present, about)


def _spread(said: np.ndarray, present: np.ndarray, about: About) -> np.ndarray:
    chances = np.zeros((len(said), about.classes))
    chances[:, present.astype(int)] = said
    return chances


def _piped(learner: Any, about: About, scaled: bool = True) -> Any:
    """Numbers filled with their median (and a column that says so) and standardised; a column for each level."""
    from sklearn.compose import ColumnTransformer, make_column_selector
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    levels = OneHotEncoder(handle_unknown="ignore", min_frequency=2, max_categories=200, sparse_output=False)
    filled = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing", missing_values=np.nan), levels)
    steps = [SimpleImputer(strategy="median", add_indicator=True), *([StandardScaler()] if scaled else [])]
    amounts = make_column_selector(dtype_include="number")
    parts = [("words", filled, list(about.words)), ("numbers", make_pipeline(*steps), amounts)]
    return make_pipeline(ColumnTransformer(parts), learner)


def _levels(learn: pd.DataFrame, about: About, most: int | None = None) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Text as pandas categories: the levels met while learning, the rarest as one where there are too many."""
    known = {name: list(learn[name].value_counts().index[:most]) for name in about.words}
    many = {name for name in about.words if most is not None and learn[name].nunique() > most}

    def cells(frame: pd.DataFrame) -> pd.DataFrame:
        made = {}
        for name, levels in known.items():
            texts = frame[name].astype(object)
            new = ~texts.isin(levels)
            texts = texts.mask(new & texts.notna(), OTHER) if name in many else texts.mask(new, None)
            made[name] = pd.Categorical(texts, categories=[*levels, *([OTHER] if name in many else [])])
        return frame.assign(**made)

    return cells


def _peak() -> float:
    """Bytes."""
    if sys.platform == "linux":
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return _resident("RUSAGE_SELF")


def _peak_of_children() -> float:
    return 0.0 if sys.platform == "win32" else _resident("RUSAGE_CHILDREN")


def _resident(who: str) -> float:
    if sys.platform == "win32":
        return float("nan")
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(getattr(resource, who)).ru_maxrss * unit)


if __name__ == "__main__":
    main()
