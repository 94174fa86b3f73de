"""The engine on sets of texts beside scikit-learn's TF-IDF with logistic regression, on the same three folds.

Peers: ``TfidfVectorizer`` by words (1-2) and by characters (3-5 within words; Chinese 1-3), with C of 1, 3, 10 and 30
by cross-validation on the texts learned from; ``best C`` is the one that is best on the fold tested, which nobody could
have known. Ours: the simple model alone, and the whole engine. With an encoder's folder in ``VITRINE_ENCODER`` both are
run with it, frozen, too. Of ``few`` sets 267 texts drawn by chance are learned from and 1,500 others tested, six times.

``python -m benchmarks texts`` runs those to choose on; ``VITRINE_TEXTS=reported`` the others, ``all`` both,
``few`` all those of a few texts.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.ours import Budget, divided
from benchmarks.sets import DATA
from core.data.check import check
from core.data.table import ReadOptions, Source, Table
from core.deliver.plan import plan
from core.learn.device import alone
from core.learn.recipe import Encoder
from core.learn.train import train

FOLDS, SECONDS = 3, 600.0
FEW_TEXTS, OTHER_TEXTS, DRAWS = 267, 1_500, 6
FEWEST = 8
"""Texts of an answer; rarer ones are left out."""
STRENGTHS = (1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class Known:
    """A set of texts and where it lies."""

    file: str
    reported: bool
    chinese: bool = False
    few: bool = False


class Score(NamedTuple):
    """Share of right answers, nats, and seconds of the processor."""

    accuracy: float
    loss: float
    seconds: float


PHRASES = "finance/financial_phrasebank/Sentences_{}Agree.txt"
SETS = {
    "phrases 75": Known(PHRASES.format("75"), reported=False),
    "phrases 75, few": Known(PHRASES.format("75"), reported=False, few=True),
    "stock comments": Known("finance/cn_stock_comments", reported=False, chinese=True),
    "stock comments, few": Known("finance/cn_stock_comments", reported=False, chinese=True, few=True),
    "phrases 50": Known(PHRASES.format("50"), reported=True),
    "phrases all": Known(PHRASES.format("All"), reported=True),
    "phrases all, few": Known(PHRASES.format("All"), reported=True, few=True),
    "departments": Known("medicine/cn_medical_dialogue_gbk/*.csv", reported=True, chinese=True),
    "departments, few": Known("medicine/cn_medical_dialogue_gbk/*.csv", reported=True, chinese=True, few=True),
}


def main() -> None:
    """Prints the table."""
    wanted = os.environ.get("VITRINE_TEXTS", "chosen")
    _print(f"{'set':22}{'learner':30}{'accuracy':>10}{'loss':>9}{'seconds':>9}")
    for name, known in SETS.items():
        kinds = {"all", "reported" if known.reported else "chosen", *(["few"] if known.few else [])}
        if wanted not in kinds:
            continue
        texts, answers = _cells(known)
        if not len(texts):
            _print(f"{name:22}is not here")
            continue
        for learner, scores in _learners(texts, answers, _folds(answers, known.few), known.chinese):
            mean = Score(*np.mean(scores, axis=0))
            _print(f"{name:22}{learner:30}{mean.accuracy:10.4f}{mean.loss:9.4f}{mean.seconds:9.1f}")


def _folds(answers: np.ndarray, few: bool) -> list[tuple[np.ndarray, np.ndarray]]:
    """Places to learn from and to test on."""
    from sklearn.model_selection import StratifiedKFold

    if not few:
        return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(answers, answers))
    drawn = [np.random.default_rng(draw).permutation(len(answers)) for draw in range(DRAWS)]
    return [(np.sort(one[:FEW_TEXTS]), np.sort(one[FEW_TEXTS : FEW_TEXTS + OTHER_TEXTS])) for one in drawn]


def _cells(known: Known) -> tuple[np.ndarray, np.ndarray]:
    """(n,) texts and (n,) answers; of few texts only answers of which some are likely to be drawn."""
    paths = sorted(DATA.glob(known.file))
    if not paths:
        return np.empty(0, dtype=object), np.empty(0, dtype=object)
    pairs = list(_pairs(paths[0]))
    frame = pd.DataFrame(pairs, columns=["text", "answer"]).drop_duplicates("text")
    least = FEWEST * len(frame) / FEW_TEXTS if known.few else FEWEST
    frame = frame[frame.groupby("answer")["text"].transform("size") >= least]
    return frame["text"].to_numpy(dtype=object), frame["answer"].to_numpy(dtype=object)


def _pairs(path: Any) -> Iterator[tuple[str, str]]:
    """Text and answer of each line: a folder with a file for each answer, "text@answer", or a table."""
    if path.is_dir():
        for file in sorted(path.glob("*.txt")):
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            yield from ((line, file.stem) for line in lines if line.strip())
    elif path.suffix == ".csv":
        frame = pd.read_csv(path, encoding="gb18030", dtype=str).dropna()
        yield from zip(frame["ask"], frame["department"].str.strip(), strict=True)
    else:
        data = path.read_bytes()
        text = data.decode("utf-8") if "50Agree" in path.name else data.decode("latin-1")
        for line in text.splitlines():
            words, _, answer = line.rpartition("@")
            if words:
                yield words, answer.strip()


def _learners(
    texts: np.ndarray, answers: np.ndarray, folds: list[Any], chinese: bool
) -> Iterator[tuple[str, list[Score]]]:
    runs = {"analyzer": "char", "ngram_range": (1, 3)} if chinese else {"analyzer": "char_wb", "ngram_range": (3, 5)}
    for name, settings in (("TF-IDF words", {"ngram_range": (1, 2)}), ("TF-IDF characters", runs)):
        for title, chosen in ((name, _crossed), (f"{name}, best C", _best)):
            yield title, [_peer(texts, answers, fold, settings, chosen) for fold in folds]
    table = _table(texts, answers)
    folder = os.environ.get("VITRINE_ENCODER", "")
    for encoder in (None, Encoder(folder)) if folder else (None,):
        for title, members in (("simple", ("simple",)), ("engine", None)):
            name = f"Vitrine {title}{', encoder' if encoder else ''}"
            yield name, [_ours(table, answers, fold, members, encoder) for fold in folds]


def _peer(
    texts: np.ndarray, answers: np.ndarray, fold: Any, settings: dict[str, Any], chosen: Callable[..., list[Any]]
) -> Score:
    from sklearn.feature_extraction.text import TfidfVectorizer

    learn, test = fold
    started = time.process_time()
    with alone():
        words = TfidfVectorizer(sublinear_tf=True, min_df=2, **settings)
        inputs, asked = words.fit_transform(texts[learn]), words.transform(texts[test])
        models = chosen(inputs, answers[learn])
        said = [_score(model.predict_proba(asked), model.classes_, answers[test]) for model in models]
    best = max(one.accuracy for one in said), min(one.loss for one in said)
    return Score(*best, time.process_time() - started)


def _crossed(inputs: Any, answers: np.ndarray) -> list[Any]:
    """The C of cross-validation by loss."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    tried = {"C": list(STRENGTHS)}
    return [GridSearchCV(LogisticRegression(max_iter=1_000), tried, scoring="neg_log_loss", cv=3).fit(inputs, answers)]


def _best(inputs: Any, answers: np.ndarray) -> list[Any]:
    """Every C: the best on the fold tested, by accuracy and by loss, is taken."""
    from sklearn.linear_model import LogisticRegression

    return [LogisticRegression(C=strength, max_iter=1_000).fit(inputs, answers) for strength in STRENGTHS]


def _ours(
    table: Table, answers: np.ndarray, fold: Any, members: tuple[str, ...] | None, encoder: Encoder | None
) -> Score:
    learn, test = fold
    chosen: dict[str, Any] = {"members": members} if members else {}
    recipe, _ = plan(table, "answer", time_budget_seconds=SECONDS, encoder=encoder, **chosen)
    started = time.process_time()
    model, _ = train(table, recipe, Budget(SECONDS, 1), rows=divided(table, recipe, learn))
    said = model.predict(table.frame.loc[test, list(model.features)])
    spent = time.process_time() - started
    return _score(said, np.array(model.classes, dtype=object), answers[test])._replace(seconds=spent)


def _score(said: np.ndarray, classes: np.ndarray, truth: np.ndarray) -> Score:
    places = pd.Index(classes).get_indexer(pd.Index(truth))
    chances = np.clip(said[np.arange(len(truth)), places], 1e-15, 1.0)
    return Score(float((said.argmax(axis=1) == places).mean()), float(-np.log(chances).mean()), 0.0)


def _table(texts: np.ndarray, answers: np.ndarray) -> Table:
    raw = pd.DataFrame({"text": pd.Series(texts, dtype="str"), "answer": pd.Series(answers, dtype="str")})
    source = Source("texts", "sample", "0" * 64, 0, len(raw), ReadOptions())
    return check(raw, (source,), (), domain="", kinds={"text": "text"}, table_id="texts", name="texts")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
