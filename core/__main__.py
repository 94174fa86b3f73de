"""The same verbs without a screen: ``python -m core train|evaluate|explain|whatif|counterfactual|audit|score``.

Exit status: 0 done; 2 something that the user can cure, in words on standard error; 1 a mistake of ours, in one
sentence that names the log; 130 interrupted. Progress goes to standard error, the answer to standard output.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from core.deliver.budget import budget
from core.deliver.knobs import grid, named, setting
from core.domains import domains
from core.errors import Problem
from core.words import N_, SOURCE, Message, languages, say

BAD_INPUT, OUR_MISTAKE, INTERRUPTED = 2, 1, 130
Said = Callable[[str], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and answers with the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
    _settle()
    try:
        options = parser(language).parse_args(given)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some quote cells
            return _perform(options, language)
    except Problem as problem:
        return _end(problem.message, language, BAD_INPUT)
    except KeyboardInterrupt:
        return _end(Message(N_("Interrupted.")), language, INTERRUPTED)
    except BrokenPipeError:  # the reader of our output left: there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return OUR_MISTAKE
    except Exception as error:
        return _end(_mistake(error), language, OUR_MISTAKE)


def language_of(arguments: Sequence[str]) -> str:
    """What ``--language`` asks for, else the terminal's, else the source language."""
    for place, one in enumerate(arguments):
        if one == "--language":
            return next(iter(arguments[place + 1 : place + 2]), SOURCE)
        if one.startswith("--language="):
            return one.partition("=")[2]
    terminal = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return next((code for code in languages() if code[:2] == terminal[:2].lower()), SOURCE)


class Parser(argparse.ArgumentParser):
    """Refuses in words, without a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Raises a Problem with what argparse found."""
        raise Problem(
            N_("The command was not understood: {detail}. “{help}” lists what there is."),
            detail=message,
            help=f"{self.prog} --help",
        )


def parser(language: str = SOURCE) -> Parser:
    """All verbs and their options, explained in a language."""

    def said(text: str) -> str:
        return say(text, language).replace("%", "%%")

    top = Parser(
        prog="python -m core", description=said(N_("Train, measure, explain and use models, without a screen."))
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    train = verbs.add_parser("train", help=said(N_("learn from files, measure the model, keep both in a run folder")))
    train.add_argument("files", nargs="+", type=Path, metavar="FILE", help=said(_FILES))
    _add_goal(train, said)
    _add_training(train, said)
    _add_net(train, said)
    evaluate = verbs.add_parser("evaluate", help=said(N_("say what a model is worth")))
    _add_run(evaluate, said)
    evaluate.add_argument("file", nargs="?", type=Path, metavar="FILE", help=said(_EVALUATED))
    explain = verbs.add_parser("explain", help=said(N_("say why a model answers as it does for one row")))
    _add_run(explain, said)
    whatif = verbs.add_parser("whatif", help=said(N_("say what the model answers when cells of a row are changed")))
    _add_run(whatif, said)
    whatif.add_argument("--set", action="append", default=[], metavar="COL=VALUE", help=said(_SET))
    other = verbs.add_parser("counterfactual", help=said(N_("find the smallest changes that lead to another answer")))
    _add_run(other, said)
    other.add_argument(
        "--fix", action="append", default=[], metavar="COL", help=said(N_("stays as it is (repeatable)"))
    )
    other.add_argument("--want", metavar="ANSWER", help=said(N_("the answer wanted: a label, or >=NUMBER or <=NUMBER")))
    for verb in (explain, whatif, other):
        verb.add_argument("--row", required=True, type=_whole, metavar="N", help=said(N_("the row, counted from 0")))
        verb.add_argument("--file", type=Path, help=said(N_("the file of the row; without it the file trained on")))
    score = verbs.add_parser("score", help=said(N_("write a file with the model's answer beside every row")))
    _add_run(score, said)
    score.add_argument("file", type=Path, metavar="FILE", help=said(_FILES))
    score.add_argument("--out", required=True, type=Path, help=said(N_("the file to write, .csv or .xlsx")))
    score.add_argument("--keep-personal", action="store_true", help=said(_KEPT))
    audit = verbs.add_parser("audit", help=said(_AUDIT))
    _add_run(audit, said)
    audit.add_argument("file", nargs="?", type=Path, metavar="FILE", help=said(_EVALUATED))
    audit.add_argument("--sensitive", action="append", default=[], metavar="COL", help=said(_SENSITIVE))
    for verb in (train, evaluate, explain, whatif, other, audit, score):
        _add_reading(verb, said)
    for verb in (train, evaluate, explain, whatif, other, audit):
        verb.add_argument("--json", action="store_true", help=said(N_("answer with one JSON object")))
    return top


_SET = N_("a cell to change; COL= leaves it empty (repeatable)")
_AUDIT = N_("audit a model: fairness, privacy, robustness, honesty; the verdicts stay with its run")
_SENSITIVE = N_("ask for fairness (repeatable); without it the columns named in training")
_KEPT = N_("leave personal data readable in the file; without it, columns and cells that hold them are masked")
_FILES = N_("CSV or another text table, XLSX, XLS or Parquet")
_EVALUATED = N_("a file with the answers known; without it, the rows of the training file that the model never saw")


def _add_goal(verb: Parser, said: Said) -> None:
    add = verb.add_argument
    add(
        "--target", required=True, metavar="GOAL", help=said(N_("a column, COL>=NUMBER, COL>NUMBER or COL=VALUE|VALUE"))
    )
    add("--positive", metavar="VALUE", help=said(N_("the answer whose probability is wanted")))
    add("--task", choices=("binary", "multiclass", "regression"), help=said(N_("how to take the target")))
    add("--drop", action="append", default=[], metavar="COL", help=said(N_("do not use this column (repeatable)")))
    add("--sensitive", action="append", default=[], metavar="COL", help=said(N_("ask for fairness (repeatable)")))
    add("--group", metavar="COL", help=said(N_("the column that names who or what repeats")))
    add("--time", metavar="COL", help=said(N_("hold back the latest rows by this column")))
    add("--cost-miss", type=_price, default=1.0, metavar="X", help=said(N_("what missing an event costs (1)")))
    add("--cost-alarm", type=_price, default=1.0, metavar="X", help=said(N_("what a false alarm costs (1)")))
    add("--domain", choices=tuple(domains()), default="", help=said(N_("the field of work")))


def _add_training(verb: Parser, said: Said) -> None:
    add = verb.add_argument
    add("--budget", "--time-budget", type=budget, metavar="TIME", dest="time_budget", help=said(_BUDGET))
    add("--members", type=_learners, metavar="A,B", help=said(N_("learners: simple, forest, trees, net (all)")))
    add("--class-weights", action="store_true", help=said(N_("every class weighs the same while learning")))
    add("--seed", type=_whole, default=0, help=said(N_("the same seed gives the same model")))
    add("--out", type=Path, metavar="RUN", help=said(N_("a new folder for the run; without it one is made")))


def _add_net(verb: Parser, said: Said) -> None:
    add = verb.add_argument_group(said(N_("the neural net, for experts"))).add_argument
    add("--net", type=setting, action="append", default=[], metavar="NAME=VALUE", help=said(_NET))
    add("--search", choices=("optuna", "grid"), help=said(N_("try settings of the net before it is trained")))
    add("--trials", type=_whole, metavar="N", help=said(N_("settings tried at most (30)")))
    add("--grid", type=grid, action="append", default=[], metavar="NAME=A,B", help=said(_GRID))
    add("--pretrain", action="store_true", help=said(N_("learn what rows look like first, also those without answer")))
    add("--start", type=Path, metavar="RUN", help=said(N_("tune the net of this earlier run with the same columns")))
    add("--adapters", action="store_true", help=said(N_("with these two, only small parts of the net learn on")))
    texts = verb.add_argument_group(said(N_("texts"))).add_argument
    texts("--encoder", metavar="FOLDER", help=said(N_("a pretrained encoder: its folder, or its name on the hub")))
    texts("--tuning", choices=("frozen", "lora", "full"), default="frozen", help=said(N_("how it is used (frozen)")))


_BUDGET = N_("from reading to a usable model: seconds, or like “2 min”")
_NET = N_("a setting like dropout=0.2 (repeatable); without it the size of the data decides")
_GRID = N_("values to try, like dropout=0,0.2 (repeatable)")


def _add_run(verb: Parser, said: Said) -> None:
    verb.add_argument("run", type=Path, metavar="RUN", help=said(N_("the folder of a trained run")))


def _add_reading(verb: Parser, said: Said) -> None:
    add = verb.add_argument_group(said(N_("reading the file, where what is found is wrong"))).add_argument
    add("--encoding", help="utf-8, gb18030, cp1252 ...")
    add("--separator", help=said(N_("one sign, or: tab, blank")))
    add("--decimal", choices=(".", ","), help=said(N_("the decimal sign")))
    add("--no-header", action="store_true", help=said(N_("the first row is data")))
    add("--names", metavar="A,B,C", help=said(N_("column names, in order, in place of those found")))
    add("--sheet", help=said(N_("the sheet of a workbook")))
    add("--language", choices=languages(), help=said(N_("of the messages")))


def _whole(text: str) -> int:
    """A whole number from 0 on."""
    number = int(text) if text.strip().lstrip("-").isdecimal() else -1
    if number < 0:
        raise Problem(N_("“{text}” is not a whole number from 0 on. Write it like 12."), text=text)
    return number


def _learners(text: str) -> tuple[str, ...]:
    """Names of learners, parted by commas."""
    return named([name.strip() for name in text.split(",") if name.strip()])


def _price(text: str) -> float:
    """What an error costs: a number above 0."""
    number = _above_zero(text)
    if number is None:
        raise Problem(N_("“{text}” is not a cost above 0. Write it like 5."), text=text)
    return number


def _above_zero(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


def _perform(options: argparse.Namespace, language: str) -> int:
    from core.deliver import command, judge, suppose

    places = {"whatif": suppose, "counterfactual": suppose, "audit": judge}
    getattr(places.get(options.verb, command), options.verb)(options, command.Out(language))
    return 0


def _settle() -> None:
    """Text is UTF-8 whatever the terminal says; small threads, set before torch is imported."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    logging.getLogger("core").addHandler(logging.NullHandler())  # mistakes go to the log file, not to the terminal
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _end(message: Message, language: str, status: int) -> int:
    print(say(message, language), file=sys.stderr)
    return status


def _mistake(error: Exception) -> Message:
    """The sentence for a mistake of ours; the log gets the traceback, without cells."""
    from core.engines.inline import where
    from core.settings import settings

    for folder in (settings().home, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "log.txt").open("a", encoding="utf-8") as log:
                log.write(where(error) + "\n")
        except OSError:
            continue
        break
    text = N_("This ended because of a mistake in Vitrine, not because of you. {log} says where; please report it.")
    return Message(text, {"log": str(folder / "log.txt")})


if __name__ == "__main__":
    sys.exit(main())
