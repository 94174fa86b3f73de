"""The inputs of a case as a test meets them: what the browser is told, and what it would send back."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.shared.whatif import form

NAME = "vitrine_fields"
"""Of the element that holds the inputs."""


class Box:
    """One input."""

    def __init__(self, page: AppTest, told: dict[str, Any], missing: str) -> None:
        self._page, self.told, self._missing = page, told, missing

    @property
    def value(self) -> Any:
        """What stands in it; None for missing."""
        return self.told["value"]

    @property
    def options(self) -> list[str]:
        """What can be chosen."""
        return [self._missing, *self.told["levels"]]

    def put(self, value: Any) -> AppTest:
        """Changes it as the browser does; the page is to be run then."""
        run = self._page.query_params["run"]
        run = run if isinstance(run, str) else run[0]
        starts = self._page.session_state[f"whatif_starts_{run}"]
        start = list(starts.values())[-1]
        form.take(
            self._page.session_state[f"whatif_{run}"], start, json.loads(json.dumps([[self.told["place"], value]]))
        )
        return self._page


def boxes(page: AppTest) -> list[Box]:
    """All inputs that are shown, in their order."""
    told = [json.loads(one.proto.json) for one in page.get("bidi_component") if one.proto.component_name == NAME]
    return [Box(page, field, one["words"]["missing"]) for one in told for field in one["fields"]]


def box(page: AppTest, name: str) -> Box:
    """The input of a column."""
    return next(one for one in boxes(page) if one.told["name"] == name)
