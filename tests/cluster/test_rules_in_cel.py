"""A rule that compiles here compiles in the API server's own CEL, and one that is broken there is broken here."""

import pytest

from ordain.expressions import Rule, compile_rule
from tests.cluster.servers import Server

EXPRESSIONS = [
    ("has(object.metadata.labels) && 'team' in object.metadata.labels", True),
    ("object.metadata.name.matches('^[a-z]+$')", True),
    ("object.spec.?replicas.orValue(1) > 1", True),
    ("object.metadata.?labels.?team.orValue('') == 'shop'", True),
    ("object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example.org/'))", True),
    ("object.metadata.labels.exists(key, key == 'team')", True),
    ("object.metadata.labels.team == namespaceObject.metadata.labels.team", True),
    ("object.spec.replicas > 2.5", True),
    ("object.metadata.name.lowerAscii().split('-').size() < 4", True),
    ("object.metadata.name.replace('-', '').size() < 40", True),
    ("object.spec.template.spec.containers.map(c, c.name).join(',').size() < 99", True),
    ("type(object.metadata.name) == string", True),
    ("labels.team == 'shop'", False),
    ("object.spec.replicas >", False),
    ("1 > 'a'", False),
    ("'text'", False),
    ("object.spec.enabled", False),
    ("cel.bind(name, object.metadata.name, name == 'web')", False),
    ("object.metadata.name.format([1]) == 'a'", True),
]


@pytest.mark.parametrize(("text", "sound"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_the_server_compiles_what_compiles_here(newest: Server, text: str, sound: bool) -> None:  # noqa: FBT001 - a table
    """The verdict is the same, so a rule may move into a ValidatingAdmissionPolicy as it is."""
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "rule"},
        "spec": {"matchConstraints": {"resourceRules": [rule]}, "validations": [{"expression": text}]},
    }
    path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?dryRun=All"
    status = newest.request("POST", path, policy).status
    assert (status, isinstance(compile_rule(text), Rule)) == ((201, True) if sound else (422, False))
