"""`hydrator.metadata`: the file by which promotion tools find the source of rendered manifests.

Its fields are those of Argo CD's source hydrator: https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/
"""

import json
from typing import Final

from ordain.git.source import PoliciesSource

FILE_NAME: Final = "hydrator.metadata"
_PREFIX: Final = "argocd-reference-commit-"
_FIELDS: Final = {
    "author": "author",
    "date": "date",
    "subject": "subject",
    "body": "body",
    "sha": "sha",
    "repourl": "repoURL",
}


def hydrator_metadata(source: PoliciesSource) -> bytes:
    """Return the file's bytes; empty fields are left out.

    `drySha` is left out too where the policies differ from their commit: it would name a state that was not rendered.
    """
    value: dict[str, object] = {
        "repoURL": source.repo_url,
        "drySha": "" if source.dirty else source.commit,
        "author": source.author,
        "date": source.date,
        "subject": source.subject,
        "body": source.body,
        "references": _references(source),
    }
    return (
        json.dumps({key: item for key, item in value.items() if item}, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def _references(source: PoliciesSource) -> list[object]:
    commit = {
        _FIELDS[name]: _body(value) if name == "body" else value
        for key, value in source.references.items()
        if (name := key.lower().removeprefix(_PREFIX)) in _FIELDS
    }
    return [{"commit": commit}] if commit else []


def _body(value: str) -> str:
    """Read the body's trailer, which is a JSON string on one line."""
    try:
        text = json.loads(value)
    except ValueError:
        return value
    return text if isinstance(text, str) else value
