"""The gallery of lessons, and one lesson: its question, its data, what may be turned, the run and what came of it."""

from __future__ import annotations

import streamlit as st

from core.domains import domains
from core.engines.base import Run
from core.lessons import lessons
from core.lessons.lesson import Choice, Lesson, Result, Sheet
from core.words import N_
from pages.shared import chart, intake, lessonresult, lessonruns, look, rooms, show, watch
from pages.shared.desk import Desk
from pages.shared.language import language, plain, t, tell

ACROSS = 3
"""Cards beside each other."""
HIGH = 285
"""Of the data, in pixels."""
SEEDS = 9_999


def gallery() -> None:
    """All lessons as cards."""
    look.heading(
        t("Learn by watching"),
        t(
            "Small examples that everybody meets who learns about machine learning. Each is a question, a little data "
            "and a computer that really learns it before your eyes, in seconds."
        ),
    )
    found = list(lessons().values())
    for start in range(0, len(found), ACROSS):
        for column, one in zip(st.columns(ACROSS), found[start : start + ACROSS], strict=False):
            with column, st.container(border=True, height="stretch", key=f"card_{one.key}"):
                _card(one)


def _card(one: Lesson) -> None:
    st.caption(t(one.field))
    st.subheader(t(one.title), anchor=False)
    st.markdown(t(one.line))
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.button(t("Open the lesson"), key=f"lesson_{one.key}", type="primary", on_click=_open, args=(one.key,))
        st.caption(t("about {s:seconds}", s=one.seconds))


def _open(key: str) -> None:
    st.query_params["step"] = key


def _back() -> None:
    st.query_params.pop("step", None)


def room(one: Lesson) -> None:
    """One lesson."""
    st.button("←\u2002" + t("All lessons"), key="lesson_back", type="tertiary", on_click=_back)
    look.heading(t(one.title))
    chart.lead(t(one.question))
    st.markdown("**" + t("What happens.") + "** " + t(one.happens))
    st.markdown("**" + t("What to look at.") + "** " + t(one.look))
    runs = lessonruns.of(one.key)
    data, controls = st.columns([3, 2], gap="medium")
    with data:
        _data(one)
    with controls:
        _controls(one, runs)
    if runs:
        with st.container(key=f"lesson_result_{one.key}", gap="small"):
            _outcome(one, runs)
    st.markdown("**" + t("What it teaches.") + "** " + t(one.teaches))
    st.caption(t("Source: {source}", source=plain(one.source)))


# -- the data ---------------------------------------------------------------------------------------------------------


def _data(one: Lesson) -> None:
    sheet = _sheet(one.key, int(st.session_state.get(_name(one, "seed"), 0)), language())
    chart.title(t("The data"))
    mark = show.badge(plain(N_("Made-up data")), "orange") if sheet.made_up else show.badge(plain(N_("Real data")))
    st.markdown(f"{mark}\u2002{tell(sheet.about)}")
    high = min(35 * (len(sheet.frame) + 1) + 3, HIGH)
    st.dataframe(sheet.frame, hide_index=True, height=high, key=f"data_{one.key}", alt=plain(sheet.about))
    with st.container(key=f"control_data_{one.key}", horizontal=True, horizontal_alignment="right", gap="small"):
        st.download_button(
            t("Table (CSV)"),
            data=lambda: chart.csv(sheet.frame),
            file_name=f"{one.key}.csv",
            mime="text/csv",
            key=f"csv_{one.key}",
            on_click="ignore",
            type="tertiary",
        )
        if one.domain in domains() and st.button(
            t("Take this table further"),
            key=f"further_{one.key}",
            type="tertiary",
            help=t("Opens it under {field}, where you can train any model on it.", field=plain(_title(one))),
        ):
            _further(one, sheet)


def _title(one: Lesson) -> str:
    return domains()[one.domain].title


@st.cache_resource(max_entries=24, show_spinner=False)
def _sheet(key: str, seed: int, spoken: str) -> Sheet:
    """Nobody changes the frame."""
    one = lessons()[key]
    return one.data(one.asked(seed, spoken))


def _further(one: Lesson, sheet: Sheet) -> None:
    """Hands the table to the field's page, as if it had been uploaded there."""
    desk = Desk(domains()[one.domain])
    title = plain(one.title)
    name = (plain(N_("{title} (made-up data)"), title=title) if sheet.made_up else title) + ".csv"
    path = desk.store.new_upload(name, chart.csv(sheet.frame))
    desk.lay_table(None)
    file = {"path": str(path), "name": name}
    intake.submit(desk, {"files": [file], "options": {}, "domain": one.domain, "kinds": {}}, name)
    st.switch_page(f"pages/{one.domain}.py", query_params={"step": "data"})


# -- what may be turned -----------------------------------------------------------------------------------------------


def _controls(one: Lesson, runs: list[Run]) -> None:
    last = next((found for run in runs if (found := lessonruns.result(run)) is not None), None)
    with st.container(border=True, key=f"lesson_controls_{one.key}"):
        for choice in one.choices:
            _choice(one, choice, last)
        _seed(one, last)
        busy = bool(runs) and not runs[0].state().ended
        label = t("Run the lesson") if not runs else t("Run it again")
        st.button(label, key=f"run_{one.key}", type="primary", disabled=busy, on_click=show.guarded, args=(_start, one))


def _choice(one: Lesson, choice: Choice, last: Result | None) -> None:
    name = _name(one, choice.key)
    kept = choice.start if last is None else last.ask.settings.get(choice.key, choice.start)
    if st.session_state.get(name) not in choice.values:
        st.session_state[name] = kept if kept in choice.values else choice.start
    st.select_slider(t(choice.title), choice.values, key=name, format_func=show.number)
    st.caption(t(choice.hint))


def _seed(one: Lesson, last: Result | None) -> None:
    name = _name(one, "seed")
    if name not in st.session_state:
        st.session_state[name] = 0 if last is None else min(SEEDS, max(0, last.ask.seed))
    st.number_input(t("Seed"), 0, SEEDS, step=1, key=name)
    st.caption(t("Where chance begins: the same seed gives the same result."))


def _name(one: Lesson, key: str) -> str:
    return f"choice_{one.key}_{key}"


def _start(one: Lesson) -> None:
    settings = {choice.key: float(st.session_state[_name(one, choice.key)]) for choice in one.choices}
    ask = one.asked(int(st.session_state[_name(one, "seed")]), language(), settings)
    lessonruns.start(one, ask)


# -- the run ----------------------------------------------------------------------------------------------------------


def _outcome(one: Lesson, runs: list[Run]) -> None:
    run = runs[0]
    if not run.state().ended:
        watch.live(run, rooms.processes())
        return
    result = lessonruns.result(run)
    if result is None:
        if watch.ended(run):
            st.error(t("The result of this run can no longer be read. Run the lesson again."))
        return
    lessonresult.shown(one, run, result)
    lessonresult.attempts(one, runs)
