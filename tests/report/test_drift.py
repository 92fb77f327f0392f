"""Drift is what the plan's own changes do not explain."""

import pytest

from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, Plan
from ordain.report.differences import drift

REF = ObjectRef("shop", "HorizontalPodAutoscaler", "cart", "autoscaling")
MAX = FieldChange("spec.maxReplicas", "10", "12")
MIN = FieldChange("spec.minReplicas", "1", "2")


def _change(action: Action, *fields: FieldChange) -> Change:
    return Change(action, REF, "", fields)


@pytest.mark.parametrize(
    ("planned", "live", "expected"),
    [
        (_change(Action.CREATE), _change(Action.CREATE), None),
        (_change(Action.DELETE), _change(Action.DELETE), None),
        (_change(Action.UPDATE, MAX), _change(Action.UPDATE, MAX), None),
        (_change(Action.UPDATE, MAX), _change(Action.UPDATE, MAX, MIN), _change(Action.UPDATE, MIN)),
        (_change(Action.UPDATE, MAX), _change(Action.CREATE), _change(Action.CREATE)),
        (
            _change(Action.UPDATE, MAX),
            _change(Action.UPDATE, FieldChange("spec.maxReplicas", "11", "12")),
            _change(Action.UPDATE, FieldChange("spec.maxReplicas", "11", "12")),
        ),
        (None, _change(Action.UPDATE, MIN), _change(Action.UPDATE, MIN)),
    ],
)
def test_drift(planned: Change | None, live: Change, expected: Change | None) -> None:
    """A live difference that syncing the plan mends is no drift; any other is, field by field."""
    plan = Plan("demo", (planned,) if planned else (), 0, (live,), 0)
    assert drift(plan) == ((expected,) if expected else ())
