"""Editing: policy files changed by command. Only the named lines change, and the result is judged before it is kept."""

from ordain.stages.editing.edit import Edit
from ordain.stages.editing.fixing import Fixed, fix
from ordain.stages.editing.waiving import Waiving, waive

__all__ = ["Edit", "Fixed", "Waiving", "fix", "waive"]
