"""What the headings of a table say of its columns, and which of them make it a list of students.

Two tables: which words are which kind of heading, and what is looked for below a heading, by what
stands beside it. "Name" is nobody's business in a list of staff or schools; beside "Grade", over
"Garcia, Maria", it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cimflow.intake.uploads import student_values as values

NAMES, NUMBERS, BIRTHS = "names of students", "identifiers of students", "dates of birth"
LONGEST_HEADING = 60
_AS_STAFF = "; if they are staff, add a column such as 'Role' next to it"

_S = r"(?:student|stu|stdnt|pupil|child|learner|scholar)s?(?: s)?"
_WHICH = r"(?:legal|preferred|full|last|first|middle|given|family)"
_REST = r"(?:last|first|middle|mi|initial|and|or|legal|full|grade|dob)"
_WHOSE = r"(?:state|statewide|local|district|calpads|seis|sis|unique|california)"
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    # Certain by themselves.
    "student-name": (
        rf"{_S} (?:{_WHICH} )*(?:names?|surname)(?: {_REST})*",
        rf"(?:{_WHICH} )*names? of (?:the |each )?{_S}(?: {_REST})*",
        r"nombre del? (?:estudiante|alumno|nino)",
    ),
    "student-name-or-number": (
        rf"{_S} names?(?: {_REST})* (?:and |or )?(?:ids?|ssids?|number|no)",
        rf"{_S} (?:ids?|ssids?|number|no) (?:and |or )?names?",
    ),
    "student-number": (
        r"ssids?(?: (?:number|no|num|id))?",
        (
            rf"(?:{_WHOSE} )*(?:student|stu|pupil)(?: s)?(?: local| state| unique)?"
            r" (?:ids?|identifiers?|identification)(?: (?:number|no|num|code))?"
        ),
        r"(?:(?:state|local|district) )?(?:student|stu|pupil)(?: s)? (?:number|no|num)",
        r"(?:calpads|seis|local|perm|permanent) (?:id|identifier)(?: (?:number|no|num))?",
    ),
    "birth": (
        (
            rf"(?:{_S} )?(?:dob|d o b|birth ?da(?:te|y)s?|dates? of birth|birth dt|born(?: on)?)"
            r"(?: (?:mm dd yyyy|mm dd yy|mdy))?"
        ),
        r"fecha de nacimiento",
    ),
    # By what stands beside or below them.
    "student-last": (rf"{_S} (?:last|surname)",),
    "student-first": (rf"{_S} (?:legal )?(?:first|given)",),
    "last": (
        r"last ?names?",
        r"surname",
        r"family name",
        r"l ?name",
        r"name last",
        r"apellidos?",
    ),
    "first": (
        r"(?:legal )?first ?names?",
        r"given name",
        r"f ?name",
        r"name first",
        r"nombres?",
    ),
    "last-alone": (r"last",),  # also of the first and the last of anything
    "first-alone": (r"first",),
    "name": (r"(?:full )?names?", r"name last first", r"last(?: name)? first(?: name)?"),
    "child": (r"(?:student|pupil|child|learner|scholar)s?", r"children"),
    "number": (
        r"ids?",
        r"id (?:number|no|num|code)",
        r"(?:state|statewide|unique) (?:id|identifier)(?: (?:number|no|num))?",
        r"identifiers?",
        r"identification(?: number)?",
    ),
    # What somebody does: a list of staff.
    "role": (
        r"(?:(?:job|position|working) )?titles?",
        r"(?:current )?positions?",
        r"(?:\w+ )?roles?(?: \w+){0,4}",
        r"jobs?(?: \w+)?",
        r"departments?|organi[sz]ations?|agency|employer|company|division",
        r"affiliation|representing|representation|stakeholder(?: group| type)?|relationship",
        r"committee|(?:team )?member(?: type)?|responsibilit(?:y|ies)|assignment|scope",
        r"credential|expertise|signature",
    ),
    # Where somebody is found: staff, or students of several schools.
    "contact": (
        r"(?:(?:work|school|district|staff) )?e ?mails?(?: address(?:es)?)?",
        (
            r"(?:(?:work|office|cell|mobile|direct|school|staff|contact|business) )*"
            r"(?:tele)?phones?(?: \w+)?"
        ),
        r"cell|mobile|work|office|fax|ext(?:ension)?|contact(?: \w+)?",
        r"schools?(?: sites?| names?)?|(?:school )?sites?(?: names?)?|location|campus",
        r"lea|district",
    ),
    # What is known of single students, and of groups of them.
    "of-students": (
        r"grade(?: level)?|gr|gender|sex|age|ethnicity|race|race ethnicity",
        r"(?:primary |secondary )?disabilit(?:y|ies)(?: code| category)?|eligibility|swd|504",
        r"iep(?: (?:date|due|held|complete|completed|meeting|status|goals?))*",
        r"next (?:iep|annual)(?: date)?|triennial(?: date)?|el status|home ?room",
        r"(?:days? )?(?:suspended|absent)|suspensions?|absences",
        r"(?:parent|guardian)(?: \w+){1,2}",
    ),
    "teacher": (r"teacher|case manager|case carrier",),
    # What is said of each line of a checklist.
    "check": (
        (
            r"(?:date |day )?(?:done|completed?|checked|verified|reviewed|corrected|confirmed|due)"
            r"(?: on| by| date)?"
        ),
        r"date|status|result|correct|due date",
    ),
}
_PATTERNS = tuple((kind, re.compile("|".join(some))) for kind, some in _HEADINGS.items())
_ANY = re.compile("|".join(one.pattern for _, one in _PATTERNS))
_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")  # StudentName
_BETWEEN = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"\([^)]*\)")
_CERTAIN = {
    "student-name": (NAMES, values.is_text),
    "student-name-or-number": (NAMES, values.is_text_or_number),
    "student-number": (NUMBERS, values.is_identifier),
    "birth": (BIRTHS, values.is_date),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What may be below a heading.

    ``fits`` tells it of one value. One is enough where the heading ``is_certain``, else half of the
    values must fit; with ``only_with``, those of that other column too.
    """

    what: str
    fits: Callable[[str], bool]
    is_certain: bool = False
    advice: str = ""
    only_with: int | None = None


def plain(text: str) -> str:
    """``Student's Name:`` is ``student s name``."""
    spaced = _NEW_WORD.sub(" ", text).replace("#", " number ")
    return _BETWEEN.sub(" ", spaced.casefold()).strip().replace("niño", "nino")


def heading_of(cell: str) -> str:
    """A heading as it is compared and quoted: without what is in brackets."""
    return (plain(_BRACKETS.sub(" ", cell)) if "(" in cell else "") or plain(cell)


def kind_of(heading: str) -> str:
    """Which kind of heading a plain text is; "" where it is none."""
    if not _ANY.fullmatch(heading):  # nearly every cell is none, and tables have many
        return ""
    return next(kind for kind, pattern in _PATTERNS if pattern.fullmatch(heading))


def meanings(kinds: Mapping[int, str]) -> dict[int, Meaning]:
    """What the columns below a row of headings hold of students, by their place."""
    found = {
        at: Meaning(*_CERTAIN[kind], is_certain=True)
        for at, kind in kinds.items()
        if kind in _CERTAIN
    }
    count = [*kinds.values()].count
    of_students = count("of-students")
    is_staff = (count("role") and of_students < 2) or (count("contact") and not of_students)
    of_one = of_students or bool(found)  # the rows are single students

    at_last = _places(kinds, "last", *(["last-alone"] if of_students else []))
    at_first = _places(kinds, "first", *(["first-alone"] if of_students else []))
    if at_last and at_first:
        says_so = count("student-last") or count("student-first") or found
        if says_so or not is_staff:
            one = Meaning(
                NAMES, values.is_text, is_certain=True, advice="" if says_so else _AS_STAFF
            )
            found = dict.fromkeys((*at_last, *at_first), one) | found
    for at in _places(kinds, "child"):
        fits = values.may_be_person if of_one else values.is_person
        found.setdefault(at, Meaning(NAMES, fits))
    at_names, at_numbers = _places(kinds, "name"), _places(kinds, "number")
    for at in at_names:
        if any(one.is_certain for one in found.values()):
            found.setdefault(at, Meaning(NAMES, values.is_text, is_certain=True))
        elif not is_staff and of_students:
            fits = values.may_be_person if of_students + count("teacher") > 1 else values.is_person
            found.setdefault(at, Meaning(NAMES, fits, advice=_AS_STAFF))
        elif not is_staff and at_numbers:
            also = at_numbers[0]
            found.setdefault(
                at, Meaning(NAMES, values.may_be_person, advice=_AS_STAFF, only_with=also)
            )
            found.setdefault(also, Meaning(NUMBERS, values.is_long_number, only_with=at))
    for at in at_numbers:
        found.setdefault(at, Meaning(NUMBERS, values.is_ten_digits))
    return found


def _places(kinds: Mapping[int, str], kind: str, *others: str) -> list[int]:
    return [at for at, one in kinds.items() if one in {kind, f"student-{kind}", *others}]


_MOST_WORDS = 4
_NO_STUDENTS = re.compile(
    r"(?:^| )(?:(?:tele)?phones?|tel|fax|cell|mobile|ph|contact|ext"
    r"|accounts?|acct|invoices?|vendors?|po|purchase|warrant|fund|object|budget|resource"
    r"|cds|isbn|tracking|grant|contract|award|amount|cost|total|salary|tax|ein|license|credential"
    r"|serial|barcode|asset|check number|meeting id|zoom|enrollment|population)(?: |$)"
    r"|^(?:work|home|office|direct)$"
)


def is_of_other_numbers(heading: str) -> bool:
    """Whether numbers of ten digits under a heading are telephone or account numbers."""
    is_short = len(heading.split()) <= _MOST_WORDS  # a longer text is a title, of anything
    return is_short and bool(_NO_STUDENTS.search(heading))
