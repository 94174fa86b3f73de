"""Data sets for measuring: those on which things are chosen, and those that are only reported.

``load(name)`` gives a checked table, the goal and the analyst's choices, as after an upload; ``folds`` divides its
rows. Real files are looked for in ``VITRINE_DATA`` or in ``shared/data`` beside the project.
``python -m benchmarks sets`` lists them.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.data.check import check
from core.data.labels import target
from core.data.read import read
from core.data.repair import repair
from core.data.table import Finding, ReadOptions, Repair, Source, Table
from core.deliver.plan import plan

DATA = Path(os.environ.get("VITRINE_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
BANDS = 5
"""Amounts are dealt evenly from this many bands of equal count."""


class Loaded(NamedTuple):
    """A table and what is asked of it."""

    table: Table
    goal: str
    choices: dict[str, Any]


@dataclass(frozen=True)
class Known:
    """How a set is had; ``file`` is a pattern below ``DATA``, or ``made`` makes its raw cells."""

    goal: str
    """``#-1`` is the name of the last column, ``#-5`` of the fifth from the end."""
    file: str = ""
    made: Callable[[], pd.DataFrame] | None = None
    choices: dict[str, Any] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    change: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    """What an analyst would do to the cells beforehand."""

    @property
    def here(self) -> bool:
        return self.made is not None or any(DATA.glob(self.file))


def load(name: str) -> Loaded:
    """The set of this name, read once a process.

    Raises:
        KeyError: there is no such set.
        FileNotFoundError: its file is not here.
    """
    return _loaded(name)


def folds(
    table: Table, goal: str, choices: dict[str, Any], count: int, seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Outer folds: (rows to learn from, rows to test on), as row numbers of the table, sorted.

    Even over the answers (amounts: over five bands); where the choices name a group, its rows stay together. Rows
    without an answer are in none. One fold holds back a fifth of the rows, ``count`` folds one part of ``count`` each.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    recipe, _ = plan(table, goal, **choices)
    frame = repair(table.frame, recipe.repairs, scoring=False)
    answers = target(frame, recipe.task.goal, recipe.task.kind)
    answers = answers[answers.isin(recipe.task.classes) if recipe.task.classes else answers.notna()]
    strata = _bands(answers) if recipe.task.kind == "regression" else answers.astype(str).to_numpy()
    kind = StratifiedKFold if recipe.task.group is None else StratifiedGroupKFold
    parts = kind(count if count > 1 else BANDS, shuffle=True, random_state=seed)
    groups = None if recipe.task.group is None else _groups(frame.loc[answers.index, recipe.task.group])
    rows = answers.index.to_numpy()
    divided = parts.split(rows, strata, groups)
    return [(np.sort(rows[learn]), np.sort(rows[test])) for learn, test in list(divided)[:count]]


def main() -> None:
    """Prints what there is."""
    for title, known in (("to choose on", DEVELOPMENT), ("reported only", REPORTED)):
        sys.stdout.write(f"{title}\n")
        for name, one in known.items():
            shape = "x".join(str(size) for size in load(name).table.frame.shape) if one.here else "its file is not here"
            sys.stdout.write(f"  {name:28}{shape}\n")


@cache
def _loaded(name: str) -> Loaded:
    known = (DEVELOPMENT | REPORTED)[name]
    if known.made is not None:
        raw = known.made()
        digest = hashlib.sha256(name.encode()).hexdigest()
        source = Source(name, "sample", digest, 0, len(raw), ReadOptions())
        findings: tuple[Finding, ...] = ()
    else:
        path = next(iter(sorted(DATA.glob(known.file))), None)
        if path is None:
            raise FileNotFoundError(f"{known.file} is not in {DATA}")
        raw, source, findings = read(path, path.name, known.options)
    raw = raw if known.change is None else known.change(raw).reset_index(drop=True)
    table = check(raw, (source,), findings, domain="", kinds=None, table_id=name, name=name)
    return Loaded(table, _named(known.goal, table), dict(known.choices))


def _named(goal: str, table: Table) -> str:
    if not goal.startswith("#"):
        return goal
    place, sign, number = goal[1:].partition(">")
    return table.schema.names[int(place)] + sign + number


def _bands(answers: pd.Series) -> np.ndarray:
    place = answers.rank(method="first").to_numpy() - 1
    return np.asarray(place * BANDS // len(answers), dtype=np.int64)


def _groups(names: pd.Series) -> np.ndarray:
    """A number per group; a row without a name is a group of its own."""
    codes, known = pd.factorize(names)
    alone = codes < 0
    return np.where(alone, len(known) + np.cumsum(alone), codes)


def _worded(frame: pd.DataFrame, answers: np.ndarray) -> pd.DataFrame:
    """Cells as a file holds them: text; missing stays missing."""
    cells = frame.astype(object).where(frame.notna(), np.nan)
    cells = cells.map(lambda cell: cell if isinstance(cell, float) and np.isnan(cell) else str(cell))
    return cells.assign(goal=[str(one) for one in answers])


def _sklearn(name: str) -> pd.DataFrame:
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    words: Any = getattr(bunch, "target_names", None)
    answers = bunch.target if name == "diabetes" else [f"{words[place]}" for place in bunch.target]
    return _worded(bunch.data, np.asarray(answers))


def _friedman(rows: int) -> pd.DataFrame:
    """Friedman (1991), Multivariate adaptive regression splines, doi:10.1214/aos/1176347963; noise 1."""
    from sklearn.datasets import make_friedman1

    inputs, answers = make_friedman1(rows, 10, noise=1.0, random_state=1)
    return _worded(_named_columns(inputs).round(6), answers.round(6))


def _hastie(rows: int) -> pd.DataFrame:
    """Hastie, Tibshirani, Friedman (2009), The elements of statistical learning, 10.2; without noise."""
    from sklearn.datasets import make_hastie_10_2

    inputs, answers = make_hastie_10_2(rows, random_state=2)
    return _worded(_named_columns(inputs).round(6), np.where(answers > 0, "far", "near"))


def _clusters(rows: int, share: float, columns: int = 20, classes: int = 2, flips: float = 0.02) -> pd.DataFrame:
    from sklearn.datasets import make_classification

    rest = [(1 - share) / (classes - 1)] * (classes - 1)
    inputs, answers = make_classification(
        rows, columns, n_informative=8, n_redundant=4, n_classes=classes, weights=[*rest, share], flip_y=flips,
        class_sep=0.8, random_state=3,
    )  # fmt: skip
    return _worded(_named_columns(inputs).round(6), np.array([f"class {one}" for one in answers]))


def _mixed(rows: int, task: str = "binary", seed: int = 4) -> pd.DataFrame:
    """Numbers, few and many categories (one of 400 towns), gaps that say something, and columns of pure chance."""
    rng = np.random.default_rng(seed)
    towns, trades = rng.normal(0, 1, 400), rng.normal(0, 0.7, 12)
    town = np.minimum((400 * rng.beta(0.7, 2.5, rows)).astype(int), 399)
    trade, sex, level = (rng.integers(0, many, rows) for many in (12, 2, 5))
    amount, age, score = rng.lognormal(3, 1, rows), rng.uniform(18, 80, rows), rng.normal(0, 1, rows)
    gap = rng.random(rows) < 0.15
    law = towns[town] + trades[trade] + 0.02 * np.abs(age - 45) + 0.8 * score * (level > 2) + 0.6 * gap
    law += 0.4 * np.log(amount) * (sex == 1) - 1.2
    frame = pd.DataFrame(
        {
            "town": [f"town {one}" for one in town],
            "trade": [f"trade {one}" for one in trade],
            "sex": np.where(sex, "f", "m"),
            "level": [f"level {one}" for one in level],
            "amount": amount.round(2),
            "age": age.round(1),
            "score": np.where(gap, np.nan, score.round(4)),
            "chance": rng.normal(0, 1, rows).round(4),
            "colour": rng.choice(["red", "green", "blue"], rows),
        }
    )
    if task == "regression":
        return _worded(frame, (law + rng.normal(0, 0.7, rows)).round(5))
    return _worded(frame, np.where(rng.random(rows) < 1 / (1 + np.exp(-1.5 * law)), "yes", "no"))


def _named_columns(inputs: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(inputs, columns=[f"x{place + 1}" for place in range(inputs.shape[1])])


def _patients(rows: int, raw: pd.DataFrame) -> pd.DataFrame:
    """All visits of patients drawn by chance, about so many."""
    drawn = np.random.default_rng(5).permutation(raw["patient_nbr"].unique())
    visits = raw["patient_nbr"].value_counts().reindex(drawn).cumsum()
    return raw[raw["patient_nbr"].isin(drawn[: int((visits <= rows).sum())])]


def _practice(raw: pd.DataFrame) -> pd.DataFrame:
    """From answers in their order to what is known of a student before each: 20,000 answers of some students."""
    frame = raw.rename(columns={"skill_name": "skill"})[["student", "skill"]]
    frame["right"] = pd.to_numeric(raw["correct"])
    frame["place"] = frame.groupby("student").cumcount()
    before = frame.groupby("student")["right"].cumsum() - frame["right"]
    frame["share right"] = (before / frame["place"].where(frame["place"] > 0)).round(4)
    both = frame.groupby(["student", "skill"])["right"]
    frame["place in skill"] = both.cumcount()
    inside = both.cumsum() - frame["right"]
    frame["right in skill"] = inside
    frame["last right"] = frame.groupby("student")["right"].shift(1)
    students = np.random.default_rng(6).permutation(frame["student"].unique())
    many = frame["student"].value_counts().reindex(students).cumsum()
    frame = frame[frame["student"].isin(students[: int((many <= 20_000).sum())])]
    return _worded(frame.drop(columns="right"), np.where(frame["right"] > 0, "right", "wrong"))


_CLEAN = ("CO(GT)", "PT08.S1(CO)", "PT08.S2(NMHC)", "NOx(GT)", "PT08.S3(NOx)", "NO2(GT)", "PT08.S4(NO2)",
          "PT08.S5(O3)", "T", "RH", "AH", "NMHC(GT)")  # fmt: skip
_GAPS = tuple(Repair("missing", name, codes=("-200",)) for name in _CLEAN)
_CHARGED = ("sex", "age", "race", "priors_count", "c_charge_degree", "juv_fel_count", "juv_misd_count",
            "juv_other_count", "two_year_recid")  # fmt: skip
_PORTUGUESE = "education/student_performance/student-por.csv"
_READMITTED: dict[str, Any] = {"goal": "readmitted=<30", "file": "medicine/diabetes130/*.csv"}
_VISITS: dict[str, Any] = {"choices": {"group": "patient_nbr", "drop": ("encounter_id",)}}

DEVELOPMENT: dict[str, Known] = {
    "australian": Known("#-1", "finance/australian_credit/australian.dat"),
    "bcw original": Known("#-1", "medicine/breast_cancer_wisconsin_orig/*.data"),
    "xapi": Known("Class", "education/xapi_edu/*.csv"),
    "user knowledge": Known("UNS", "education/user_knowledge/*.xls", options=ReadOptions(sheet="Training_Data")),
    "horse colic": Known(
        "#-5", "medicine/horse_colic/*.data", choices={"drop": tuple(f"column {place}" for place in (3, 25, 26, 27))}
    ),
    "heart failure": Known(
        "DEATH_EVENT",
        "medicine/heart_failure/heart_failure_clinical*.csv",
        choices={"drop": ("time",)},
        change=lambda raw: raw.iloc[:, :13],
    ),
    "compas": Known(
        "two_year_recid", "finance/compas/compas-scores-two-years.csv", change=lambda raw: raw[list(_CHARGED)]
    ),
    "turkiye": Known("difficulty", "education/turkiye_eval/*.csv", choices={"kind": "regression"}),
    "air quality": Known("NO2(GT)", "nasty/air_quality_decimal_comma/*.csv", choices={"repairs": _GAPS}),
    "diabetes130 5k": Known(**_READMITTED, **_VISITS, change=partial(_patients, 5_000)),
    "diabetes130 20k": Known(**_READMITTED, **_VISITS, change=partial(_patients, 20_000)),
    "diabetes130": Known(**_READMITTED, **_VISITS),
    "assist2009 20k": Known(
        "goal", "education/assist2009_skill_logs/derived/long.csv.gz", choices={"group": "student"}, change=_practice
    ),
    "friedman 60": Known("goal", made=partial(_friedman, 60)),
    "friedman 300": Known("goal", made=partial(_friedman, 300)),
    "friedman 2k": Known("goal", made=partial(_friedman, 2_000)),
    "friedman 10k": Known("goal", made=partial(_friedman, 10_000)),
    "hastie 150": Known("goal", made=partial(_hastie, 150)),
    "hastie 2k": Known("goal", made=partial(_hastie, 2_000)),
    "hastie 12k": Known("goal", made=partial(_hastie, 12_000)),
    "clusters 60": Known("goal", made=partial(_clusters, 60, 0.5)),
    "clusters 300": Known("goal", made=partial(_clusters, 300, 0.4)),
    "clusters 3k, 4 classes": Known("goal", made=partial(_clusters, 3_000, 0.1, 20, 4, 0.1)),
    "clusters 4k, 5 %": Known("goal", made=partial(_clusters, 4_000, 0.05, flips=0.01)),
    "clusters 20k, 1 %": Known("goal", made=partial(_clusters, 20_000, 0.01, flips=0.002)),
    "noise 1k": Known("goal", made=partial(_clusters, 1_000, 0.4, 40, 2, 0.7)),
    "mixed 150": Known("goal", made=partial(_mixed, 150)),
    "mixed 300": Known("goal", made=partial(_mixed, 300)),
    "mixed 3k": Known("goal", made=partial(_mixed, 3_000)),
    "mixed 30k": Known("goal", made=partial(_mixed, 30_000)),
    "mixed amounts 3k": Known("goal", made=partial(_mixed, 3_000, "regression")),
    "mixed amounts 30k": Known("goal", made=partial(_mixed, 30_000, "regression")),
}
"""Anything may be chosen on these."""

REPORTED: dict[str, Known] = {
    "breast cancer": Known("goal", made=partial(_sklearn, "breast_cancer")),
    "wine": Known("goal", made=partial(_sklearn, "wine")),
    "diabetes": Known("goal", made=partial(_sklearn, "diabetes")),
    "digits": Known("goal", made=partial(_sklearn, "digits")),
    "pima": Known("#-1", "medicine/pima/*.csv"),
    "heart": Known("#-1>0", "medicine/heart_disease_uci/processed.cleveland.data"),
    "german credit": Known("#-1", "finance/german_credit/german.data"),
    "student pass": Known("G3>=10", _PORTUGUESE, choices={"drop": ("G1", "G2")}),
    "student grade": Known("G3", _PORTUGUESE, choices={"drop": ("G1", "G2")}),
    "drop-out": Known("Target", "education/uci_dropout/data.csv"),
    "credit default": Known("#-1", "finance/credit_default_tw/credit-card-clients.csv"),
    "adult": Known("#-1", "finance/adult/adult-train.csv"),
    "bank": Known("y", "finance/bank_marketing/bank-full.csv", choices={"drop": ("duration",)}),
    "golub": Known("class", "nasty/golub_leukemia_wide/golub.csv"),
}
"""Nothing is ever chosen on these."""


def here(names: Iterable[str]) -> list[str]:
    """Those whose file is present."""
    known = DEVELOPMENT | REPORTED
    return [name for name in names if known[name].here]


if __name__ == "__main__":
    main()
