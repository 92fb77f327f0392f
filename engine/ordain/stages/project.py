"""Project: the settings of a run, read from `ordain.yaml` and overridden by flags."""

from dataclasses import dataclass, replace
from pathlib import Path

from ordain.errors import Span, UserError
from ordain.kubeyaml import POLICIES, Document
from ordain.model.comparison import Applier
from ordain.settings import FILE_NAME, ClusterSettings, Output, Project, ProjectSpec, Sync, find_project
from ordain.stages.load import load, shown
from ordain.stages.validate import one_line, parse
from ordain.stages.windows import PlacedWindow, read_windows
from ordain.templates import TemplateSet, template_set


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """Settings, and the folder that their paths start from.

    `document` is the file that they were read from, `windows` are its publish windows.
    """

    spec: ProjectSpec
    folder: Path
    document: Document | None = None
    windows: tuple[PlacedWindow, ...] = ()

    @property
    def clusters(self) -> list[ClusterSettings]:
        """The clusters of the project."""
        return self.spec.clusters if isinstance(self.spec.clusters, list) else []

    @property
    def output(self) -> Output | None:
        """Where the manifests go, if that is set."""
        return self.spec.output if isinstance(self.spec.output, Output) else None

    @property
    def applier(self) -> Applier:
        """Who applies the output."""
        return self.spec.sync.applier if isinstance(self.spec.sync, Sync) else Applier()

    def where(self, *path: str | int) -> Span:
        """Return the place of a part of the settings in their file."""
        return self.document.span(path) if self.document else Span(FILE_NAME)

    def template_set(self) -> TemplateSet:
        """Read the templates in effect: the engine's own, and over them the user's, if the settings name any."""
        if not isinstance(self.spec.templates, str):
            return template_set()
        folder = self.folder / self.spec.templates
        return template_set(folder, shown=shown(folder))

    def with_policies(self, paths: tuple[str, ...]) -> "ProjectFile":
        """Return the project with other policies, their paths taken from the current folder."""
        given = [path if path == "-" else str(Path(path).absolute()) for path in paths]
        return replace(self, spec=self.spec.model_copy(update={"policies": given})) if paths else self

    def with_templates(self, folder: str) -> "ProjectFile":
        """Return the project with another folder of templates."""
        return replace(self, spec=self.spec.model_copy(update={"templates": folder}))

    def with_output(self, output: Output) -> "ProjectFile":
        """Return the project with another output."""
        return replace(self, spec=self.spec.model_copy(update={"output": output}))


def no_project() -> ProjectFile:
    """Return the settings of a run without any: no policies, no clusters, no output."""
    return ProjectFile(ProjectSpec.model_construct(policies=[]), Path.cwd())


def read_project(given: str | None) -> ProjectFile | None:
    """Read the settings: the file (or the folder with `ordain.yaml`) that is named, else the nearest one upwards.

    None where no file was named and there is none. Raises UserError with all that is wrong in it.
    """
    path = Path(given) if given else find_project(Path.cwd())
    if path is None:
        return None
    if path.is_dir():
        path /= "ordain.yaml"
    loaded = load([str(path)], POLICIES)
    findings = list(loaded.findings)
    if not findings and len(loaded.documents) != 1:
        raise UserError("a project is exactly one document", where=Span(shown(path)))
    if not findings:
        project = parse(loaded.documents[0], Project)
        if isinstance(project, Project):
            _unique_clusters(project.spec, shown(path))
            file = ProjectFile(project.spec, path.resolve().parent, loaded.documents[0])
            return replace(file, windows=read_windows(file.spec.windows, file.where))
        assert isinstance(project, list)
        findings = project
    raise UserError("\n".join(map(one_line, findings)), hint="the settings are described by `ordain explain Project`")


def _unique_clusters(spec: ProjectSpec, file: str) -> None:
    names = [cluster.name for cluster in spec.clusters] if isinstance(spec.clusters, list) else []
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"two clusters are named {name}", hint="rename one of them", where=Span(file))
