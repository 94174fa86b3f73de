"""The table of verdicts, as light HTML: sentences wrap in it, and its rows become cards on a telephone. Text in it is
shown literally."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from core.audits.audit import FAMILIES, Report, Verdict
from core.audits.verdicts import SIGNS, WORDS
from core.plots.theme import Theme
from core.words import N_, Message, say

_STYLE = """
.va { --warn: %(warn)s; --quiet: %(quiet)s; --grid: %(grid)s; font-size: 0.95rem; line-height: 1.45; }
.va table { border-collapse: collapse; width: 100%%; table-layout: fixed; }
.va col.name { width: 19%%; } .va col.verdict { width: 10.4rem; } .va col.cure { width: 31%%; }
.va th, .va td { text-align: left; vertical-align: top; padding: 0.55rem 0.9rem 0.55rem 0; font-weight: 400;
  border-bottom: 1px solid var(--grid); overflow-wrap: anywhere; }
.va thead th { color: var(--quiet); font-size: 0.85rem; padding-bottom: 0.3rem; }
.va tr.family th { font-weight: 650; font-size: 1.02rem; padding: 1.3rem 0 0.4rem; }
.va tbody th { font-weight: 600; }
.va td.cure { color: var(--quiet); }
.va-badge { display: inline-block; white-space: nowrap; border-radius: 999px; padding: 0.05rem 0.6rem;
  font-size: 0.85rem; border: 1px solid var(--quiet); }
.va-badge.difference { border-color: var(--warn); font-weight: 650;
  background: color-mix(in srgb, var(--warn) 16%%, transparent); }
.va-badge.inconclusive { border-style: dashed; }
.va-badge.not_applicable { border-color: transparent; padding-left: 0; color: var(--quiet); }
.va tr.not_applicable td { color: var(--quiet); }
@media (max-width: 760px) {
  .va thead { position: absolute; clip-path: inset(50%%); height: 1px; width: 1px; overflow: hidden; }
  .va table, .va tbody, .va tr, .va th, .va td { display: block; width: auto; } .va colgroup { display: none; }
  .va tbody th, .va td { border-bottom: none; padding: 0.1rem 0; }
  .va tr { padding: 0.6rem 0; border-bottom: 1px solid var(--grid); }
  .va tr.family { padding: 0.9rem 0 0.2rem; } .va tr.family th { padding: 0; }
}
"""


def style(theme: Theme) -> str:
    """The rules that the table and the badges rest on."""
    colours = theme.palette
    rules = _STYLE % {"warn": colours.raises, "quiet": colours.quiet, "grid": colours.grid}
    return f"<style>{rules}</style>"


def badge(verdict: Verdict, theme: Theme) -> str:
    """A verdict as a small label: sign and word."""
    return f'<span class="va-badge {verdict}">{SIGNS[verdict]}\u2002{theme.say(WORDS[verdict])}</span>'


def overview(reports: Sequence[Report], titles: dict[str, str], theme: Theme) -> str:
    """The table of all verdicts, family by family.

    Args:
        reports: what the audits found, in their order.
        titles: of the audits by key: English source sentences.
        theme: appearance and language.
    """
    heads = [theme.say(text) for text in (N_("Audit"), N_("Verdict"), N_("What was found"), N_("What can be done"))]
    rows: list[str] = []
    for family, name in FAMILIES.items():
        mine = [one for one in reports if one.family == family]
        if mine:
            rows.append(f'<tr class="family"><th colspan="4" scope="rowgroup">{theme.say(name)}</th></tr>')
            rows += [_row(one, titles.get(one.key, one.key), theme) for one in mine]
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    columns = '<colgroup><col class="name"><col class="verdict"><col><col class="cure"></colgroup>'
    body = "".join(rows)
    return f'<div class="va"><table>{columns}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(report: Report, title: str, theme: Theme) -> str:
    cure = "" if report.cure is None else _whole(report.cure, theme)
    cells: Iterable[str] = (
        f'<th scope="row">{_whole(title, theme)}</th>',
        f"<td>{badge(report.verdict, theme)}</td>",
        f"<td>{_whole(report.message, theme)}</td>",
        f'<td class="cure">{cure}</td>',
    )
    return f'<tr class="{report.verdict}">{"".join(cells)}</tr>'


def _whole(message: Message | str, theme: Theme) -> str:
    """A sentence, shown literally as a whole: it may say "< 30"."""
    return html.escape(say(message, theme.language), quote=False)
