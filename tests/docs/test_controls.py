"""Every control has a section in a manual: all parts are there, its bad example is found, its good one is clean."""

import re

import pytest

from ordain.kinds import all_kinds
from ordain.manuals import SPINE, blocks, manual, section, sections
from ordain.reasoning import all_controls

PARTS = ("**What.** ", "**Why.** ", "**Bad:**", "**Good:**", "**Fix.** ", "**Waiver.** ")
_PART = re.compile(r"^\*\*(?:What|Why|Fix|Waiver)\.\*\* (?=\S)|^\*\*(?:Bad|Good):\*\*$", re.MULTILINE)
CODES = tuple(all_controls())
ASKS_A_SERVER = frozenset({"MAN005"})
"""What only an API server finds: tests/cluster/test_dry_run.py runs both examples."""


def examples(code: str) -> tuple[str, str]:
    """Return the bad and the good example of a section."""
    text = section(code)
    assert text is not None
    bad, good = (body for _, body in blocks(text))
    return bad, good


def test_sections_and_controls_are_the_same() -> None:
    """The manuals explain exactly the codes that exist."""
    assert list(sections()) == sorted(CODES)


def own(code: str) -> set[str]:
    """Return the codes of the manual that a code is in, and those of the engine's stages."""
    rows = [{control.code for control in kind.controls} for kind in all_kinds().values()]
    rows.append({known for known in CODES if known.startswith("REL")})
    engine = set(CODES) - set().union(*rows)
    return engine.union(*(row for row in rows if code in row))


@pytest.mark.parametrize("code", CODES)
def test_a_section_stands_in_the_manual_of_its_kind(code: str) -> None:
    """A code is explained where its kind is, under its own name."""
    owner = next((kind.row for kind in all_kinds().values() if all_controls()[code] in kind.controls), SPINE)
    assert f"\n### {code} {all_controls()[code].name}\n" in manual(owner)


@pytest.mark.parametrize("code", CODES)
def test_a_section_has_all_parts_in_their_order(code: str) -> None:
    """What, why, bad, good, fix and waiver, each once, each a paragraph."""
    found = re.findall(
        r"^\*\*(?:What|Why|Fix|Waiver)\.\*\* (?=\S)|^\*\*(?:Bad|Good):\*\*$", section(code) or "", re.MULTILINE
    )
    assert list(PARTS) == found


@pytest.mark.parametrize("code", CODES)
def test_a_section_says_whether_it_can_be_waived(code: str) -> None:
    """It says that a waiver is not possible exactly where the control refuses one."""
    text = (section(code) or "").rpartition("**Waiver.** ")[2]
    assert all_controls()[code].waivable != text.startswith("Not possible")


@pytest.mark.parametrize("code", sorted({*CODES} - ASKS_A_SERVER))
def test_the_bad_example_is_found(code: str, judge_example) -> None:
    """The control reports its own bad example, with a place."""
    bad, _ = examples(code)
    found = [finding for finding in judge_example(bad) if finding.code == code]
    assert found
    assert all(finding.where for finding in found)


@pytest.mark.parametrize("code", CODES)
def test_the_good_example_is_clean(code: str, judge_example) -> None:
    """The good example has no finding of its own manual or of the engine, but those that it waives.

    Other kinds do not count: an example that shows an autoscaler need not be a hardened pod, too.
    """
    _, good = examples(code)
    found = [str(finding) for finding in judge_example(good) if finding.code in own(code) and not finding.waived]
    assert found == []
