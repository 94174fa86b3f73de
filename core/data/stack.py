"""Several files with the same columns to one frame that says which file a row came from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.data.formats.grid import mind_columns, mind_rows, shorten
from core.data.formats.report import finding
from core.data.formats.tidy import clean, free_name
from core.data.table import Finding, Source
from core.errors import Problem
from core.words import N_

Part = tuple[pd.DataFrame, Source]
FILE = "file"


def stack(parts: Sequence[Part]) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The rows of all parts, one file after the other, in the column order of the first.

    Columns match by name whatever their order, capitals and blanks; files without a header by position. A column
    called "file" (or the first free name) holds the file's name. A file that comes twice is taken once.

    Raises:
        Problem: columns do not match; names the differences. Or the whole is larger than allowed.
    """
    if not parts:
        raise ValueError("parts must hold at least one frame, but: it is empty")
    chosen, findings = _once(parts)
    if len(chosen) == 1:
        return chosen[0][0], tuple(findings)
    mind_rows(sum(len(frame) for frame, _ in chosen))
    first, origin = next((part for part in chosen if not _nameless(part[1])), chosen[0])
    frames = [_matched(frame, source, first, origin, findings) for frame, source in chosen]
    column = free_name(FILE, {str(name).casefold() for name in first.columns})
    mind_columns(len(first.columns) + 1)
    sources = [source for _, source in chosen]
    whole = pd.concat(_one_decimal(_alike(frames), sources, findings), ignore_index=True)
    labels = [label for label, (frame, _) in zip(_labels(chosen), chosen, strict=True) for _ in range(len(frame))]
    whole[column] = pd.Series(labels, dtype="str")
    text = N_("{n:count} files were stacked; the column “{column}” says which file a row came from.")
    findings.append(finding("stacked", "note", text, n=len(chosen), column=column))
    return whole, tuple(findings)


def _once(parts: Sequence[Part]) -> tuple[list[Part], list[Finding]]:
    """The parts without those whose bytes came before."""
    kept: dict[tuple[str, str | None], Part] = {}
    findings = []
    for frame, source in parts:
        key = (source.sha256, source.options.sheet)
        if key in kept:
            text = N_("{file} has the same content as {other} and was taken once.")
            findings.append(finding("same_file", "warning", text, file=source.name, other=kept[key][1].name))
        else:
            kept[key] = (frame, source)
    return list(kept.values()), findings


def _nameless(source: Source) -> bool:
    return source.options.header == -1 and not source.options.names


def _matched(
    frame: pd.DataFrame, source: Source, first: pd.DataFrame, origin: Source, findings: list[Finding]
) -> pd.DataFrame:
    """The frame with the columns of the first, in its order."""
    if _nameless(source):
        _mind_count(frame, source, first, origin)
        if not _nameless(origin):
            text = N_("{file} has no column names; its columns were taken in the order of {other}.")
            findings.append(finding("by_position", "warning", text, file=source.name, other=origin.name))
        return frame.set_axis(first.columns, axis=1)
    own = _keys(frame.columns)
    wanted = _keys(first.columns)
    missing = [name for key, name in wanted.items() if key not in own]
    extra = [name for key, name in own.items() if key not in wanted]
    if missing or extra:
        raise _different(source, origin, missing, extra)
    return frame[[own[key] for key in wanted]].set_axis(first.columns, axis=1)


def _keys(columns: pd.Index[str]) -> dict[str, str]:
    """Names by what counts when they are compared; those that differ in capitals only stay apart."""
    folded = [clean(str(name)).casefold() for name in columns]
    return {key if folded.count(key) == 1 else str(name): str(name) for key, name in zip(folded, columns, strict=True)}


def _mind_count(frame: pd.DataFrame, source: Source, first: pd.DataFrame, origin: Source) -> None:
    if len(frame.columns) != len(first.columns):
        raise Problem(
            N_(
                "{file} has {found:count} columns and no names, {other} has {expected:count}. "
                "Files can be stacked only when their columns match."
            ),
            file=source.name,
            other=origin.name,
            found=len(frame.columns),
            expected=len(first.columns),
        )


def _different(source: Source, origin: Source, missing: list[str], extra: list[str]) -> Problem:
    facts = {
        "file": source.name,
        "other": origin.name,
        "missing": [shorten(name, 60) for name in missing[:5]],
        "extra": [shorten(name, 60) for name in extra[:5]],
    }
    if not extra:
        return Problem(
            N_("{file} lacks columns that {other} has: {missing:list}. Add them, or leave the file out."), **facts
        )
    if not missing:
        return Problem(
            N_("{file} has columns that {other} lacks: {extra:list}. Remove them, or leave the file out."), **facts
        )
    text = N_(
        "The columns of {file} and {other} do not match. {file} lacks {missing:list} and has {extra:list} instead. "
        "Rename the columns so that they match, or leave the file out."
    )
    return Problem(text, **facts)


def _alike(frames: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Frames whose columns have the same type; where types differ, the cells become text."""
    columns = frames[0].columns
    odd = [name for name in columns if len({str(frame[name].dtype) for frame in frames}) > 1]
    return [frame.astype(dict.fromkeys(odd, "str")) for frame in frames] if odd else frames


def _one_decimal(frames: list[pd.DataFrame], sources: list[Source], findings: list[Finding]) -> list[pd.DataFrame]:
    """Frames whose numbers have the decimal sign of the first file that has one, which all are read by."""
    wanted = next((source.options.decimal for source in sources if source.options.decimal), ".")
    brought = []
    for frame, source in zip(frames, sources, strict=True):
        sign = source.options.decimal or "."
        same = frame if sign == wanted else frame.apply(_with_decimal, sign=sign, wanted=wanted)
        if not same.equals(frame):
            text = N_("The numbers of {file} were given the decimal sign of the first file: {sign} became {wanted}.")
            findings.append(finding("decimals", "note", text, file=source.name, sign=f"1{sign}5", wanted=f"1{wanted}5"))
        brought.append(same)
    return brought


def _with_decimal(cells: pd.Series[str], sign: str, wanted: str) -> pd.Series[str]:
    """The cells with the numbers among them written with another decimal sign and without thousands separators."""
    if not pd.api.types.is_string_dtype(cells.dtype):
        return cells
    grouped, mark = rf"\d{{1,3}}(?:\{wanted}\d{{3}})+", rf"\{sign}\d+(?:[eE][-+]?\d+)?"
    numbers = cells.str.fullmatch(rf"[-+]?(?:(?:{grouped}|\d+)?{mark}|{grouped})").fillna(False).to_numpy(bool)
    changed = cells.to_numpy(dtype=object, copy=True)
    changed[numbers] = [cell.replace(wanted, "").replace(sign, wanted) for cell in changed[numbers]]
    return pd.Series(changed, index=cells.index, name=cells.name, dtype=cells.dtype)


def _labels(parts: Sequence[Part]) -> list[str]:
    """File names; one that comes twice is numbered, a sheet is named where sheets of one book are stacked."""
    names = [source.name for _, source in parts]
    labels: list[str] = []
    for _, source in parts:
        label = source.name
        if names.count(label) > 1 and source.options.sheet:
            label = f"{label} / {source.options.sheet}"
        number, base = 1, label
        while label in labels:
            number += 1
            label = f"{base} ({number})"
        labels.append(label)
    return labels
