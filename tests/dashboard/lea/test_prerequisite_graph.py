"""The picture of what waits for what: no two boxes overlap, and every arrow ends at its boxes."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimflow import resources
from cimflow.dashboard.lea.activity_view import parts_of
from cimflow.dashboard.lea.header_view import head_of, known_facts, steps_of
from cimflow.dashboard.lea.history_view import history_of
from cimflow.dashboard.lea.prerequisite_graph import (
    HEIGHT,
    LANE,
    WIDTH,
    picture_of,
    shown_in,
    waits_of,
)
from cimflow.dashboard.lea.version_view import May
from cimflow.dashboard.web.templating import page_environment
from cimflow.process.case import Case, RosterEntry
from cimflow.process.definition.parse_process import parse_process
from cimflow.process.definition.process_file import Activity, Prerequisite, Process
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from tests import factories
from tests.thoroughness import examples

KINDS: tuple[Literal["hard", "soft"], ...] = ("hard", "soft")
SECOND = Path(__file__).parents[2] / "process" / "definition" / "second_process.toml"


def second_process() -> Process:
    return parse_process(tomllib.loads(SECOND.read_text(encoding="utf-8")), file=SECOND.name)


def status_in(process: Process, level: str) -> CaseStatus:
    placed = RosterEntry(process.start, level, "9901", "Valley View", "Birch <b>Hollow</b>")
    case = Case(process.id, factories.LEA, (placed,))
    found = evaluate(case, process, process.start, factories.calendar())
    assert found is not None
    return found


def check(process: Process, level: str) -> None:
    status = status_in(process, level)
    picture = picture_of(status, process)
    assert [one.id for one in picture.nodes if one.id] != []
    assert {one.id for one in picture.nodes} == {one.id for one in shown_in(status, process)}
    for a, b in combinations(picture.nodes, 2):
        apart = abs(a.x - b.x) >= WIDTH or abs(a.y - b.y) >= HEIGHT
        assert apart, f"{a.id} lies on {b.id}"
    at = {one.id: one for one in picture.nodes}
    for one in picture.nodes:
        assert 0 <= one.x <= picture.width - WIDTH
        assert 0 <= one.y <= picture.height - HEIGHT
    for edge in picture.edges:
        before, after = at[edge.before], at[edge.after]
        assert edge.points[0] == (before.x + WIDTH, before.y + HEIGHT / 2)
        assert edge.points[-1] == (after.x, after.y + HEIGHT / 2)
        assert before.x < after.x, "what waits stands right of what it waits for"
        # Along its lane an arrow runs under no box.
        lanes = list(zip(edge.points[1:-1:2], edge.points[2:-1:2], strict=True))
        for (x, y), _ in lanes:
            assert not any(
                one.x == x and one.y - LANE / 2 < y < one.y + HEIGHT + LANE / 2
                for one in picture.nodes
            )
    drawn = {(edge.before, edge.after, edge.hard) for edge in picture.edges}
    assert drawn == {
        (before, one.id, kind == "hard")
        for one in shown_in(status, process)
        for kind in ("hard", "soft")
        for before in one.prerequisites_at(level, kind)
        if before in at and not (kind == "soft" and before in one.prerequisites_at(level, "hard"))
    }


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_the_shipped_process_is_laid_out(level: str) -> None:
    check(factories.process(), level)


def test_a_process_of_other_words_is_laid_out() -> None:
    process = second_process()
    for level in process.level_by_id:
        check(process, level)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """The shipped process with other prerequisites, never in a circle."""
    shipped = factories.process()
    order = draw(st.permutations([one.id for one in shipped.activities]))
    place = {name: number for number, name in enumerate(order)}

    def with_others(one: Activity) -> Activity:
        earlier = order[: place[one.id]]
        chosen = (
            draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
        )
        either = st.sampled_from(KINDS)
        kinds = [draw(either) for _ in chosen]
        return replace(
            one,
            step=draw(st.integers(1, 3)),
            prerequisites=tuple(
                Prerequisite(activities=(name,), kind=kind, reading="drawn")
                for name, kind in zip(chosen, kinds, strict=True)
            ),
        )

    return replace(shipped, activities=tuple(with_others(one) for one in shipped.activities))


@settings(max_examples=examples(40), deadline=None, database=None)
@given(processes(), st.sampled_from("123"))
def test_any_process_is_laid_out(process: Process, level: str) -> None:
    check(process, level)


def test_all_texts_are_escaped_and_nothing_is_styled_or_scripted() -> None:
    process = factories.process()
    activities = (
        replace(one, title=f"<img src=x> {one.title}", short="<i>&\"'")
        for one in process.activities
    )
    hostile = replace(process, activities=tuple(activities))
    status = status_in(hostile, "3")
    macro = page_environment(resources.templates_dir() / "dashboard").get_template(
        "lea/prerequisite_graph.html.j2"
    )
    drawn = str(
        macro.module.dag(picture_of(status, hostile), waits_of(status, hostile), status.name)  # type: ignore[attr-defined]
    )
    assert "<img" not in drawn
    assert "<i>" not in drawn
    assert "<b>" not in drawn
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_the_list_says_what_waits_for_what() -> None:
    process = factories.process()
    found = {one.id: one for one in waits_of(status_in(process, "3"), process)}
    assert found["root-cause-analysis"].after == ("Prioritization",)
    assert found["team-creation"].after == ()
    assert found["data-drill-down"].better_after == ("CIM Team Creation",)


def test_every_activity_of_another_process_can_be_told() -> None:
    process = second_process()
    for level in process.level_by_id:
        status = status_in(process, level)
        placed = RosterEntry(process.start, level, "9901", "Valley View", "Birch")
        case = Case(process.id, factories.LEA, (placed,))
        for may in (May(True, True, True, process.start), May(False, False, False, process.start)):
            parts = parts_of(status, case, process, {}, may)
            assert {one.id for one in parts} == set(process.activity_by_id)
            steps = steps_of(status, parts, process)
            assert sum(one.mark == "current" for one in steps) <= 1
            assert head_of(status, case, process, may).sentence
        assert history_of(case, process)
        assert len(known_facts(case, process, process.start)) == len(process.facts)
