"""The named checks that look at several values, or at what was filed upstream.

An artifact is judged against the latest upstream version on or before its own date. What drifts
apart later is only the warning ``out-of-date-with``: it never un-settles.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cimflow.process.case import Case, Submission
from cimflow.process.definition.artifact_fields import CrossCheck
from cimflow.process.definition.entry import Severity
from cimflow.process.definition.prerequisites import must_come_before
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.evaluation.findings import Finding, is_filled, values_at

Values = tuple[Any, ...]


def findings_across(
    activity: Activity,
    submission: Submission,
    case: Case,
    process: Process,
    *,
    level: str,
    upstream_as_of: dt.date,
) -> tuple[Finding, ...]:
    """What the activity's cross checks find, looking at upstream artifacts as of a day."""
    if submission.contents is None:
        return ()
    found: list[Finding] = []
    for check in activity.checks:
        if check.levels is not None and level not in check.levels:
            continue
        if check.upstream is None:
            found.extend(_within(check, submission.contents))
        else:
            found.extend(
                _against_upstream(
                    check, activity, submission.contents, case, process, level, upstream_as_of
                )
            )
    return tuple(dict.fromkeys(found))


def drift(
    activity: Activity,
    submission: Submission,
    case: Case,
    process: Process,
    *,
    level: str,
    on: dt.date,
) -> tuple[Finding, ...]:
    """One warning per upstream activity whose newer version no longer fits this one."""
    warnings: list[Finding] = []
    own_date = submission.counts_on
    for upstream in dict.fromkeys(one.upstream for one in activity.checks if one.upstream):
        then = case.versions_on(upstream, own_date)
        now = case.versions_on(upstream, on)
        if not now or now[-1].seq == (then[-1].seq if then else None):
            continue
        checks = tuple(one for one in activity.checks if one.upstream == upstream)
        narrowed = replace(activity, checks=checks)

        def errors(
            as_of: dt.date, narrowed: Activity = narrowed
        ) -> set[tuple[str, str | None, str]]:
            return {
                (one.code, one.field, one.message)
                for one in findings_across(
                    narrowed, submission, case, process, level=level, upstream_as_of=as_of
                )
                if one.severity == "error"
            }

        if errors(on) - errors(own_date):
            title = process.activity_by_id[upstream].title
            warnings.append(
                Finding(
                    "out-of-date-with",
                    "warning",
                    upstream,
                    f"{title} was filed again on {now[-1].counts_on}; this no longer matches it",
                )
            )
    return tuple(warnings)


def _within(check: CrossCheck, contents: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _CHECKS[check.check](check, contents, values_at(contents, check.field))


def _covers(check: CrossCheck, contents: Mapping[str, Any], values: Values) -> Iterator[Finding]:
    if check.if_filled and not values:
        return
    explained = _explained(check, contents)
    for wanted in check.values:
        if wanted not in values and wanted not in explained:
            yield _finding(check, "not-covered", f"{_words(wanted)} is missing")


def _at_least_one(check: CrossCheck, _contents: object, values: Values) -> Iterator[Finding]:
    if not any(value is True for value in values):
        yield _finding(check, "none-marked", f"no entry is marked as {_words(_last(check.field))}")


def _at_most(check: CrossCheck, _contents: object, values: Values) -> Iterator[Finding]:
    if check.count is not None and len(values) > check.count:
        yield _finding(check, "too-many", f"{len(values)} entries; there is room for {check.count}")


def _unique(check: CrossCheck, _contents: object, values: Values) -> Iterator[Finding]:
    for value, times in Counter(_ids(values)).items():
        if times > 1:
            yield _finding(check, "duplicate-id", f"{value!r} appears {times} times")


def _refers_to(check: CrossCheck, contents: Mapping[str, Any], values: Values) -> Iterator[Finding]:
    if check.within is None:
        return
    allowed = set(_ids(values_at(contents, check.within)))
    for value in dict.fromkeys(_references(values)):
        if value not in allowed:
            yield _finding(check, "unknown-reference", f"{value!r} is not in {check.within}")


_CHECKS: dict[str, Callable[[CrossCheck, Mapping[str, Any], Values], Iterator[Finding]]] = {
    "covers": _covers,
    "refers-to": _refers_to,
    "at-least-one": _at_least_one,
    "at-most": _at_most,
    "unique": _unique,
}


def _explained(check: CrossCheck, contents: Mapping[str, Any]) -> set[Any]:
    """The words that complete entries of the explaining list speak of."""
    if check.or_explained_in is None:
        return set()
    where, _, what = check.or_explained_in.rpartition(".")
    return {
        entry.get(what)
        for entry in contents.get(where, ())
        if isinstance(entry, Mapping)
        and len(entry) > 1
        and all(is_filled(one) for one in entry.values())
    }


def _against_upstream(
    check: CrossCheck,
    activity: Activity,
    contents: Mapping[str, Any],
    case: Case,
    process: Process,
    level: str,
    as_of: dt.date,
) -> Iterator[Finding]:
    upstream_id = str(check.upstream)
    title = process.activity_by_id[upstream_id].title
    ours = values_at(contents, check.field)
    references = tuple(dict.fromkeys(_references(ours)))
    if check.check == "refers-to" and not references:
        return
    versions = case.versions_on(upstream_id, as_of)
    if not versions:
        if check.check == "refers-to":
            is_hard = upstream_id in must_come_before(activity, process, level)
            code = "reference-to-nothing-filed" if is_hard else "reference-not-checked"
            severity: Severity = "error" if is_hard else "warning"
            yield Finding(code, severity, check.field, f"{title} is not filed yet")
        return
    theirs_contents = versions[-1].contents
    if theirs_contents is None:
        yield Finding(
            "reference-not-checked",
            "warning",
            check.field,
            f"{title} was received as a document, so the names here could not be checked",
        )
        return
    theirs = _ids(values_at(theirs_contents, str(check.upstream_field)))
    if check.check == "refers-to":
        for value in references:
            if value not in theirs:
                yield _finding(check, "unknown-reference", f"{value!r} is not in {title}")
    else:
        named = set(_ids(ours))
        for wanted in dict.fromkeys(theirs):
            if wanted not in named:
                yield _finding(check, "not-covered", f"{wanted!r} from {title} is not addressed")


def _references(values: tuple[Any, ...]) -> Iterator[str]:
    """Plain ids only: an entry written out in place refers to nothing."""
    return (value for value in values if isinstance(value, str))


def _ids(values: tuple[Any, ...]) -> list[Any]:
    return [value.get("id") if isinstance(value, Mapping) else value for value in values]


def _words(value: str) -> str:
    return value.replace("-", " ").replace("_", " ")


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _finding(check: CrossCheck, code: str, message: str) -> Finding:
    return Finding(code, check.severity, check.field, message)
