"""Users' tests of policies: found and read, what each gives to a run, and whether the run was as it expects."""

from ordain.stages.usertests.expectations import judge_test
from ordain.stages.usertests.given import expected_file, given
from ordain.stages.usertests.reading import UserTest, find_tests

__all__ = ["UserTest", "expected_file", "find_tests", "given", "judge_test"]
