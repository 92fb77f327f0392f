"""The files of a new policy repository."""

from typing import Final

from ordain.kinds import all_kinds
from ordain.manuals import example, test_files

_SETTINGS: Final = """\
# The settings of this policy repository. `ordain explain Project` describes them all.
apiVersion: ordain.dev/v1alpha1
kind: Project
metadata:
  name: policies
spec:
  policies: [policies]
  # The clusters that the policies are for, each live (`ordain print-rbac` prints the rights that are enough) ...
  # clusters:
  #   - name: prod
  #     kubernetes: {context: prod}
  # ... or with a recorded state (ordain snapshot --context prod --cluster prod --out clusters/prod.snapshot.gz):
  # clusters:
  #   - name: prod
  #     snapshot: clusters/prod.snapshot.gz
  # Where the manifests go, and Argo CD syncs from (make it with: git init --bare ../manifests.git):
  # output:
  #   repository: ../manifests.git
  #   branch: main
"""

_HOOK: Final = """\
# pre-commit: runs the ordain that is on the PATH, on every commit that touches a policy.
repos:
  - repo: local
    hooks:
      - id: ordain-validate
        name: ordain validate
        entry: ordain validate
        language: system
        files: \\.(ya?ml)$
        pass_filenames: false
"""

_WORKFLOW: Final = """\
# Checks and tests the policies in every pull request; the findings show up at their lines.
name: ordain
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install ordain
      - run: ordain validate -o github
      - run: ordain test
"""


def starter_files() -> dict[str, str]:
    """Return the text of each file by its path: of each kind the policy and the test that its manual shows."""
    rows = [kind.row for kind in all_kinds().values()]
    return {
        "ordain.yaml": _SETTINGS,
        **{f"policies/{row}.yaml": example(row) for row in rows},
        **{f"tests/{row}/{name}": text for row in rows for name, text in test_files(row).items()},
        ".pre-commit-config.yaml": _HOOK,
        ".github/workflows/ordain.yaml": _WORKFLOW,
    }
