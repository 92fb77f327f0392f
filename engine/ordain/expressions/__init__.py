"""Expressions in CEL, Kubernetes' own rule language: compiled once, judged object by object.

The engine behind it is `cel-expr-python` (17 MB): it is imported by the first expression, not before.
"""

from ordain.expressions.rules import Broken, Rule, Unjudged, compile_rule

__all__ = ["Broken", "Rule", "Unjudged", "compile_rule"]
