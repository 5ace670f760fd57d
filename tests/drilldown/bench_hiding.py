"""Processor seconds of hiding and of the audit: `python -m tests.drilldown.bench_hiding 10 30 60`."""

import sys
import time

from cimflow.drilldown.suppression.suppress import hide
from cimflow.drilldown.suppression.verify import audit
from tests.drilldown.selpa_counts import counts_of_selpa


def main(sizes: list[int]) -> None:
    for leas in sizes:
        counts, census = counts_of_selpa(leas, seed=1)
        started = time.process_time()
        published = hide(counts, census)
        hidden = time.process_time()
        exposed = audit(published)
        audited = time.process_time()
        print(
            f"{leas} LEAs, {len(counts)} rows: hidden in {hidden - started:.0f} s,"
            f" audited in {audited - hidden:.0f} s, {len(exposed)} exposed"
        )
        rows = published.rows
        small = (rows["hidden"] == "primary").mean()
        more = (rows["hidden"] == "complementary").mean()
        print(
            f"  10 or fewer {small:.1%}, complementary {more:.1%},"
            f" left out {len(published.left_out)}"
        )
        totals = rows[rows["subgroup"] == "all"].groupby("element")["hidden"]
        print(totals.value_counts().unstack(fill_value=0).to_string())


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
