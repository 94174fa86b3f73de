"""Trees as LightGBM writes them, and back.

Only text that ``write`` made of checked arrays is ever given to LightGBM, which trusts what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from core.errors import Problem
from core.learn.trees.grown import Grown, stacked
from core.words import N_

CATEGORY, GAPS_LEFT, TYPE = 1, 2, 12
"""Bits of LightGBM's decision types."""
ZERO, NAN = 4, 8
"""Missing numbers are told as 0, or as NaN."""


def read(text: str) -> Grown:
    """The trees of a model text, laid end to end.

    Raises:
        Problem: it is no such text.
    """
    try:
        blocks = text.split("end of trees", maxsplit=1)[0].split("\nTree=")[1:]
        return stacked([_tree(_fields(block)) for block in blocks])
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise Problem(
            N_("The trees of this model were changed or damaged after it was saved. Train the model again.")
        ) from error


def write(grown: Grown, groups: int, inputs: int) -> str:
    """A model text whose raw answer is, for each of ``groups``, the sum of every so manieth tree."""
    blocks = [f"Tree={place}\n{block}\n\n" for place, block in enumerate(_blocks(grown))]
    head = [
        "tree",
        "version=v4",
        f"num_class={groups}",
        f"num_tree_per_iteration={groups}",
        "label_index=0",
        f"max_feature_idx={inputs - 1}",
        "feature_names=" + " ".join(f"c{place}" for place in range(inputs)),
        "feature_infos=" + " ".join(["none"] * inputs),
        "tree_sizes=" + " ".join(str(len(block.encode())) for block in blocks),
        "",
        "",
    ]
    return "\n".join(head) + "".join(blocks) + "end of trees\n"


def _fields(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines()[1:] if "=" in line)


def _tree(fields: dict[str, str]) -> Grown:
    values = _floats(fields["leaf_value"])
    if int(fields["num_leaves"]) != len(values):
        raise ValueError("a leaf has one value")
    nodes = len(values) - 1
    kinds = _whole(fields["decision_type"]) if nodes else np.zeros(0, dtype=np.int64)
    if (kinds & TYPE == ZERO).any():
        raise ValueError("a missing number is NaN")
    thresholds = _floats(fields["threshold"]) if nodes else np.zeros(0)
    names = ("split_feature", "left_child", "right_child")
    inputs, left, right = ((_whole(fields[name]) if nodes else np.zeros(0)).astype(np.int32) for name in names)
    codes = [
        _codes(fields, int(bound)) if kind & CATEGORY else [] for kind, bound in zip(kinds, thresholds, strict=True)
    ]
    known = kinds & TYPE == NAN  # elsewhere LightGBM takes a missing number for 0
    return Grown(
        np.array([0, nodes]),
        np.array([0, len(values)]),
        inputs,
        np.where(kinds & CATEGORY, np.nan, thresholds),
        np.where(known, kinds & GAPS_LEFT > 0, thresholds >= 0) & (kinds & CATEGORY == 0),
        left,
        right,
        np.concatenate([[0], np.cumsum([len(part) for part in codes])]).astype(np.int64),
        np.array([code for part in codes for code in part], dtype=np.int32),
        values,
    )


def _codes(fields: dict[str, str], which: int) -> list[int]:
    """The codes in a set of bits, 32 a word."""
    bounds, words = _whole(fields["cat_boundaries"]), _whole(fields["cat_threshold"])
    part = words[bounds[which] : bounds[which + 1]]
    return [32 * at + bit for at, word in enumerate(part.tolist()) for bit in range(32) if word >> bit & 1]


def _blocks(grown: Grown) -> Iterator[str]:
    """The text of each tree; all numbers are made text at one stroke, which is what takes time."""
    named = np.isnan(grown.thresholds)
    before = np.concatenate([[0], np.cumsum(named)])
    ranks = before[:-1] - before[grown.nodes[grown.trees]]
    columns = {
        "split_feature": grown.inputs,
        "threshold": np.where(named, ranks, np.nan_to_num(grown.thresholds)),
        "decision_type": np.where(named, CATEGORY, NAN + GAPS_LEFT * grown.gaps),
        "left_child": grown.left,
        "right_child": grown.right,
    }
    texts = {name: _texts(column) for name, column in columns.items()}
    values, leaves, nodes = _texts(grown.values), grown.leaves.tolist(), grown.nodes.tolist()
    for (near, far), (first, last) in zip(pairwise(nodes), pairwise(leaves), strict=True):
        lines = [f"num_leaves={last - first}", f"num_cat={before[far] - before[near]}"]
        if far > near:
            lines += [f"{name}={' '.join(cells[near:far])}" for name, cells in texts.items()]
        lines.append(f"leaf_value={' '.join(values[first:last])}")
        if before[far] > before[near]:
            words = [_words(grown, node) for node in range(near, far) if named[node]]
            bounds = np.cumsum([0, *(len(part) for part in words)])
            lines.append(f"cat_boundaries={' '.join(_texts(bounds))}")
            lines.append("cat_threshold=" + " ".join(str(word) for part in words for word in part))
        yield "\n".join([*lines, "is_linear=0", "shrinkage=1"])


def _words(grown: Grown, node: int) -> list[int]:
    codes = grown.codes[grown.sets[node] : grown.sets[node + 1]].tolist()
    words = [0] * (max(codes, default=0) // 32 + 1)
    for code in codes:
        words[code // 32] |= 1 << code % 32
    return words


def _texts(numbers: np.ndarray) -> list[str]:
    return [repr(number) for number in numbers.tolist()]


def _floats(line: str) -> np.ndarray:
    return np.array(line.split(), dtype=np.float64)


def _whole(line: str) -> np.ndarray:
    return np.array(line.split(), dtype=np.int64)
