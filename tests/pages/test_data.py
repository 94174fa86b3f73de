"""The data step: a file in, a table out; what is wrong is said, and nothing is lost."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace

from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from core.deliver.store import Store
from pages.shared import intake
from tests.pages.conftest import wait

OWNER, OTHER = "a" * 32, "b" * 32
ROWS = "name;score;passed\n" + "\n".join(f"n{i};{i % 20};{'yes' if i % 3 else 'no'}" for i in range(60))
MARKUP = "**x**;$y$;<b>z</b>\n" + "\n".join(f"{i};{i % 7};{i % 2}" for i in range(60))


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.get("file_uploader")[0].upload(name, content)
    app.run()
    return wait(app, lambda page: page.error or page.data_editor)


def test_a_file_becomes_a_table(front) -> None:
    app = upload(front("education", owner=OWNER), "marks.csv", ROWS.encode())
    assert list(app.data_editor[0].value["name"]) == ["name", "score", "passed"]
    assert app.query_params["step"] == "data"
    assert app.query_params["table"]
    assert not app.error


def test_a_bad_file_is_refused_in_words_and_the_way_on_is_there(front) -> None:
    app = upload(front("education", owner=OWNER), "empty.csv", b"")
    assert app.error[0].value
    assert not app.exception
    assert app.get("file_uploader")
    app.button(key="drop_reading").click().run()
    assert not app.error


def test_a_bad_file_after_a_good_one_loses_nothing(front) -> None:
    app = upload(front("medicine", owner=OWNER), "good.csv", ROWS.encode())
    table = app.query_params["table"]
    app.button(key="other_data").click().run()
    upload(app, "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert app.error
    assert [button for button in app.button if button.key == f"use_{table}"]


def test_markup_in_column_names_is_shown_as_it_is_written(front) -> None:
    app = upload(front("finance", owner=OWNER), "markup.csv", MARKUP.encode())
    assert list(app.data_editor[0].value["name"]) == ["**x**", "$y$", "<b>z</b>"]
    assert not [text for text in app.markdown if "**x**" in text.value or "<b>z" in text.value]


def test_another_owners_table_is_not_found(front) -> None:
    mine = upload(front("education", owner=OWNER), "mine.csv", ROWS.encode())
    theirs = front("education", owner=OTHER, table=mine.query_params["table"])
    assert "not found" in theirs.error[0].value
    assert not theirs.data_editor
    assert not [button for button in theirs.button if (button.key or "").startswith("use_")]


def test_a_deleted_table_is_gone(front) -> None:
    app = upload(front("education", owner="c" * 32), "gone.csv", ROWS.encode())
    table = app.query_params["table"]
    app.button(key=f"really_{table}").click().run()
    assert not app.data_editor
    assert "table" not in app.query_params
    again = front("education", owner="c" * 32, table=table)
    assert "not found" in again.error[0].value


def test_the_goal_step_opens_on_what_the_field_proposes(front) -> None:
    app = upload(front("education", owner=OWNER), "goal.csv", ROWS.encode())
    app.button(key="onward_next").click().run()
    assert app.query_params["step"] == "goal"
    assert not app.exception
    assert not app.error
    assert app.radio[0].value
    assert app.button(key="goal_train")


def test_a_step_that_cannot_be_opened_yet_falls_back_to_the_first_to_do(front) -> None:
    app = front("education", owner=OTHER, step="quality")
    assert app.get("file_uploader")
    assert not app.error


def kind(app: AppTest, name: str) -> str:
    table = app.data_editor[0].value
    return str(table.loc[table["name"] == name, "kind"].iloc[0])


def test_a_corrected_kind_is_read_again_and_the_first_reading_is_gone(front) -> None:
    app = upload(front("education", owner="d" * 32), "kinds.csv", ROWS.encode())
    table = app.query_params["table"]
    assert kind(app, "score") == "number"
    edits = {"edited_rows": {1: {"kind": "category"}}, "added_rows": [], "deleted_rows": []}
    app.session_state[f"columns_{table}_name"] = edits
    app.run()
    next(button for button in app.button if button.label.startswith("Read with 1")).click().run()
    wait(app, lambda page: page.data_editor and page.query_params["table"] != table)
    assert kind(app, "score") == "category"
    app.button(key="other_data").click().run()
    assert not [button for button in app.button if button.key == f"use_{table}"]


def test_columns_without_names_are_named(front) -> None:
    rows = "\n".join(f"{i % 17},{i % 5},{'ab'[i % 2]}" for i in range(60))
    app = upload(front("finance", owner="e" * 32), "bare.csv", rows.encode())
    table = app.query_params["table"]
    app.text_area(key=f"names_said_{table}").set_value("age, score").run()
    app.button(key=f"names_use_{table}").click().run()
    assert "3 columns" in app.error[0].value
    app.text_area(key=f"names_said_{table}").set_value("age, score, class").run()
    app.button(key=f"names_use_{table}").click().run()
    wait(app, lambda page: page.data_editor and page.query_params["table"] != table)
    assert list(app.data_editor[0].value["name"]) == ["age", "score", "class"]
    assert not [area for area in app.text_area if (area.key or "").startswith("names_said")]


def test_a_repair_is_one_click_and_one_click_back(front) -> None:
    app = upload(front("medicine", owner="f" * 32), "twice.csv", (ROWS + "\n" + ROWS.split("\n")[5]).encode())
    offers = [button for button in app.button if button.label == "Drop exact duplicates of a row"]
    offers[0].click().run()
    assert [button for button in app.button if button.key == "undo_0"]
    assert not [button for button in app.button if button.label == "Drop exact duplicates of a row"]
    app.button(key="undo_0").click().run()
    assert not [button for button in app.button if button.key == "undo_0"]


def test_personal_data_are_masked_in_the_preview(front) -> None:
    rows = "email;score\n" + "\n".join(f"person{i}@example.org;{i % 9}" for i in range(40))
    app = upload(front("education", owner="9" * 32), "people.csv", rows.encode())
    table = app.query_params["table"]
    app.session_state[f"rows_{table}"] = True
    app.run()
    shown = next(frame.value for frame in app.dataframe if "email" in frame.value.columns)
    assert not shown["email"].str.contains("person1@example", regex=False).any()


def test_an_upload_is_in_memory_once_and_only_until_it_is_stored(monkeypatch) -> None:
    record = UploadedFileRec("id", "a.csv", "text/csv", b"a,b\n1,2\n")
    file = UploadedFile(record, FileURLs())
    assert deepcopy(file) is file
    manager = MemoryUploadedFileManager("/")
    manager.add_file("session", record)
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="session")
    monkeypatch.setattr(intake, "get_script_run_ctx", lambda: context)
    intake._let_go(file)
    assert manager.get_files("session", ["id"]) == []


def test_data_deleted_in_another_tab_is_said_to_be_gone(front, home) -> None:
    app = upload(front("education", owner="8" * 32), "gone.csv", ROWS.encode())
    Store(home, "8" * 32).delete_table(app.query_params["table"])
    app.run()
    assert "it was deleted" in app.error[0].value
    assert app.get("file_uploader")
    app.run()
    assert not app.error


def test_an_analyst_makes_a_repair_of_their_own_and_takes_it_back(front) -> None:
    app = upload(front("education", owner="e" * 32), "marks.csv", ROWS.encode())
    table = app.query_params["table"]
    app.session_state[f"mend_{table}"] = True
    app.run()
    app.selectbox(key=f"mend_column_{table}").select("score").run()
    app.selectbox(key=f"mend_way_{table}_score").select(">=").run()
    app.number_input(key="mend_number_score_>=").set_value(5.0).run()
    app.button(key=f"mend_add_{table}").click().run()
    assert not app.exception
    assert any("Keep only rows where score" in one.value for one in app.markdown)
    app.button(key="undo_0").click().run()
    assert not any("Keep only rows where score" in one.value for one in app.markdown)


def test_many_repairs_of_one_kind_are_taken_with_one_click(front) -> None:
    names = [f"sensor {n}" for n in range(5)]
    lines = [
        ";".join(str(-200 if (row + n) % 10 == 0 else 20 + (row * (n + 3)) % 37) for n in range(5)) for row in range(90)
    ]
    app = upload(front("education", owner="f" * 32), "air.csv", "\n".join([";".join(names), *lines]).encode())
    app.button(key="offer_urgent_0_all").click().run()
    assert not app.exception
    assert sum("means missing in sensor" in one.value for one in app.markdown) == 5
    assert not [one for one in app.button if str(one.key).startswith("offer_urgent_0")]
