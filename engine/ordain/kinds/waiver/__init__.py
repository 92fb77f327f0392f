"""Waiver: a dated, owned, reasoned exception from one control. It renders nothing."""

from typing import Final

from ordain.kinds.waiver.controls import CONTROLS, waiver
from ordain.kinds.waiver.model import WaiverPolicy
from ordain.model.kind import Kind

KIND: Final = Kind(name="Waiver", row="waiver", document=WaiverPolicy, controls=CONTROLS, waiver=waiver)
