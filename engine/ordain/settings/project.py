"""The kind `Project`: clusters, policies, output."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import MISSING, Field

from ordain.model.spec import Metadata, Model, Name, enum_texts
from ordain.settings.ignoring import ArgoCD, Ignore
from ordain.settings.limits import Limits
from ordain.settings.planfile import PlanFileSettings
from ordain.settings.selection import Selection
from ordain.settings.sync import Sync
from ordain.settings.windows import PublishWindow

RelativePath = Annotated[str, Field(min_length=1, max_length=1024)]
Minor = Annotated[str, Field(pattern=r"^1\.[0-9]{1,3}$", examples=["1.37"])]


class Kubernetes(Model):
    """An API server, found as kubectl finds it: without a kubeconfig, inside a pod, by the pod's service account."""

    context: Annotated[str, Field(min_length=1)] | MISSING = MISSING
    """A context of the kubeconfig. Left out: its current one."""
    kubeconfig: RelativePath | MISSING = MISSING
    """A kubeconfig, from the folder of this file. Left out: what KUBECONFIG names, then ~/.kube/config."""


class ClusterSettings(Model):
    """One cluster: an API server, or a recorded state (a snapshot, a `kubectl get -o yaml` list, manifests)."""

    one_of = (("snapshot", "kubernetes"),)

    name: Name
    """The name that policies and the output folder use."""
    kubernetes: Kubernetes | MISSING = MISSING
    """Read it live, from its API server; `{}` is the current context."""
    snapshot: RelativePath | MISSING = MISSING
    """A snapshot file, a `kubectl get` list or a folder of manifests, from the folder of this file."""
    kubernetesVersion: Minor | MISSING = MISSING
    """The server's version, where the source does not say it."""
    assumeAbsent: Annotated[list[str], Field(min_length=1)] | MISSING = MISSING
    """Kinds that a list or folder of manifests does not hold because there are none; `*`: all that it does not hold."""
    series: RelativePath | MISSING = MISSING
    """A CSV file of load, or a folder of them."""

    @property
    def source(self) -> str:
        """What is read, as progress names it."""
        if isinstance(self.kubernetes, Kubernetes):
            context = self.kubernetes.context
            return f"the context {context}" if isinstance(context, str) else "its API server"
        return str(self.snapshot)


class Author(Model):
    """A name and an address, as a commit shows them."""

    name: Annotated[str, Field(min_length=1, pattern="^[^<>\n]+$")] = "ordain"
    """The name."""
    email: Annotated[str, Field(pattern="^[^<>\\s]+$")] = "ordain@localhost"
    """The address."""


class Output(Model):
    """The Git repository that Argo CD syncs from."""

    repository: RelativePath
    """A local repository, best a bare one, from the folder of this file."""
    branch: Annotated[str, Field(min_length=1, max_length=250)] = "main"
    """The branch that gets the commits."""
    folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9][-A-Za-z0-9_.]*(/[A-Za-z0-9][-A-Za-z0-9_.]*)*$")] | MISSING = (
        MISSING
    )
    """A folder in the repository that holds a folder for each cluster. Left out: the root."""
    author: Author | MISSING = MISSING
    """Who the commits are by."""


class ProjectSpec(Model):
    """The settings of a project."""

    policies: Annotated[list[RelativePath], Field(min_length=1)]
    """Files and folders with policies, from the folder of this file."""
    templates: RelativePath | MISSING = MISSING
    """A folder whose templates take the place of the engine's own by their name."""
    clusters: Annotated[list[ClusterSettings], Field(min_length=1)] | MISSING = MISSING
    """The clusters that the policies are for."""
    output: Output | MISSING = MISSING
    """Where the manifests go."""
    sync: Sync | MISSING = MISSING
    """Who applies what is there. Left out: Argo CD, by server-side apply."""
    ignore: Annotated[list[Ignore], Field(min_length=1)] | MISSING = MISSING
    """Live differences that are left alone."""
    argocd: ArgoCD | MISSING = MISSING
    """Where Argo CD is set up: its own rules on live differences count, too."""
    gate: Annotated[
        Literal["error", "warning", "note"],
        Field(
            json_schema_extra=enum_texts(
                error="Errors alone.", warning="Warnings and errors.", note="Every finding, notes included."
            )
        ),
    ] = "error"
    """The severity from which findings make the exit code 1."""
    planFile: PlanFileSettings | MISSING = MISSING
    """Saved plans, as `ordain plan --out plan.json` writes them."""
    limits: Limits = Field(default_factory=Limits)
    """How much one publish may do."""
    protect: list[Selection] = Field(default_factory=list)
    """Published objects that are deleted only after a confirmation: one of the entries fits."""
    windows: list[PublishWindow] = Field(default_factory=list)
    """When a publish may write, and when not."""


class Project(Model):
    """The settings of a policy repository."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["Project"]
    """Always `Project`."""
    metadata: Metadata
    """Name and labels."""
    spec: ProjectSpec
    """The settings."""


FILE_NAME = "ordain.yaml"


def find_project(start: Path) -> Path | None:
    """Return the nearest `ordain.yaml` in `start` or above it, or None."""
    for folder in (start, *start.parents):
        if (found := folder / FILE_NAME).is_file():
            return found
    return None
