"""How what Git holds is applied: `spec.sync` of a Project."""

from typing import Annotated

from pydantic import Field

from ordain.model.comparison import ARGO_CD, Applier
from ordain.model.spec import Model


class Sync(Model):
    """Who applies the output branch, and how: differences are judged by what that one owns."""

    manager: Annotated[str, Field(min_length=1, max_length=128)] = ARGO_CD
    """The field manager of its server-side applies, as `kubectl get -o yaml --show-managed-fields` names it."""
    force: bool = True
    """Whether it takes over fields that others hold (Argo CD does); else its apply is refused for a conflict."""

    @property
    def applier(self) -> Applier:
        """The one who applies."""
        return Applier(self.manager, self.force)
