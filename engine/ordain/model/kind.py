"""What a kind of policy is to the engine: one value per folder of `kinds/`, found by scanning."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import BaseModel

from ordain.model.finding import Control, Finding
from ordain.model.forecast import ForecastQuery, Outlook
from ordain.model.live import LiveState
from ordain.model.objects import GroupKind, KubeObject, ObjectRef, Objects, RawObject, Source
from ordain.model.plan import Manifest, Recommendation
from ordain.model.policy import EffectivePolicy, Policy, Subject
from ordain.model.waiver import Waiver


@dataclass(frozen=True, slots=True)
class Reading:
    """A kind of Kubernetes object that a policy kind looks at.

    `api_version` and `resource` (the plural) address it on a server; an `optional` one may be unknown to the
    server (its CRD is not installed) and is then absent.
    """

    api_version: str
    kind: str
    resource: str
    optional: bool = False

    @property
    def group_kind(self) -> GroupKind:
        """The group and kind."""
        group, _, version = self.api_version.rpartition("/")
        return GroupKind(group if version else "", self.kind)


@dataclass(frozen=True)
class Evidence:
    """What controls look at: objects of one cluster or of some files, with our manifests laid over them.

    Controls judge what is ours to judge in the light of all: what is rendered or from a file, and live objects where
    `ordain check` was given a cluster (`live_too`). When files are checked, `live` is None, `manifests` is empty, and
    `effective` has only the policies that hold for files. `published` are the paths that the last publish wrote,
    `adopted` the live objects that the user lets us take over.
    """

    objects: Objects
    outlook: Outlook
    live: LiveState | None = None
    effective: tuple[EffectivePolicy, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    published: frozenset[str] = frozenset()
    adopted: frozenset[ObjectRef] = frozenset()
    live_too: bool = False

    def judges(self, item: KubeObject) -> bool:
        """Say whether an object is one to judge, not only the surroundings of one."""
        return self.live_too or item.source is not Source.LIVE


def _no_ignores(_manifest: Manifest) -> Iterable[RawObject]:
    return ()


def _nothing(_policy: Policy) -> Iterable[Finding]:
    return ()


def _no_findings(_evidence: Evidence) -> Iterable[Finding]:
    return ()


def _no_forecasts(_effective: EffectivePolicy, _live: LiveState) -> Iterable[ForecastQuery]:
    return ()


def _no_subjects(_live: LiveState) -> Iterable[Subject]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of policy.

    - `document` validates a whole document; its `spec` (a `TargetedSpec` for layered kinds) may be partial.
    - `required` are the spec's paths that a subject needs after layering.
    - `meaning` judges one document on its own and must look only at fields that are set in it.
    - `writes` names the kinds that its templates render; all of them are among `reads`.
    - `subjects` lists what it can hold for; a target that names no kinds means `default_kinds` among them,
      and `subject_kinds` are all kinds that a target may name.
    - `holds_for_files` says that its policies hold for the manifests of `ordain check PATHS` too.
    - `forecasts` are the questions on load that its plan will ask; the outlook then holds their answers.
    - `plan` turns one effective policy into recommendations; `check` judges all evidence of a cluster.
    - `ignores` are the entries of `ignoreDifferences` that Argo CD needs beside a manifest.
    - `waiver` is given by the kind whose documents are waivers.
    """

    name: str
    row: str
    document: type[BaseModel]
    controls: tuple[Control, ...]
    reads: tuple[Reading, ...] = ()
    required: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    subject_kinds: tuple[str, ...] = ()
    default_kinds: tuple[str, ...] = ()
    holds_for_files: bool = False
    meaning: Callable[[Policy], Iterable[Finding]] = _nothing
    subjects: Callable[[LiveState], Iterable[Subject]] = _no_subjects
    forecasts: Callable[[EffectivePolicy, LiveState], Iterable[ForecastQuery]] = _no_forecasts
    plan: Callable[[EffectivePolicy, LiveState, Outlook], Iterable[Recommendation]] | None = None
    check: Callable[[Evidence], Iterable[Finding]] = _no_findings
    ignores: Callable[[Manifest], Iterable[RawObject]] = _no_ignores
    waiver: Callable[[Policy], Waiver] | None = None
