"""Which objects live in a namespace: kubectl puts those that name none into `default`."""

from typing import Final

from ordain.model.objects import GroupKind, RawObject

_DEFAULT: Final = "default"
_OF_THE_CLUSTER: Final = frozenset(
    GroupKind(group, kind)
    for group, kinds in {
        "": "Namespace Node PersistentVolume ComponentStatus",
        "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
        " MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
        " ValidatingWebhookConfiguration",
        "apiextensions.k8s.io": "CustomResourceDefinition",
        "apiregistration.k8s.io": "APIService",
        "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
        "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
        "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
        "node.k8s.io": "RuntimeClass",
        "policy": "PodSecurityPolicy",
        "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
        "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceSlice",
        "scheduling.k8s.io": "PriorityClass",
        "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
        "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    }.items()
    for kind in kinds.split()
)


def with_namespace(body: RawObject) -> RawObject:
    """Return an object with the namespace that kubectl would give it; `body` itself stays as it is.

    Kinds of the cluster's scope get none. Of a kind that is not built in, the scope is not known: one that names
    no namespace counts as an object of `default`, unless its kind starts with `Cluster`, as the custom kinds of
    the cluster's scope do by habit.
    """
    kind = GroupKind.of(body)
    metadata = body["metadata"]
    custom = "." in kind.group and not kind.group.endswith(".k8s.io")
    if metadata.get("namespace") or kind in _OF_THE_CLUSTER or (custom and kind.kind.startswith("Cluster")):
        return body
    return {**body, "metadata": {**metadata, "namespace": _DEFAULT}}
