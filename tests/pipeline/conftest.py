"""Runs of the pure stages: policies and live objects as values in, what each stage makes out."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from ordain.git import blob_id
from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES, dump, read
from ordain.model.comparison import Comparing
from ordain.model.finding import Finding
from ordain.model.forecast import Outlook
from ordain.model.kind import Evidence
from ordain.model.live import LiveState, OutputTip
from ordain.model.objects import KubeObject, ObjectRef, Objects, RawObject, Source
from ordain.model.plan import Manifest, Plan
from ordain.stages.check import check
from ordain.stages.diff import diff
from ordain.stages.outcome import as_object
from ordain.stages.publish import intended
from ordain.stages.render import Manifests, render
from ordain.stages.resolve import Resolved, resolve
from ordain.stages.validate import validate
from ordain.templates import template_set

OUTLOOK = Outlook(datetime(2026, 11, 24, tzinfo=UTC), {})


@dataclass(frozen=True)
class Stages:
    """The stages after `observe`, on policies and objects that a test makes up."""

    def live(self, objects: Iterable[RawObject]) -> LiveState:
        """Return a cluster that holds these objects."""
        items = (KubeObject(ObjectRef.of(body), body, Source.LIVE) for body in objects)
        return LiveState("prod", "1.33", "", Objects.of(items), frozenset(), None, "")

    def deployments(self, *names: str) -> list[RawObject]:
        """Return Deployments of one container that has requests."""
        return [
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}},
                "spec": {
                    "selector": {"matchLabels": {"app": name}},
                    "template": {
                        "metadata": {"labels": {"app": name}},
                        "spec": {
                            "containers": [
                                {
                                    "name": "app",
                                    "image": "registry.example.org/app:1",
                                    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
                                }
                            ]
                        },
                    },
                },
            }
            for name in names
        ]

    def resolved(self, specs: dict[str, Any], live: LiveState, order: Sequence[str] = ()) -> Resolved:
        """Validate and resolve policies, given as specs by name, in a chosen order of documents."""
        documents = [
            dump(
                {
                    "apiVersion": "ordain.dev/v1alpha1",
                    "kind": "ScalingPolicy",
                    "metadata": {"name": name},
                    "spec": specs[name],
                }
            )
            for name in order or specs
        ]
        stream = read("---\n".join(documents).encode(), "policies.yaml", POLICIES)
        validated = validate(stream.documents, all_kinds())
        assert not [item for item in validated.findings if item.code != "POL007"], validated.findings
        return resolve(validated.policies, live, all_kinds())

    def rendered(self, resolved: Resolved, live: LiveState) -> Manifests:
        """Render what was resolved."""
        return render(resolved.effective, live, OUTLOOK, all_kinds(), template_set())

    def findings(self, resolved: Resolved, manifests: Manifests, live: LiveState) -> tuple[Finding, ...]:
        """Check what was rendered."""
        everything = live.objects.overlaid(map(as_object, manifests.manifests))
        evidence = Evidence(everything, OUTLOOK, live, resolved.effective, manifests.manifests)
        others = (*resolved.findings, *manifests.findings)
        return check(evidence, all_kinds(), (), cluster="prod", others=others)

    def published(self, manifests: Sequence[Manifest]) -> OutputTip:
        """Return the output branch as a publish of these manifests leaves it."""
        commit = hashlib.sha1(b"", usedforsecurity=False).hexdigest()
        contents = {item.path: item.text.encode() for item in manifests}
        blobs = {path: blob_id(content, like=commit) for path, content in contents.items()}
        return OutputTip(commit, blobs, intended(manifests, engine="1", templates="t"), contents.__getitem__)

    def plan(self, manifests: Sequence[Manifest], tip: OutputTip, live: LiveState) -> Plan:
        """Compare manifests with a branch and a cluster."""
        return diff(manifests, tip, live, Comparing())


@pytest.fixture(scope="session")
def stages() -> Stages:
    return Stages()
