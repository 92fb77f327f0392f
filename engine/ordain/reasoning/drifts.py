"""Live objects against what Git holds, and the rules that leave differences alone."""

from typing import Final

from ordain.model.finding import Control, Severity

DIFFERS: Final = Control("DRF001", "differs-from-git", Severity.ERROR)
MISSING: Final = Control("DRF002", "missing-in-cluster", Severity.ERROR)
CLUSTER_ONLY: Final = Control("DRF003", "in-cluster-only", Severity.ERROR)
IGNORES_NOTHING: Final = Control("DRF004", "ignores-nothing", Severity.WARNING, waivable=False)
NOT_TRANSLATED: Final = Control("DRF005", "not-translated", Severity.WARNING, waivable=False)

DRIFTS: Final = (DIFFERS, MISSING, CLUSTER_ONLY)
"""What `ordain drift` alone reports."""

CONTROLS: Final = (*DRIFTS, IGNORES_NOTHING, NOT_TRANSLATED)
