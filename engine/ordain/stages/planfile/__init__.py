"""The plan as a contract: written by `plan --out`, kept to by `publish FILE`, read by `show` and `diff`."""

from ordain.stages.planfile.comparing import moves, published_already, stand_against
from ordain.stages.planfile.format import plan_schema, print_plan, read_plan
from ordain.stages.planfile.recording import record, result_of
from ordain.stages.planfile.standing import refuse_unfit

__all__ = [
    "moves",
    "plan_schema",
    "print_plan",
    "published_already",
    "read_plan",
    "record",
    "refuse_unfit",
    "result_of",
    "stand_against",
]
