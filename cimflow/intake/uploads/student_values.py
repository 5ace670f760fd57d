"""What the values of a column look like: people, identifiers, dates. Nothing here keeps a value."""

from __future__ import annotations

import re

TEN_DIGITS = re.compile(r"[0-9]{10}(?:\.0)?")
"""A statewide identifier. CDS codes have 14 digits; a workbook may show a number with ``.0``."""

_WORD = r"[^\W\d_]['’`.\w-]*"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]['’`.\w-]*"
_SURNAME_FIRST = re.compile(rf"{_CAPITAL}(?: {_WORD}){{0,2}} ?, ?{_CAPITAL}(?: {_WORD}){{0,2}}")
_TWO_CAPITALS = re.compile(
    rf"{_CAPITAL}(?: (?:de|del|la|van|von|der|y|{_CAPITAL})){{0,2}} {_CAPITAL}"
)
_ONE_CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\dA-Z_'’-]['’\w-]*")
_DATE = re.compile(
    r"[0-9]{1,4} ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]{1,4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .,]+[0-9]"
    r"|^[0-9]{5,8}(?:\.0)?$",
    re.IGNORECASE,
)
_MOST_WORDS = 6
_GROUPS = """
    all total totals other others unknown none any each both group groups subgroup average
    overall student students pupil pupils child children youth learner learners reclassified
    fluent english el els ell rfep lep swd sed socioeconomically disadvantaged foster homeless
    migrant african american americans asian black white hispanic latino latina latinx filipino
    pacific islander native alaska indian races race ethnicity male female males females
    nonbinary disability disabilities disabled autism specific learning speech language
    impairment health emotional intellectual hearing visual orthopedic multiple deaf blindness
    traumatic brain injury developmental delay gender income general regular special education
"""
_PLACES = """
    school schools elementary elem middle intermediate junior senior high charter academy
    district unified union county preschool kindergarten department center office site selpa lea
"""
_ANSWERS = """
    yes no na n/a agree disagree strongly somewhat neutral always often sometimes never rarely
    met unmet complete completed incomplete partial partially pending done open closed compliant
    noncompliant not
"""
_WORK = """
    reading math mathematics science writing literacy program programs intervention support
    supports plan goal goals action actions activity step team class course grade grades service
    services assessment attendance absenteeism engagement behavior suspension suspensions lack
    low poor chronic academic social root cause data indicator rate review date signature
    meeting consent critical thinking access training staff teacher teachers parent parents
    family families community coaching curriculum instruction
"""
_NOBODY = frozenset(f"{_GROUPS} {_PLACES} {_ANSWERS} {_WORK}".split())
"""Words that stand in no one's name, or seldom: a value with one of them is no person."""

_NUMBER_IN_TEXT = re.compile(
    r"\b(?:ssids?|(?:state|statewide|student|pupil|calpads)[ -]*(?:student[ -]*)?"
    r"(?:id|identifier)s?)\b[^0-9]{0,20}\b[0-9]{10}\b",
    re.IGNORECASE,
)
_BIRTH_IN_TEXT = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date)[\s:=(-]{0,4}[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]",
    re.IGNORECASE,
)
_NAME_IN_TEXT = re.compile(rf"^(?i:student|pupil)(?:['’]s)? (?i:name) ?: ?({_CAPITAL} {_CAPITAL})")


def names_nobody(value: str) -> bool:
    """Whether a value is a group, a place, an answer or work, or says too much for a name."""
    words = re.findall(r"[^\W\d_]+(?:/[^\W\d_]+)?", value.casefold())
    return not words or len(words) > _MOST_WORDS or not _NOBODY.isdisjoint(words)


def is_text(value: str) -> bool:
    """Under a heading such as "Student name" nearly any text is a name."""
    return not names_nobody(value)


def is_text_or_number(value: str) -> bool:
    """Under "Student name / ID" either is enough."""
    return is_text(value) or is_identifier(value)


def is_person(value: str) -> bool:
    """``Garcia, Maria`` and ``Maria Garcia``: under "Student" alone it must look like a name."""
    if names_nobody(value):
        return False
    return bool(_SURNAME_FIRST.fullmatch(value) or _TWO_CAPITALS.fullmatch(value))


def may_be_person(value: str) -> bool:
    """Also ``Maria``, where the headings beside it speak of single students."""
    return is_person(value) or (bool(_ONE_CAPITAL.fullmatch(value)) and not names_nobody(value))


def is_identifier(value: str) -> bool:
    """``A-17``: every piece of it has a digit."""
    pieces = re.findall(r"[^\W_]+(?:-[^\W_]+)*", value)
    return bool(pieces) and all(any(map(str.isdecimal, one)) for one in pieces)


def is_long_number(value: str) -> bool:
    """At least five digits and nothing else; fewer may be a count."""
    return bool(re.fullmatch(r"[0-9]{5,}(?:\.0)?", value))


def is_ten_digits(value: str) -> bool:
    """Exactly what a statewide identifier is."""
    return bool(TEN_DIGITS.fullmatch(value))


def is_date(value: str) -> bool:
    """``1/31/2012``, ``Jan 31, 2012``, or the number that a workbook keeps for a day."""
    return bool(_DATE.search(value))


def told_in_text(value: str) -> str:
    """What a text says of one student by itself, in words for a refusal; "" where nothing."""
    if _NUMBER_IN_TEXT.search(value):
        return "an identifier of a student"
    if _BIRTH_IN_TEXT.search(value):
        return "a date of birth"
    found = _NAME_IN_TEXT.search(value)
    return "the name of a student" if found and not names_nobody(found[1]) else ""
