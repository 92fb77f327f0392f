"""Users' tests of policies: found and read, what each gives to a run, and whether the run was as it expects."""

from ordain.stages.usertests.expectations import judge_test
from ordain.stages.usertests.given import given
from ordain.stages.usertests.reading import UserTest, find_tests

__all__ = ["UserTest", "find_tests", "given", "judge_test"]
