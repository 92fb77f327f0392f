"""Makes the row of a new kind of policy, which works at once: `make kind NAME=Cost`, or `scripts/new_kind.py Cost`.

The files come from `scripts/kind_row/`. None that exists is touched.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[1]
PATTERN = ROOT / "scripts" / "kind_row"
NEXT = """
The row works: `ordain validate --project policies` and `ordain plan --project policies` know {kind}.
Now make it yours, in this order:
  1. engine/ordain/kinds/{row}/README.md    what it says and becomes: the manual comes first
  2. engine/ordain/kinds/{row}/model.py     its fields, then: python scripts/schemas.py
  3. tests/kinds/{row}/                     a case folder for each thing that it must do
  4. planner.py, templates/{row}/, controls.py
  5. policies/teams/{row}.yaml              its part in the demo, then: python scripts/readme_tour.py --write
What a policy reads has to be in every snapshot: say in CHANGELOG.md that users must take theirs again.
"""


def main(arguments: list[str]) -> int:
    """Write the row, then what is made from it: its schema, the recorded demo, its first expected files."""
    if len(arguments) != 1 or not re.fullmatch(r"[A-Z][A-Za-z]{2,40}", arguments[0]):
        print("name the kind in capitals and small letters: make kind NAME=Cost", file=sys.stderr)
        return 2
    word = arguments[0].removesuffix("Policy")
    kind, row, code = f"{word}Policy", word.lower(), word[:4].upper()
    wanted = {
        ROOT / path.relative_to(PATTERN).as_posix().replace("ROW", row).removesuffix(".txt"): path
        for path in sorted(PATTERN.rglob("*.txt"))
    }
    if taken := [str(path.relative_to(ROOT)) for path in wanted if path.exists()]:
        print(f"{', '.join(taken)}: there already; choose another name", file=sys.stderr)
        return 2
    for path, pattern in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = Template(pattern.read_text(encoding="utf-8"))
        path.write_text(text.substitute(kind=kind, row=row, word=word, code=code), encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    _run("scripts/schemas.py")
    _run("scripts/record_demo.py")
    first = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/kinds", "-k", f"{row}/first")
    _run(*first, ORDAIN_REWRITE_GOLDENS="1")
    print(NEXT.format(kind=kind, row=row))
    return 0


def _run(*arguments: str, **environment: str) -> None:
    paths = {"PYTHONPATH": str(ROOT / "engine")}
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=os.environ | paths | environment, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
