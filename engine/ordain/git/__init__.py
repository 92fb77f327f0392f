"""The Repo port: the output branch is read, and gets one commit per publish. Importing it loads no Git library."""

from ordain.git.inventory import FILE_NAME as INVENTORY_FILE
from ordain.git.inventory import parse_inventory, print_inventory
from ordain.git.local import open_repo
from ordain.git.objects import blob_id
from ordain.git.paths import check_paths, kind_of_path, object_path
from ordain.git.port import Identity, Repo, Update

__all__ = [
    "INVENTORY_FILE",
    "Identity",
    "Repo",
    "Update",
    "blob_id",
    "check_paths",
    "kind_of_path",
    "object_path",
    "open_repo",
    "parse_inventory",
    "print_inventory",
]
