"""Counts of a few groups, written as a person would: `hispanic 30/200, black 2/8`."""

import pandas as pd

Tables = dict[str, dict[str, dict[str, str]]]
ROW = ["cds_code", "element", "subgroup", "group"]


def counts_of(leas: Tables) -> pd.DataFrame:
    """LEA, element, subgroup, then groups. A total is that of its first subgroup."""
    rows = []
    for lea, elements in leas.items():
        for element, subgroups in elements.items():
            tables = {name: _groups(text) for name, text in subgroups.items()}
            if "all" not in tables:
                groups = next(iter(tables.values())).values()
                tables["all"] = {"all": tuple(sum(part) for part in zip(*groups, strict=True))}
            rows += [
                (lea, element, subgroup, group, *count)
                for subgroup, groups in tables.items()
                for group, count in groups.items()
            ]
    return pd.DataFrame(rows, columns=[*ROW, "numerator", "denominator"])


def _groups(text: str) -> dict[str, tuple[int, ...]]:
    pairs = (part.strip().rsplit(" ", 1) for part in text.split(","))
    return {group: tuple(int(number) for number in count.split("/")) for group, count in pairs}


def hidden_rows(rows: pd.DataFrame) -> dict[str, str]:
    """`element subgroup group`, with the LEA in front where there are several, to the reason."""
    several = "cds_code" in rows and len(set(rows["cds_code"])) > 1
    names = ROW if several else ROW[1:]
    hidden = rows[rows["hidden"] != ""]
    keys = hidden[names].itertuples(index=False, name=None)
    return dict(zip((" ".join(key) for key in keys), hidden["hidden"], strict=True))
