"""The types of the configuration files: frozen, equal by their values, strict about their keys."""

from __future__ import annotations

import dataclasses

import pytest

from cimflow.process.definition.process_file import Due, Level, Step
from tests.factories import day, process


def test_nothing_of_it_can_be_changed() -> None:
    step = Step(number=1, title="Gather")
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.title = "Other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del step.title
    assert step == Step(number=1, title="Gather")


def test_equal_values_are_equal_and_hash_alike_whatever_was_worked_out_before() -> None:
    asked = process()
    assert asked.activity_by_id  # kept on this one only
    fresh = dataclasses.replace(asked)
    assert fresh == asked
    assert hash(fresh) == hash(asked)
    assert fresh != dataclasses.replace(asked, steps=())
    assert Step(number=1, title="x") != Level(id="1", title="x", reading="ours")


@pytest.mark.parametrize(
    "given", [{}, {"number": 1}, {"number": 1, "title": "x", "colour": "red"}], ids=str
)
def test_keys_are_all_there_and_no_others(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"title|colour"):
        Step(**given)


def test_keys_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        Due(on=day("07-10"), unknown=True)


def test_it_says_what_it_holds() -> None:
    assert repr(Step(number=1, title="x")) == "Step(number=1, title='x', due=None, note='')"
