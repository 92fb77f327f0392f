"""How much a file may hold before a reader says "too much": a hostile or broken file costs bounded time and memory."""

from typing import Final

MAX_OBJECTS: Final = 1_000_000
MAX_SERIES: Final = 10_000
MAX_SCHEMAS: Final = 1_000
"""API versions of custom kinds."""
MAX_POINTS: Final = 500_000
MAX_LINE: Final = 16 << 20
MAX_INFLATED: Final = 1 << 30
MAX_VALUES: Final = 50_000_000
"""Values in all lines together, counted by their commas: small values cost more memory than their bytes say."""
MAX_DEPTH: Final = 128
MAX_FILES: Final = 100_000
MAX_CSV: Final = 64 << 20
_MAX_RATIO: Final = 300
_RATIO_FROM: Final = 64 << 20


def too_packed(inflated: int, packed: int) -> bool:
    """Say whether a file inflates like a bomb: above 64 MiB, more than 300 times its size. Real ones do 10 to 60."""
    return inflated > _RATIO_FROM and inflated > _MAX_RATIO * packed


def deeper_than(value: object, limit: int) -> bool:
    """Say whether mappings and lists are nested more than `limit` deep."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
    return bool(level)
