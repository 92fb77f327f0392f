"""Label selectors as Kubernetes reads them (`metav1.LabelSelector`)."""

from ordain.model.objects import RawObject


def selects(selector: object, labels: object) -> bool:
    """Say whether a Kubernetes label selector fits; an empty one fits all, a missing one none."""
    if not isinstance(selector, dict) or not isinstance(labels, dict):
        return False
    wanted, expressions = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(wanted, dict) or not isinstance(expressions, list):
        return False
    return wanted.items() <= labels.items() and all(
        isinstance(expression, dict) and _expression(expression, labels) for expression in expressions
    )


def _expression(expression: RawObject, labels: RawObject) -> bool:
    value = labels.get(str(expression.get("key")))
    values = found if isinstance(found := expression.get("values"), list) else []
    match expression.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False
