"""Which live differences are left alone: the rules of the settings, and those of Argo CD's Applications."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from ordain.model.comparison import FieldPattern, IgnoreRule, ManagerPattern
from ordain.model.fieldpath import parse_path, parse_pointer
from ordain.model.finding import Finding
from ordain.settings import ArgoCD, Ignore
from ordain.stages.applications import application_rules
from ordain.stages.observe import Destination
from ordain.stages.project import ProjectFile


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules of a project, and what of an Application could not be understood."""

    rules: tuple[IgnoreRule, ...]
    findings: tuple[Finding, ...]

    def of(self, cluster: str, to: Destination | None) -> tuple[IgnoreRule, ...]:
        """Return the rules of one cluster, whose manifests are published to a folder; None: to nowhere.

        An Application's rule counts where one of its sources is that folder, or one above or below it.
        """
        return tuple(
            rule
            for rule in self.rules
            if fnmatchcase(cluster, rule.cluster)
            and (to is None or not rule.sources or any(_related(source, to.folder) for source in rule.sources))
        )


def ignore_rules(project: ProjectFile) -> IgnoreRules:
    """Read the rules, the files of Applications included. Raises UserError for a file that cannot be read."""
    spec = project.spec
    rules = list(_own(project, spec.ignore)) if isinstance(spec.ignore, list) else []
    findings: list[Finding] = []
    if isinstance(spec.argocd, ArgoCD):
        for found in application_rules(spec.argocd.applications, project.folder):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                rules.append(found)
    return IgnoreRules(tuple(rules), tuple(findings))


def _own(project: ProjectFile, given: list[Ignore]) -> Iterator[IgnoreRule]:
    for number, item in enumerate(given):
        place = partial(project.where, "spec", "ignore", number)
        fields = [
            FieldPattern(text, read(text), str(where), where)
            for key, texts, read in (("pointers", item.pointers, parse_pointer), ("paths", item.paths, parse_path))
            for index, text in enumerate(texts)
            for where in [place(key, index)]
        ]
        managers = [
            ManagerPattern(text, str(where), where)
            for index, text in enumerate(item.managers)
            for where in [place("managers", index)]
        ]
        yield IgnoreRule(
            tuple(fields),
            tuple(managers),
            group=item.group,
            kind=item.kind,
            name=item.name,
            namespace=item.namespace,
            cluster=item.cluster,
            where=place(),
        )


def _related(source: str, folder: str) -> bool:
    """Say whether one of two folders is the other or above it; an empty one is the root."""
    return not source or f"{source}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{source}/")
