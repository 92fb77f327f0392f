import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

SPECIMENS = Path(__file__).parent / "specimens.yaml"
WRONG_VALUES: tuple[Any, ...] = (
    None, "", "text", "8080", "10%", "500m", "2024-01-01", True, False, 0, -1, 7, 2**40, 1.0, 2.5,
    [], {}, [None], ["a", 1], [[]], [{"name": "x"}], {"name": "x"}, {"a": 1}, {"unknown": None},
)  # fmt: skip


@pytest.fixture(scope="session")
def specimens() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(SPECIMENS.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def mutants(specimens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every specimen, and 1,500 copies of specimens with one to three things broken, always the same."""
    chance = random.Random(20240101)
    broken = []
    for _ in range(1500):
        body = copy.deepcopy(chance.choice(specimens))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            chance.choice(DAMAGES)(body, chance)
        broken.append(body)
    return [*specimens, *broken]


def _wrong_value(body: dict[str, Any], chance: random.Random) -> None:
    holder, key = _any_place(body, chance)
    holder[key] = copy.deepcopy(chance.choice(WRONG_VALUES))


def _missing(body: dict[str, Any], chance: random.Random) -> None:
    holder, key = _any_place(body, chance)
    del holder[key]


def _unknown_field(body: dict[str, Any], chance: random.Random) -> None:
    holder, _ = _any_place(body, chance)
    if isinstance(holder, dict):
        holder["specc"] = 1
    else:
        holder.append({"specc": 1})


def _misspelt_field(body: dict[str, Any], chance: random.Random) -> None:
    holder, key = _any_place(body, chance)
    if isinstance(key, str):
        holder[key[:-1] + key[-1].swapcase()] = holder.pop(key)


def _null(body: dict[str, Any], chance: random.Random) -> None:
    holder, key = _any_place(body, chance)
    holder[key] = None


def _number_as_text(body: dict[str, Any], chance: random.Random) -> None:
    numbers = [(holder, key) for holder, key in _places(body) if type(holder[key]) is int]
    if numbers:
        holder, key = chance.choice(numbers)
        holder[key] = str(holder[key])


def _text_as_number(body: dict[str, Any], chance: random.Random) -> None:
    texts = [(holder, key) for holder, key in _places(body) if isinstance(holder[key], str)]
    holder, key = chance.choice(texts)
    holder[key] = chance.choice((80, True, 0.5))


DAMAGES: tuple[Callable[[dict[str, Any], random.Random], None], ...] = (
    _wrong_value, _missing, _unknown_field, _misspelt_field, _null, _number_as_text, _text_as_number,
)  # fmt: skip


def _any_place(body: dict[str, Any], chance: random.Random) -> tuple[Any, Any]:
    return chance.choice(list(_places(body)))


def _places(body: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each (holder, key) of the tree but the two fields that name the kind."""
    for key, value in body.items():
        if key not in ("apiVersion", "kind"):
            yield body, key
            yield from _below(value)


def _below(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _below(value[key])
