"""What may be written in a CompliancePolicy."""

from typing import Annotated, Final, Literal

from pydantic import MISSING, Field

from ordain.model.spec import KindName, Metadata, Model, TargetedSpec, enum_texts

_LEVELS: Final = enum_texts(
    privileged="Nothing is refused.",
    baseline="What gives a pod its node is refused.",
    restricted="All that a hardened pod does without is refused.",
)
LevelName = Annotated[Literal["privileged", "baseline", "restricted"], Field(json_schema_extra=_LEVELS)]


class PodSecurity(Model):
    """The Pod Security Standard of a namespace, as labels that the API server itself obeys."""

    level: LevelName = "baseline"
    """Pods below this standard are refused."""
    version: Annotated[str, Field(pattern=r"^(latest|v1\.[0-9]{1,3})$", examples=["latest", "v1.34"])] = "latest"
    """The standard as of this version of Kubernetes. `latest` grows stricter with each upgrade of the cluster."""
    audit: LevelName | MISSING = MISSING
    """Pods below this standard are noted in the audit log. Left out: the same as `level`."""
    warn: LevelName | MISSING = MISSING
    """Who applies pods below this standard is warned. Left out: the same as `level`."""


class Network(Model):
    """What the pods of a namespace may reach, and who may reach them."""

    defaultDeny: bool = False
    """Render a NetworkPolicy that denies all traffic of the namespace, both ways, which no other policy allows.

    It cuts live traffic: COM021 names each workload that would be left without an allow rule."""
    allowDNS: bool = True
    """Beside it, let every pod ask the cluster's DNS in `kube-system`."""


class Images(Model):
    """Where images may come from."""

    registries: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._-]+)*$")]],
        Field(min_length=1, examples=[["registry.example.org", "docker.io/library"]]),
    ]
    """Registries, or folders of one. An image without a registry comes from `docker.io/library`."""
    later = ("requireDigest", "signatures")


class Match(Model):
    """Which objects of the targeted namespaces a rule judges."""

    kinds: Annotated[list[KindName], Field(min_length=1, examples=[["Deployment", "StatefulSet"]])]
    """Kinds of objects, exactly. `Namespace` is the targeted namespace itself."""


class RuleSpec(Model):
    """A rule of your own, in CEL, the language of Kubernetes' ValidatingAdmissionPolicy."""

    later = ("enforce",)

    id: Annotated[str, Field(pattern="^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", examples=["team-label"])]
    """The rule's name, unique in the policy. A waiver names it as `field: rules[team-label]`."""
    severity: Annotated[
        Literal["error", "warning", "note"],
        Field(
            json_schema_extra=enum_texts(
                error="The gate closes by default.", warning="It is reported.", note="It is mentioned."
            )
        ),
    ] = "warning"
    """How much a finding of the rule weighs."""
    match: Match
    """Which objects it judges."""
    cel: Annotated[str, Field(min_length=1, max_length=10_000, examples=["'team' in object.metadata.labels"])]
    """The expression; true says that the object is as it should be.

    `object` is the object, `namespaceObject` its namespace. A field that is not there is an error, so ask first:
    `has(object.spec.replicas)`, or `object.spec.?replicas.orValue(1)`."""
    message: Annotated[str, Field(min_length=5, max_length=300, examples=["every workload names its team"])]
    """What the rule asks for, for whoever reads the finding."""


class ComplianceSpec(TargetedSpec):
    """The wishes of a CompliancePolicy; every field but `targets` may come from another layer."""

    later = ("frameworks", "controls", "gate")

    podSecurity: PodSecurity | MISSING = MISSING
    """Left out, the namespace's labels are left alone."""
    network: Network | MISSING = MISSING
    """Left out, no NetworkPolicy is rendered."""
    images: Images | MISSING = MISSING
    """Left out, images may come from anywhere."""
    rules: Annotated[list[RuleSpec], Field(min_length=1, max_length=200)] | MISSING = MISSING
    """Rules of your own. In layering the list is replaced whole."""


class CompliancePolicy(Model):
    """What is asked of namespaces: Pod Security labels, a default-deny network, registries, rules of your own."""

    apiVersion: Literal["ordain.dev/v1alpha1"]
    """The version of the policy language."""
    kind: Literal["CompliancePolicy"]
    """The kind of policy."""
    metadata: Metadata
    """Name and labels."""
    spec: ComplianceSpec
    """What is wanted."""
