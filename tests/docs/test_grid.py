"""The grid: a kind is one row of folders with the same name, and no cell of it is missing."""

from pathlib import Path

import pytest
import yaml

from ordain.kinds import all_kinds
from ordain.model.kind import Kind

ROOT = Path(__file__).parents[2]
KINDS = list(all_kinds().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.row)
@pytest.mark.parametrize("file", ["__init__.py", "model.py", "controls.py", "README.md"])
def test_a_kind_has_its_folder(kind: Kind, file: str) -> None:
    """What a kind means is in one folder: its declaration, its model, its controls, its manual."""
    assert (ROOT / "engine/ordain/kinds" / kind.row / file).is_file()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.row)
def test_a_kind_has_its_templates(kind: Kind) -> None:
    """What a kind writes is in `templates/<row>/`, exactly the templates that it declares."""
    folder = ROOT / "templates" / kind.row
    assert sorted(kind.templates) == sorted(path.name for path in folder.glob("*.j2"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.row)
def test_a_kind_has_a_schema(kind: Kind) -> None:
    """What may be written in a kind is published for editors and other tools."""
    assert (ROOT / "schemas" / f"{kind.row}.schema.json").is_file()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.row)
def test_a_kind_has_cases(kind: Kind) -> None:
    """What a kind must do is shown by at least one case folder."""
    assert list((ROOT / "tests/kinds" / kind.row).glob("*/policy.yaml"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.row)
def test_a_kind_is_in_the_demo(kind: Kind) -> None:
    """The demo uses every kind."""
    files = [path for path in (ROOT / "policies").rglob("*.yaml") if "cluster" not in path.relative_to(ROOT).parts]
    documents = (item for path in files for item in yaml.load_all(path.read_text(encoding="utf-8"), yaml.BaseLoader))
    assert any(document and document.get("kind") == kind.name for document in documents)


def test_no_folder_is_left_over() -> None:
    """Each folder of templates, schemas and cases belongs to a kind, or to one of the engine's own files."""
    rows = {kind.row for kind in KINDS}
    templates = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    cases = {path.name for path in (ROOT / "tests/kinds").iterdir() if path.is_dir() and path.name[0] not in "._"}
    schemas = {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json")}
    assert templates <= rows
    assert cases <= rows
    assert schemas - rows <= {"policy", "policytest", "project", "report", "test-report", "impact-report", "snapshot"}


def test_the_spine_names_no_kind() -> None:
    """Stages, reports and the model work for whatever kinds there are; what a waiver is, they know of themselves."""
    engine = ROOT / "engine/ordain"
    files = [engine / "pipeline.py", engine / "judging.py"]
    files += [path for folder in ("stages", "report", "model") for path in (engine / folder).rglob("*.py")]
    named = {
        (path.relative_to(engine).as_posix(), kind.name)
        for path in files
        for kind in KINDS
        if kind.waiver is None and kind.name in path.read_text(encoding="utf-8")
    }
    assert named == set()
