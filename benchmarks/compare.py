"""Our engine against its peers: ratios of losses, paired by fold, with what chance alone would do; Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.peers import AUTOML, BOOSTED, PEERS, TITLES
from benchmarks.results import OURS, Result, Results

BEST = "best of five"
BUSY = 0.25
"""Cores that other processes used meanwhile, from which on times are said to be too long."""
TO_REACH = {BEST: 0.99, "lightgbm": 0.91, "autogluon": 0.99}
WORST = 1.03
"""Never above this times the best of five, on any set."""
CHANCE = 2.0
"""Standard errors within which a difference may be chance."""


@dataclass(frozen=True)
class Ratio:
    """Our loss over a peer's on one set: below 1 is better."""

    set: str
    peer: str
    value: float
    error: float
    """Standard error of the logarithm, from the rows tested; NaN where it is not known."""

    @property
    def clear(self) -> bool:
        """More than chance."""
        return bool(abs(np.log(self.value)) > CHANCE * self.error)


def ratio(name: str, peer: str, ours: Sequence[Result], theirs: Sequence[Result], results: Results) -> Ratio | None:
    """Of the mean losses over the folds that both have; None where there is none."""
    by_fold = {one.fold: one for one in theirs}
    pairs = [(one, by_fold[one.fold]) for one in ours if one.fold in by_fold]
    if not pairs:
        return None
    means = [max(float(np.mean([pair[side].loss for pair in pairs])), 1e-12) for side in (0, 1)]
    rows = [[results.losses(pair[side]) for pair in pairs] for side in (0, 1)]
    return Ratio(name, peer, means[0] / means[1], paired_error(rows[0], rows[1], pairs[0][0].kind == "regression"))


def paired_error(ours: Sequence[np.ndarray | None], theirs: Sequence[np.ndarray | None], root: bool) -> float:
    """Standard error of the logarithm of the ratio of two mean losses of the same rows (delta method).

    Args:
        ours: (n_rows,) losses of each fold.
        theirs: those of the peer.
        root: the losses compared are roots of these means.
    """
    if any(part is None for part in (*ours, *theirs)):
        return float("nan")
    ours_all, theirs_all = (np.concatenate([part for part in side if part is not None]) for side in (ours, theirs))
    gaps = ours_all / max(ours_all.mean(), 1e-12) - theirs_all / max(theirs_all.mean(), 1e-12)
    return float(gaps.std(ddof=1) / np.sqrt(len(gaps)) * (0.5 if root else 1.0))


def geometric(ratios: Iterable[Ratio]) -> tuple[float, float]:
    """Geometric mean of the ratios, and the standard error of its logarithm."""
    kept = list(ratios)
    if not kept:
        return float("nan"), float("nan")
    logs, errors = np.log([one.value for one in kept]), np.array([one.error for one in kept])
    return float(np.exp(logs.mean())), float(np.sqrt((errors**2).sum()) / len(kept))


class Comparison:
    """All results of one engine beside those of its peers."""

    def __init__(self, results: Results, names: Sequence[str], engine: str = OURS) -> None:
        self.results, self.engine = results, engine
        self.found: dict[str, dict[str, list[Result]]] = {name: {} for name in names}
        for one in results.latest():
            if one.set in self.found:
                self.found[one.set].setdefault(one.model, []).append(one)
        self.found = {name: models for name, models in self.found.items() if models}
        present = {model for models in self.found.values() for model in models}
        self.peers = [name for name in PEERS if name in present]
        self.others = sorted(name for name in present if name.split(":")[0] == OURS and name != engine)

    def ratios(self, peer: str) -> list[Ratio]:
        """One per set that has both."""
        return [one for one in (self._ratio(name, peer) for name in self.found) if one is not None]

    def _ratio(self, name: str, peer: str) -> Ratio | None:
        models = self.found[name]
        ours = models.get(self.engine, [])
        if peer != BEST:
            return ratio(name, peer, ours, models.get(peer, []), self.results)
        if not all(one in models for one in BOOSTED):
            return None
        best = min(BOOSTED, key=lambda one: np.mean([fold.loss for fold in models[one]]))
        return ratio(name, best, ours, models[best], self.results)

    def tables(self) -> str:
        """Losses, ratios, and a summary for each peer."""
        parts = [("Losses", self.losses()), ("Ratios", self.by_set()), ("Together", self.together())]
        parts.append(("To reach", self.goals()))
        said = "\n\n".join(f"{title}\n\n{table}" for title, table in parts)
        return f"{said}\n\n{self.notes()}"

    def losses(self) -> str:
        """Nats or RMSE of each model: the mean over the folds."""
        models = [self.engine, *self.others, *self.peers]
        lines = [["set", "rows", "folds", *(TITLES.get(one, one) for one in models)]]
        for name, found in self.found.items():
            most = max(found.values(), key=len)
            cells = [f"{np.mean([one.loss for one in found[model]]):.4g}" if model in found else "" for model in models]
            lines.append([name, f"{most[0].rows + most[0].tested:,}", str(len(most)), *cells])
        return table(lines)

    def by_set(self) -> str:
        """Ratios; an asterisk where the difference is more than chance."""
        peers = [*self.peers, BEST]
        found = {peer: {one.set: one for one in self.ratios(peer)} for peer in peers}
        lines = [["set", *(TITLES.get(peer, peer) for peer in peers)]]
        for name in self.found:
            cells = [found[peer].get(name) for peer in peers]
            lines.append([name, *(f"{one.value:.3f}{'*' if one.clear else ''}" if one else "" for one in cells)])
        return table(lines)

    def together(self) -> str:
        """A line per peer over all sets that both have."""
        head = ["peer", "sets", "ratio", "by chance", "wins", "worst", "ECE ours / theirs", "AUC ours / theirs"]
        lines = [[*head, "CPU s ours / theirs", "wall s ours / theirs", "MB ours / theirs"]]
        return table(lines + [line for peer in [*self.peers, BEST] if (line := self._line(peer))])

    def _line(self, peer: str) -> list[str]:
        ratios = self.ratios(peer)
        if not ratios:
            return []
        mean, error = geometric(ratios)
        worst = max(ratios, key=lambda one: one.value)
        wins = sum(one.value < 1 for one in ratios)
        pairs = [pair for one in ratios for pair in self._pairs(one.set, one.peer)]
        figures = [self._means(pairs, name) for name in ("ece", "auc", "cpu", "wall", "memory")]
        styles = ("{:.4f} / {:.4f}", "{:.4f} / {:.4f}", "{:.1f} / {:.1f}", "{:.1f} / {:.1f}", "{:.0f} / {:.0f}")
        said = [style.format(*pair) for style, pair in zip(styles, figures, strict=True)]
        spread = f"{CHANCE * error * mean:.3f}"
        name = TITLES.get(peer, "best of five GBDTs")
        return [name, str(len(ratios)), f"{mean:.3f}", spread, f"{wins}/{len(ratios)}",
                f"{worst.value:.3f} {worst.set}", *said]  # fmt: skip

    def _pairs(self, name: str, peer: str) -> list[tuple[Result, Result]]:
        theirs = {one.fold: one for one in self.found[name].get(peer, [])}
        return [(one, theirs[one.fold]) for one in self.found[name].get(self.engine, []) if one.fold in theirs]

    @staticmethod
    def _means(pairs: list[tuple[Result, Result]], name: str) -> tuple[float, float]:
        """Means over the sets of the means over their folds; most of all for memory."""
        sets = dict.fromkeys(ours.set for ours, _ in pairs)
        gather = np.max if name == "memory" else np.mean
        by_set = [
            [gather([getattr(pair[side], name) for pair in pairs if pair[0].set == one]) for one in sets]
            for side in (0, 1)
        ]
        known = [np.array(side)[np.isfinite(side)] for side in by_set]
        ours, theirs = (float(gather(side)) if len(side) else float("nan") for side in known)
        return ours, theirs

    def goals(self) -> str:
        """What is to be reached beside what was."""
        lines = [["what", "measured", "to reach", "reached"]]
        for peer, most in TO_REACH.items():
            found = self.ratios(peer)
            if found:
                value, name = geometric(found)[0], TITLES.get(peer, "the best of five GBDTs")
                lines.append([f"loss over {name}", f"{value:.3f}", f"<= {most}", _yes(value <= most)])
        worst = max(self.ratios(BEST), key=lambda one: one.value, default=None)
        if worst is not None:
            measured = f"{worst.value:.3f} ({worst.set})"
            lines.append(["worst set over the best of five", measured, f"<= {WORST}", _yes(worst.value <= WORST)])
        gaps = {TITLES[peer]: self._means(self._all(peer), "ece") for peer in self.peers if self._all(peer)}
        gaps = {name: pair for name, pair in gaps.items() if np.isfinite(pair).all()}
        if gaps:
            name, (ours, theirs) = min(gaps.items(), key=lambda item: item[1][1])
            lines.append(["mean ECE", f"{ours:.4f}", f"<= {theirs:.4f} ({name})", _yes(ours <= theirs)])
        return table(lines)

    def _all(self, peer: str) -> list[tuple[Result, Result]]:
        return [pair for name in self.found for pair in self._pairs(name, peer)]

    def notes(self) -> str:
        """What must be known to read the tables."""
        shown = [one for models in self.found.values() for found in models.values() for one in found]
        busy = sorted({one.model for one in shown if one.busy > BUSY})
        codes = {one.code for one in shown if one.model == self.engine}
        versions = dict.fromkeys(one.version for one in shown if one.model in self.peers)
        lines = [
            "Loss: nats, or root of the mean squared error. Ratio: ours over theirs (below 1 is better), of the means "
            "over the folds that both have.",
            "An asterisk: more than two standard errors, taken from the paired losses of the rows tested. 'By chance': "
            "the geometric mean would move by so much with other test rows; what other learning rows would do is not "
            "in it.",
            f"Best of five: for each set the best on these very folds of {', '.join(TITLES[one] for one in BOOSTED)}, "
            "all by their defaults; nobody could have known which.",
            *(self._part(one) for one in AUTOML if one in self.peers),
            f"Some times were taken while others used the processor, and are too long: {', '.join(busy)}."
            if busy
            else "",
            "Our results come from more than one state of the code." if len(codes) > 1 else "",
            f"Peers: {', '.join(versions)}." if versions else "",
        ]
        return "\n".join(f"- {line}" for line in lines if line)

    def _part(self, peer: str) -> str:
        """Where a peer was run on fewer folds than we were."""
        folds = [(len(found.get(peer, [])), len(found.get(self.engine, []))) for found in self.found.values()]
        if all(theirs == ours for theirs, ours in folds):
            return ""
        return f"{TITLES[peer]}: {sum(theirs for theirs, _ in folds)} of {sum(ours for _, ours in folds)} folds."


def _yes(reached: bool) -> str:
    return "yes" if reached else "NO"


def table(lines: Sequence[Sequence[str]]) -> str:
    """Markdown, its columns aligned."""
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    padded = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]])
