import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordain.errors import UserError
from ordain.git import INVENTORY_FILE, object_path, parse_inventory, print_inventory
from ordain.model.live import Inventory, InventoryEntry
from ordain.model.objects import ObjectRef

ENTRY = InventoryEntry("a" * 64, "inputs-1")
GOOD = Inventory("0.1.0", "digest", {"shop/service-web.yaml": ENTRY, "shop/service-api.yaml": ENTRY})

LETTERS = "abcdefghijklmnopqrstuvwxyz-.0123456789ü\"'"
NAMES = st.text(LETTERS, min_size=1).filter(lambda name: name.strip(".") and name != ".git")
INVENTORIES = st.builds(
    Inventory,
    engine=st.text(),
    templates=st.text(),
    files=st.dictionaries(
        NAMES.map(lambda name: object_path(ObjectRef("shop", "Service", name))),
        st.builds(InventoryEntry, sha256=st.from_regex("[0-9a-f]{64}", fullmatch=True), inputs=st.text()),
    ),
)


@given(INVENTORIES)
def test_what_was_printed_is_read_back(inventory: Inventory) -> None:
    """Reading a printed inventory gives the same inventory."""
    assert parse_inventory(print_inventory(inventory), "x") == inventory


def test_the_text_is_json_with_a_line_per_file_in_order() -> None:
    """The file is sorted JSON with one line for each published file and a final newline."""
    text = print_inventory(GOOD).decode()
    assert list(json.loads(text)["files"]) == ["shop/service-api.yaml", "shop/service-web.yaml"]
    assert text.endswith("}\n")
    assert sum("service-" in line for line in text.splitlines()) == 2


def test_argo_cd_does_not_read_it_as_a_manifest() -> None:
    """The file's name has none of the endings of manifests."""
    assert not INVENTORY_FILE.endswith((".json", ".yaml", ".yml", ".jsonnet"))


BROKEN = {
    "cut": print_inventory(GOOD)[:-20],
    "empty": b"",
    "no JSON": b"files:\n",
    "a list": b"[]",
    "another format": b'{"format": "x", "version": 1}',
    "no version": b'{"format": "ordain.dev/inventory"}',
    "text as version": b'{"format": "ordain.dev/inventory", "version": "1"}',
    "no hash": print_inventory(GOOD).replace(b"a" * 64, b"a"),
    "a way out": print_inventory(GOOD).replace(b"shop/service-web", b"../service-web"),
    "not UTF-8": b"\xff" + print_inventory(GOOD),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_one_is_refused_with_its_place(content: bytes) -> None:
    """An inventory that cannot be trusted stops the run and is named."""
    with pytest.raises(UserError) as caught:
        parse_inventory(content, "demo/.ordain-inventory")
    assert "demo/.ordain-inventory" in str(caught.value)


def test_a_newer_one_is_refused_as_newer() -> None:
    """An inventory of a later version asks for a newer program."""
    with pytest.raises(UserError, match="newer ordain"):
        parse_inventory(print_inventory(GOOD).replace(b'"version": 1', b'"version": 2'), "x")
