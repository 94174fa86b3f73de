"""Brings the catalogues up to date with the sentences in the code: ``make words``.

Every sentence marked with ``N_`` or ``t`` is extracted; each catalogue keeps its translations, gains the new
sentences empty and loses those no longer used. With ``--add FILE`` translations are taken over from a JSON file
``{"English": "translation"}`` first. Prints what still lacks a translation; exit status 1 where something does.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
KEYWORDS = {"N_": None, "t": None}


def sources() -> Catalog:
    """The sentences in the code and where each stands."""
    catalog = Catalog(project="Vitrine", charset="utf-8", fuzzy=False)
    for folder in ("core", "pages"):
        for name, _, text, _, _ in extract_from_dir(PROJECT / folder, [("**.py", "python")], keywords=KEYWORDS):
            catalog.add(text, locations=[(f"{folder}/{name}", 0)])
    for path in (PROJECT / "dashboard.py", PROJECT / "asgi.py"):
        if path.exists():
            for _, text, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
                catalog.add(text, locations=[(path.name, 0)])
    return catalog


def update(path: Path, template: Catalog, added: dict[str, str]) -> list[str]:
    """Rewrites one catalogue; returns the sentences without a translation."""
    with path.open("rb") as source:
        old = read_po(source, locale=path.parent.parent.name)
    known = {message.id: message.string for message in old if message.id and message.string}
    known |= {message.id: message.string for message in old.obsolete.values() if message.string}
    known |= added
    new = Catalog(locale=path.parent.parent.name, project="Vitrine", charset="utf-8", fuzzy=False)
    new.revision_date = new.creation_date = old.creation_date
    for message in template:
        if message.id:
            new.add(message.id, known.get(message.id, ""), locations=sorted({(f, None) for f, _ in message.locations}))
    with path.open("wb") as target:
        write_po(target, new, width=0, sort_output=True, omit_header=False, include_lineno=False)
    return [message.id for message in new if message.id and not message.string]


def main() -> int:
    """Updates every catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", type=Path, action="append", default=[])
    added: dict[str, str] = {}
    for path in parser.parse_args().add:
        added |= json.loads(path.read_text(encoding="utf-8"))
    template, lacking = sources(), 0
    for path in sorted((PROJECT / "locales").glob("*/LC_MESSAGES/vitrine.po")):
        for text in update(path, template, added):
            lacking += 1
            sys.stdout.write(f"{path.parent.parent.name}: {text}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
