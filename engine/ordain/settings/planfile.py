"""How long a saved plan holds."""

from typing import Annotated

from pydantic import Field

from ordain.model.spec import DurationField, Model


class PlanFileSettings(Model):
    """Saved plans: what `ordain publish PLAN` takes."""

    maxAge: Annotated[DurationField, Field(default="24h", validate_default=True, examples=["24h"])]
    """How old a plan may be when it is published: its forecasts and waivers are those of its own time."""
