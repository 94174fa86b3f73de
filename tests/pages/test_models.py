"""The list of models: only one's own; rename and delete do what they say."""

from __future__ import annotations

from pathlib import Path

from core import values
from core.data.task import Goal, Task
from core.deliver.store import Store
from core.engines.base import Request, Run
from core.learn.recipe import Recipe
from tests.pages import judged, tiny

OWNER, OTHER = "1" * 32, "2" * 32
TASK = Task("binary", Goal("passed"), ("score",), ("no", "yes"), "yes")


def made(home: Path, owner: str = OWNER, name: str = "marks.csv: passed") -> Run:
    """A training that was stopped before it began."""
    request = Request("train", name=name, arguments={"recipe": Recipe(TASK, domain="education")})
    run = Store(home, owner).new_run(request)
    run.set_state("stopped")
    return run


def names(app) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_only_ones_own_models_are_listed(front, home: Path) -> None:
    made(home, name="mine")
    made(home, OTHER, name="theirs")
    assert "mine" in names(front("models", owner=OWNER))
    assert "theirs" not in names(front("models", owner=OWNER))
    assert "mine" not in names(front("home", owner=OTHER))


def test_the_page_begins_with_its_title(front, home: Path) -> None:
    made(home, "6" * 32)
    app = front("models", owner="6" * 32)
    assert app.title[0].value == "Your models"
    assert not [text.value for text in app.markdown if text.value.startswith("Models shown")]


def test_verdicts_of_audits_are_named_and_lead_to_them(front, home: Path) -> None:
    owner = "7" * 32
    run = made(home, owner)
    (run.folder / "model").mkdir()
    values.write(run.folder / "evaluation.json", tiny.evaluation())
    door = f"trust_door_{run.id}"
    assert front("models", owner=owner).button(key=door).label == "Trust: not audited yet"
    judged.kept(run.folder)
    assert "3 differences found" in front("models", owner=owner).button(key=door).label
    judged.kept(run.folder, judged.all_shapes()[4:5])
    assert front("models", owner=owner).button(key=door).label == "Trust: audited: no difference found"


def test_a_model_is_renamed(front, home: Path) -> None:
    run = made(home, "3" * 32)
    app = front("models", owner="3" * 32)
    app.text_input(key=f"name_{run.id}").set_value("Spring term").run()
    app.button(key=f"rename_{run.id}").click().run()
    assert "Spring term" in names(app)
    assert run.request().name == "Spring term"


def test_a_deleted_model_is_gone_from_the_list_and_the_disk(front, home: Path) -> None:
    run = made(home, "4" * 32)
    app = front("models", owner="4" * 32)
    app.button(key=f"delete_{run.id}").click().run()
    assert not app.error
    assert not run.folder.exists()
    assert "marks" not in names(app)


def test_another_owners_run_is_not_found(front, home: Path) -> None:
    run = made(home)
    app = front("education", owner=OTHER, run=run.id, step="quality")
    assert "not found" in app.error[0].value
    assert app.get("file_uploader")


def test_many_models_are_shown_in_parts(front, home: Path) -> None:
    for number in range(23):
        made(home, "5" * 32, f"model {number}")
    app = front("models", owner="5" * 32)
    assert names(app).count("model ") == 20
    app.button(key="models_more").click().run()
    assert names(app).count("model ") == 23
    assert not [button for button in app.button if button.key == "models_more"]
