"""Our reading of cron beside that of the Go library of Kubernetes' CronJob controller, in stored answers.

`scripts/cron_answers` wrote them; its README.md says how.
"""

import json
from pathlib import Path

import pytest

from ordain.schedules import ScheduleError, next_firing, parse, zone

ANSWERS = json.loads((Path(__file__).parent / "go_answers.json").read_text(encoding="utf-8"))


def test_firings_are_those_of_the_controller() -> None:
    """Each schedule fires in each zone exactly when the controller would fire it, also where clocks change."""
    wrong = []
    for text, name, start, expected in ANSWERS["firings"]:
        if not expected:
            with pytest.raises(ScheduleError, match="never fires"):
                parse(text)
            continue
        firings, after = [], start
        while len(firings) < 12 and (after := next_firing(parse(text), zone(name), after)) is not None:
            firings.append(after)
        if firings != expected:
            wrong.append((text, name, start, expected, firings))
    assert wrong == []
    assert len(ANSWERS["firings"]) > 1000


@pytest.mark.parametrize("text", ANSWERS["refused"])
def test_what_the_controller_refuses_is_refused(text: str) -> None:
    """No schedule passes here that the API server would not take."""
    with pytest.raises(ScheduleError):
        parse(text)
