"""How many cases Hypothesis tries: all that a test asks for, or a quarter in ``make check``."""

from __future__ import annotations

from hypothesis import settings

FULL = 100
LIGHT = "light"
"""The profile of ``make check``: pytest --hypothesis-profile=light."""

settings.register_profile(LIGHT, max_examples=FULL // 4, database=None)


def examples(wanted: int) -> int:
    """So many, or their share under a lighter profile; Hypothesis scales only its own default."""
    return max(3, wanted * settings().max_examples // FULL)
