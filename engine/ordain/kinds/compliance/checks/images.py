"""Where images come from, and whether it is certain which one runs."""

from collections.abc import Iterable, Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.pods import Pod
from ordain.model.finding import Control, Severity

LATEST: Final = Control("COM008", "latest-image", Severity.WARNING)
FOREIGN: Final = Control("COM009", "foreign-registry", Severity.ERROR)


def tags(pod: Pod) -> Iterator[Breach]:
    """Judge images that are named by `latest` or by no tag, and by no digest."""
    for container in pod.containers:
        image = container.body.get("image")
        if not isinstance(image, str) or not image or "@" in image:
            continue
        tag = image.rpartition("/")[2].partition(":")[2]
        if tag in ("", "latest"):
            what = "by the tag latest" if tag else "without a tag, which means latest"
            yield Breach(
                LATEST,
                f"names its image {what}: two pods may run two versions, and there is no way back",
                "name a version, as in `:2.1.0`, or a digest",
                (*container.path, "image"),
                container.name,
            )


def registries(pod: Pod, allowed: Iterable[str]) -> Iterator[Breach]:
    """Judge images that come from none of the allowed registries or folders of one."""
    allowed = tuple(allowed)
    for container in pod.containers:
        image = container.body.get("image")
        if isinstance(image, str) and image and not any(_below(full_name(image), place) for place in allowed):
            yield Breach(
                FOREIGN,
                f"takes its image from {full_name(image).rpartition('/')[0]}, which is no allowed registry",
                f"mirror it to one of {', '.join(allowed)}, or add its registry to spec.images.registries",
                (*container.path, "image"),
                container.name,
            )


def full_name(image: str) -> str:
    """Return an image's name with its registry, as container runtimes complete it: `nginx` is of docker.io/library.

    The first part is a registry if it has a dot or a port, or is localhost.
    Source: `splitDockerDomain` of github.com/distribution/reference.
    """
    first, slash, rest = image.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost" or first.lower() != first):
        first, rest = "docker.io", image
    elif first == "index.docker.io":
        first = "docker.io"
    return f"{first}/library/{rest}" if first == "docker.io" and "/" not in rest else f"{first}/{rest}"


def _below(image: str, place: str) -> bool:
    return image.startswith(place.rstrip("/") + "/")
