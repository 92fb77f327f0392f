"""What stands between a sound plan and its publish; `stages.guard` reports it."""

from typing import Final

from ordain.model.finding import Control, Severity

TOO_MANY_DELETIONS: Final = Control("PUB001", "too-many-deletions", Severity.ERROR, waivable=False)
TOO_MANY_CHANGES: Final = Control("PUB002", "too-many-changes", Severity.ERROR, waivable=False)
PROTECTED: Final = Control("PUB003", "protected-object", Severity.ERROR, waivable=False)
FROZEN: Final = Control("PUB004", "frozen", Severity.ERROR, waivable=False)
NOT_ALLOWED_NOW: Final = Control("PUB005", "not-allowed-now", Severity.ERROR, waivable=False)

GUARDS: Final = (TOO_MANY_DELETIONS, TOO_MANY_CHANGES, PROTECTED, FROZEN, NOT_ALLOWED_NOW)
"""They judge a publish and not its plan: a plan that is kept in a file is judged anew when it is used."""
