"""What changes because of one policy file or template: which file is meant, its other version, and both renders."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ordain.errors import Span, UserError
from ordain.git.source import Committed, committed
from ordain.judging import judge_loaded, load_policies, waivers_of
from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES
from ordain.model.impact import Affected, Impact
from ordain.model.live import LiveState
from ordain.model.plan import Action, Change
from ordain.model.spec import nearest
from ordain.reasoning.waivers import apply_waivers
from ordain.report.summary import many
from ordain.stages.diff.masking import Masks
from ordain.stages.impact import Made, Version, changes_between, grouped, make
from ordain.stages.load import Loaded, shown, with_files
from ordain.stages.observe import observe_live
from ordain.stages.outcome import Request, refuse
from ordain.stages.project import ProjectFile
from ordain.templates import TemplateSet, template_set

_LAST_COMMIT: Final = "HEAD"


@dataclass(frozen=True, slots=True)
class _File:
    """The file that is meant, and its name among the templates (empty: a policy file)."""

    path: Path
    template: str = ""

    @property
    def content(self) -> bytes | None:
        """What the working copy holds."""
        return self.path.read_bytes() if self.path.is_file() else None


@dataclass(frozen=True, slots=True)
class _Other:
    """The other version of the file (None: it is not there), and in words what is compared."""

    content: bytes | None
    compared: str


def impact_of(request: Request, given: str, against: str | None) -> Impact:
    """Render everything with the two versions of a file, and tell what differs.

    Without `against` the other version is that of the last commit; where the file is unchanged since, none at all.
    Raises UserError for a file that is no part of the project, and while the policies themselves are broken.
    """
    if against == "":
        raise UserError("--against names no commit", hint="leave it out for the last one; is a variable of CI empty?")
    loaded, templates = load_policies(request.project), request.project.template_set()
    now = Version(judge_loaded(loaded), templates)
    refuse(now.judged.findings)
    file = _meant(request.project, given, loaded, templates, against or _LAST_COMMIT)
    if file is None:
        return _of_our_own(request, given, now)
    other = _other(request.project, file, against)
    then = _with(loaded, templates, file, other.content)
    changes: list[tuple[str, Change]] = []
    notes: dict[str, None] = {}
    unchanged, masks = 0, Masks()
    for cluster in request.clusters:
        live = observe_live(request.project, cluster, all_kinds().values(), request.progress)
        after = _standing(now, live, request)
        before = _made_then(then, live, request, shown(file.path))
        notes |= dict.fromkeys(_note(before))
        found = changes_between(before.manifests, after.manifests, live, masks)
        changes += [(live.cluster, change) for change in found]
        unchanged += len(after.manifests) - sum(change.action is not Action.DELETE for change in found)
    return Impact(shown(file.path), other.compared, grouped(changes), unchanged, notes=tuple(notes))


def _of_our_own(request: Request, template: str, now: Version) -> Impact:
    """Tell what one of the engine's own templates renders: it has no other version here."""
    rendered: list[Affected] = []
    for cluster in request.clusters:
        live = observe_live(request.project, cluster, all_kinds().values(), request.progress)
        wanted = [(made, made.recommendation) for made in _standing(now, live, request).manifests]
        rendered += [
            Affected(live.cluster, made.ref, why.subject)
            for made, why in wanted
            if f"{why.row}/{why.template}" == template
        ]
    return Impact(template, "a template of the engine's own, which renders this", (), 0, tuple(rendered))


def _standing(now: Version, live: LiveState, request: Request) -> Made:
    made = make(now, live, request)
    errors = [error.in_cluster(live.cluster) for error in made.errors]
    judged = apply_waivers(errors, waivers_of(now.judged.policies), request.now.date())
    refuse(error for error in judged if not error.waived)
    return made


def _meant(project: ProjectFile, given: str, loaded: Loaded, templates: TemplateSet, reference: str) -> _File | None:
    """Return the file of the project that is meant, be it deleted since; None for a template of the engine's own."""
    for file in _candidates(project, given):
        if file.content is not None or _committed(project, file, reference, must_be=False).content is not None:
            return file
    if given in templates.sources:
        return None
    known = [*sorted({document.file for document in loaded.documents}), *templates.sources]
    meant = nearest(given, known)
    raise UserError(
        f"{given} is no policy file and no template of this project",
        hint=f"did you mean {meant}?" if meant else f"its policies are in {', '.join(project.spec.policies)}",
    )


def _candidates(project: ProjectFile, given: str) -> Iterator[_File]:
    here, there = Path(given).absolute(), project.folder / given
    if isinstance(project.spec.templates, str):
        folder = (project.folder / project.spec.templates).resolve()
        for path in (folder / given, here, there):
            if path.suffix == ".j2" and folder in path.resolve().parents:
                yield _File(path, path.resolve().relative_to(folder).as_posix())
    roots = [(project.folder / root).resolve() for root in project.spec.policies]
    for path in (here, there):
        placed = path.parent.resolve() / path.name  # a link to a file is read where it stands
        if path.resolve() in roots or any(root in placed.parents for root in roots):
            yield _File(path)


def _committed(project: ProjectFile, file: _File, reference: str, *, must_be: bool) -> Committed:
    path = os.path.relpath(file.path.resolve(), project.folder)
    found = committed(project.folder, path, reference)
    if found is None and must_be:
        raise UserError(
            f"there is no commit {reference} in a repository around {project.folder}",
            hint="name a branch, a tag or a commit; leave --against out for the last commit",
        )
    return found or Committed("", None)


def _other(project: ProjectFile, file: _File, against: str | None) -> _Other:
    found = _committed(project, file, against or _LAST_COMMIT, must_be=against is not None)
    commit = f"{against or 'the last commit'} ({found.commit[:12]})"
    here = "the working copy" if file.content is not None else "its absence"
    if not found.commit:
        return _Other(None, f"{here} against its absence, for there is no commit to compare with")
    if against is None and found.content == file.content:
        return _Other(None, f"{here} against its absence, for it is unchanged since {commit}")
    absent = ", which does not have it" if found.content is None else ""
    return _Other(found.content, f"{here} against {commit}{absent}")


def _with(loaded: Loaded, templates: TemplateSet, file: _File, content: bytes | None) -> Version:
    """Return everything as it is, with another content of one file; a template of ours shows where none shadows it."""
    if not file.template:
        names = dict.fromkeys(document.file for document in loaded.documents)
        name = next((name for name in names if Path(name).resolve() == file.path.resolve()), shown(file.path))
        return Version(judge_loaded(with_files(loaded, {name: content}, POLICIES)), templates)
    ours = template_set()
    text = ours.sources.get(file.template) if content is None else content.decode("utf-8-sig", "replace")
    sources = {**templates.sources, file.template: text}
    kept = {name: source for name, source in sources.items() if source is not None}
    return Version(judge_loaded(loaded), replace(templates, sources=kept))


def _made_then(version: Version, live: LiveState, request: Request, path: str) -> Made:
    try:
        return make(version, live, request)
    except UserError as error:
        raise UserError(
            f"with the other version of {path} nothing can be rendered: {error.message}",
            hint="add --against REF, a commit whose version renders",
            where=error.where or Span(path),
        ) from error


def _note(before: Made) -> Iterator[str]:
    if before.errors:
        first = before.errors[0]
        count = many(len(before.errors), "error")
        yield f"the other version has {count}, and what they concern counts as not rendered: {first.message}"
