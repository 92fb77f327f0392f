"""Drift is what syncing the plan does not mend."""

from dataclasses import replace

from ordain.model.objects import ObjectRef
from ordain.model.plan import Action, Change, FieldChange, Plan
from ordain.report.differences import drift

REF = ObjectRef("shop", "HorizontalPodAutoscaler", "cart", "autoscaling")
MAX = FieldChange("spec.maxReplicas", "10", "12", pending=True)
MIN = FieldChange("spec.minReplicas", "1", "2")


def test_drift_leaves_out_what_the_plan_mends() -> None:
    """A pending object is no drift, nor is a pending field of one that has drifted."""
    pending = Change(Action.UPDATE, REF, "", (MAX,), pending=True)
    both = Change(Action.UPDATE, REF, "", (MAX, MIN))
    missing = Change(Action.CREATE, REF, "", ())
    plan = Plan("demo", (), 0, (pending, both, missing), 0)
    assert drift(plan) == (replace(both, fields=(MIN,)), missing)
