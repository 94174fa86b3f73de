"""Figures of reasons: they add up, and they stay small."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from core.explain import sentences
from core.explain.explanation import Explanation
from core.plots import beeswarm as swarm
from core.plots import dependence as one
from core.plots import explain as plots
from core.plots.theme import LIGHT, Theme
from core.plots.waterfall import waterfall

THEME = Theme()


def reasons(rows: int = 6, columns: int = 3, seed: int = 0) -> Explanation:
    draw = np.random.default_rng(seed)
    values, numbers = draw.normal(size=(rows, columns)) * 0.1, draw.normal(size=(rows, columns))
    base = np.full(rows, 0.4)
    return Explanation(
        columns=tuple(f"column {place}" for place in range(columns)),
        values=values,
        errors=np.full_like(values, 0.001),
        base=base,
        predictions=base + values.sum(axis=1),
        rows=np.arange(rows),
        labels=("yes",) * rows,
        cells=tuple(tuple(f"{cell:.3f}" for cell in numbers[:, place]) for place in range(columns)),
        numbers=numbers,
        method="walks",
        seconds=0.0,
    )


def test_the_waterfall_goes_from_the_average_to_the_answer() -> None:
    made = reasons(columns=20)
    figure = waterfall(sentences.case(made, 2, top=10), THEME)
    bars = figure.data[0]
    assert bars.base[0] == pytest.approx(0.4)
    assert bars.base[-1] + bars.x[-1] == pytest.approx(made.predictions[2], abs=1e-9)
    assert figure.layout.yaxis.ticktext[-1] == "10 other columns"


def test_orange_raises_and_blue_lowers() -> None:
    figure = waterfall(sentences.case(reasons(), 0), THEME)
    bars = figure.data[0]
    wanted = [LIGHT.raises if step > 0 else LIGHT.lowers for step in bars.x]
    assert list(bars.marker.color) == wanted


def test_the_beeswarm_is_a_few_paths_however_many_points() -> None:
    figure = swarm.beeswarm(reasons(rows=5_000, columns=40), THEME)
    points, scale = figure.data
    paths = [shape.path for shape in figure.layout.shapes if shape.type == "path"]
    assert len(points.x) == len(points.text) == 1_000 * 20
    assert points.x.dtype == np.float32
    assert len(paths) == swarm.TINTS * swarm.LAYERS * len(swarm.STROKES)
    assert sum(path.count("M") for path in paths) == 1_000 * 20 * len(swarm.STROKES)
    assert (scale.marker.cmin, scale.marker.cmax) == (0, 1)
    assert {"scatter"} == {trace.type for trace in figure.data}


def test_a_point_of_the_beeswarm_stands_where_its_value_is_in_its_tint() -> None:
    made = reasons(rows=12, columns=1)
    numbers = np.arange(12.0)[:, None]
    figure = swarm.beeswarm(Explanation(**{**made.__dict__, "numbers": numbers}), THEME)
    drawn = {}
    for shape in figure.layout.shapes:
        if shape.type == "path":
            drawn |= {float(x): shape.line.color for x in re.findall(r"M([^,]+),", shape.path)}
    assert drawn[float(f"{made.values[0, 0]:.5g}")] == LIGHT.low
    assert drawn[float(f"{made.values[11, 0]:.5g}")] == LIGHT.high
    assert len(drawn) == 12
    low, high = figure.layout.xaxis.range
    assert low < min(drawn) and max(drawn) < high


def test_the_beeswarm_shows_the_largest_columns_first() -> None:
    made = reasons(columns=4)
    largest = sentences.importance(made)[0].column
    assert swarm.beeswarm(made, THEME).layout.yaxis.ticktext[0] == largest


def test_importance_shows_no_more_than_asked() -> None:
    means = sentences.importance(reasons(columns=20))
    assert len(plots.importance(means, THEME, top=15).data[0].x) == 15
    assert len(plots.importance(means, THEME, top=20).data[0].x) == 20


def test_missing_cells_are_named() -> None:
    made = reasons()
    gone = Explanation(**{**made.__dict__, "cells": (("",) * 6, *made.cells[1:])})
    assert "column 0 = missing" in waterfall(sentences.case(gone, 0), THEME).layout.yaxis.ticktext


def test_numbers_as_levels_stand_by_size() -> None:
    made = reasons()
    levels = Explanation(**{**made.__dict__, "cells": (("10", "9", "9", "10", "2", ""), *made.cells[1:])})
    ticks = one.dependence(levels, "column 0", THEME).layout.xaxis.ticktext
    assert list(ticks) == ["2", "9", "10", "missing"]


def test_the_ends_of_a_number_are_its_quarters() -> None:
    made = reasons(rows=12)
    cells = tuple(str(place) for place in range(12))
    values = made.values.copy()
    values[:, 0] = np.arange(12) / 10
    numbered = Explanation(**{**made.__dict__, "values": values, "cells": (cells, *made.cells[1:])})
    ends = one.ends(numbered, "column 0")
    assert ends.numeric
    assert (ends.low, ends.high) == (pytest.approx(0.1), pytest.approx(1.0))


def test_the_ends_of_levels_are_those_that_move_it_most() -> None:
    made = reasons(rows=4, columns=1)
    values = np.array([[0.1], [0.3], [-0.2], [-0.4]])
    named = Explanation(**{**made.__dict__, "values": values, "cells": (("a", "a", "b", "b"),)})
    ends = one.ends(named, "column 0")
    assert (ends.low_name, ends.high_name) == ("b", "a")
    assert (ends.low, ends.high) == (pytest.approx(-0.3), pytest.approx(0.2))


def test_nothing_explained_draws_nothing_and_does_not_fail() -> None:
    none = reasons(rows=0)
    assert swarm.beeswarm(none, THEME).data == ()
    assert list(plots.importance(sentences.importance(none), THEME).data[0].x) == []


def test_a_chance_is_drawn_in_percent() -> None:
    made = reasons()
    bars = waterfall(sentences.case(made, 0), THEME, plots.Scale(chance=True)).data[0]
    assert bars.base[0] == pytest.approx(40)
    assert bars.base[-1] + bars.x[-1] == pytest.approx(100 * made.predictions[0])


def test_dates_lie_on_a_calendar() -> None:
    made = reasons(rows=12)
    cells = (*(f"2024-01-{day:02d}" for day in range(1, 12)), "")
    dated = Explanation(**{**made.__dict__, "cells": (cells, *made.cells[1:])})
    drawn = one.dependence(dated, "column 0", THEME).data[0]
    assert str(drawn.x[0]).startswith("2024-01-01")
    ends = one.ends(dated, "column 0")
    assert (ends.numeric, ends.low_name, ends.high_name) == (True, "2024-01-04", "2024-01-08")


def test_large_numbers_are_written_out() -> None:
    made = reasons(rows=12)
    cells = tuple(str(1000 * place) for place in range(12))
    large = Explanation(**{**made.__dict__, "cells": (cells, *made.cells[1:])})
    assert one.ends(large, "column 0").high_name == "8,250"


def test_a_chance_has_no_ticks_beyond_its_ends() -> None:
    made = reasons(columns=5)
    case = replace(sentences.case(made, 2), base=0.9, prediction=0.98)
    axis = waterfall(case, THEME, plots.Scale(chance=True)).layout.xaxis
    assert max(axis.tickvals) <= 100
    assert min(axis.tickvals) >= 0
    assert all(text.endswith("%") for text in axis.ticktext)


def test_a_number_shades_the_dependence_and_its_ends_are_named() -> None:
    made = reasons(rows=12)
    cells = tuple(str(place) for place in range(12))
    shaded = replace(made, cells=(*made.cells[:1], cells, *made.cells[2:]), numbers=made.numbers.copy())
    shaded.numbers[:, 1] = np.arange(12)
    figure = one.dependence(shaded, "column 0", THEME, colour="column 1")
    marker = figure.data[0].marker
    assert list(marker.color) == pytest.approx(np.arange(12) / 11)
    assert list(marker.colorbar.ticktext) == ["0", "11"]


def test_categories_colour_the_dependence_and_rare_ones_share_a_colour() -> None:
    made = reasons(rows=20)
    cells = ("a",) * 5 + ("b",) * 4 + ("c",) * 3 + ("d",) * 3 + ("e",) * 2 + ("f", "g", "")
    figure = one.dependence(
        replace(made, cells=(made.cells[0], cells, made.cells[2])), "column 0", THEME, colour="column 1"
    )
    assert [trace.name for trace in figure.data] == ["a", "b", "c", "d", "e", "others"]
    assert [len(trace.x) for trace in figure.data] == [5, 4, 3, 3, 2, 3]


def test_each_bar_of_the_waterfall_ends_in_its_standard_error() -> None:
    figure = waterfall(sentences.case(reasons(), 0), THEME, plots.Scale(chance=True))
    whiskers = next(trace for trace in figure.data if trace.error_x.array is not None)
    bars = figure.data[0]
    assert list(whiskers.error_x.array) == pytest.approx([0.1] * 3)
    assert list(whiskers.x) == pytest.approx([start + step for start, step in zip(bars.base, bars.x, strict=True)])
