"""Steps of the tests of saved plans."""

import json
from collections.abc import Callable
from typing import Any

from tests.cli.conftest import WEB, Bench

NOW = "2026-11-24T18:00:00Z"
LATER = "2026-11-24T19:00:00Z"


def save(bench: Bench, *arguments: str, name: str = "plan.json", now: str = NOW) -> Any:
    """Save a plan, which must be fit to be published, and return the file's document."""
    done = bench.ordain("plan", "--now", now, "--out", name, *arguments)
    assert done.code == 0, done.out + done.err
    document = json.loads((bench.folder / name).read_text())
    assert document["plan"]["obstacle"] == ""
    return document


def publish(bench: Bench, *arguments: str, now: str = LATER) -> Any:
    """Publish the saved plan at a later time."""
    return bench.ordain("publish", "plan.json", "--now", now, *arguments)


def state(bench: Bench) -> tuple[str, dict[str, str]]:
    """Return the refs and the bytes of the output repository."""
    return bench.git("for-each-ref"), bench.bytes_of()


def edit(old: str, new: str, name: str = "policies/web.yaml") -> Callable[[Any], None]:
    """Return a step that replaces a text of a file."""
    return lambda bench: bench.edit(name, old, new)


def live(old: str, new: str) -> Callable[[Any], None]:
    """Return a step that changes the first autoscaler that lives."""

    def step(bench: Any) -> None:
        path = bench.folder / "clusters/prod.yaml"
        text = path.read_text()
        at = text.index("kind: HorizontalPodAutoscaler\n")
        path.write_text(text[:at] + text[at:].replace(old, new, 1))

    return step


def settle(published: Any) -> Any:
    """Return the shop with all of it published and synced, and one live field that was changed by hand."""
    published.write("policies/spare.yaml", WEB.replace("web", "spare").replace("[shop]", "[void]"))
    published.edit("ordain.yaml", "spec:\n", "spec:\n  templates: templates\n")
    published.write("templates/README.md", "ours\n")
    published.sync()
    live("minReplicas: 3", "minReplicas: 2")(published)
    return published
