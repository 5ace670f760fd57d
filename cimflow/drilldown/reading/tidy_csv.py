"""The tidy student table: its columns, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS_IN_WORDS: Mapping[str, str] = {
    "student_id": "any text that tells students apart; used to count each once, never kept",
    "cds_code": "the accountable LEA (DSEA), 14 digits as text",
    "grade": "PS, TK, KN, 01 to 12",
    "school_code": "7 or 14 digits as text; a student at two sites has a row for each",
    "school_name": "as printed in the reports",
    "age": "in full years",
    "race_ethnicity": "a name such as Hispanic or Latino, or a CALPADS code",
    "disability": "CALPADS code, such as 290; 200 is skipped",
    "program_setting": "CALPADS code, such as 400",
    "general_education_percent": "0 to 100",
    "ela_level": "1 to 4; blank if not tested",
    "math_level": "1 to 4; blank if not tested",
    "days_expected": "days the student was expected to attend; blank if there is no record",
    "days_absent": "days absent, without in-school suspension",
    "suspension_days": "days suspended, in school or out, as a decimal; blank or 0 for none",
    "expelled": "yes or no",
    "child_outcome_social": "yes, no, or blank (preschool)",
    "child_outcome_knowledge": "yes, no, or blank (preschool)",
    "child_outcome_behavior": "yes, no, or blank (preschool)",
}


def header_line() -> str:
    """The first line of a CSV file with all columns."""
    return ",".join(COLUMNS_IN_WORDS) + "\n"
