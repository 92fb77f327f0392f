"""A repository's address: where it leads, and never who may go there."""

import pytest
from pydantic import ValidationError

from ordain.kinds.backup.model import Repository
from ordain.model.wording import mistakes


@pytest.mark.parametrize(
    "address", ["s3:https://s3.example.org/b", "rest:http://backup:8000/shop", "b2:bucket:shop", "azure:shop:/db"]
)
def test_an_address_of_a_store_is_taken(address: str) -> None:
    """The stores whose keys ordain knows how to hand over."""
    given = {"restic": address, "credentials": {"secret": "repository"}}
    assert Repository.model_validate(given).restic == address


@pytest.mark.parametrize(
    "address", ["rest:https://user:swordfish@backup/shop", "/srv/backups", "sftp:backup:/srv", "s3:", "b2:a b", 3]
)
def test_other_addresses_are_refused_without_repeating_them(address: object) -> None:
    """A password in an address does not come up in the message either."""
    with pytest.raises(ValidationError) as raised:
        Repository.model_validate({"restic": address, "credentials": {"secret": "repository"}})
    (mistake,) = mistakes(raised.value, Repository)
    assert "without a user or a password" in mistake.message
    assert "swordfish" not in mistake.message
