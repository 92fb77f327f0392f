"""The canaries: values that no output may hold, each place's its own, and files that have them in it."""

import base64
import json
import textwrap

SONG = "kanarienvogel7F3q"
PLACES = (
    "data",
    "stringData",
    "lastApplied",
    "malformedLastApplied",
    "annotation",
    "number",
    "alias",
    "tag",
    "unknownField",
    "ambiguous",
    "environment",
    "address",
    "origin",
    "outputBranch",
    "kubeconfig",
    "server",
    "exception",
)


def canary(place: str) -> str:
    """Return the value that stands in one place; no two places share one."""
    return f"{SONG}x{PLACES.index(place):02d}Zq"


def encoded(place: str) -> str:
    """Return a canary as a Secret's `data` holds it."""
    return base64.b64encode(canary(place).encode()).decode()


def forms(place: str) -> list[bytes]:
    """Return what may not be found: the canary raw, and in base64 wherever it may stand in a longer value."""
    raw = canary(place).encode()
    found = [raw]
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode()
        start = (before * 8 + 5) // 6  # letters that also hold bits of what stands before
        end = (before + len(raw)) * 8 // 6  # letters that hold bits of what stands behind are left out
        found.append(whole[start:end].encode())
    return found


def _last_applied() -> str:
    body = {"apiVersion": "v1", "kind": "Secret", "data": {"password": encoded("lastApplied")}}
    return json.dumps(json.dumps(body))


def secret(name: str = "db") -> str:
    """Write a sound Secret with a canary in each place that it has."""
    return textwrap.dedent(f"""\
        apiVersion: v1
        kind: Secret
        metadata:
          name: {name}
          namespace: shop
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: {_last_applied()}
            example.org/copy: {canary("annotation")}
        type: Opaque
        data: {{password: {encoded("data")}}}
        stringData: {{user: {canary("stringData")}}}
        """)


def malformed(name: str = "torn") -> str:
    """Write a Secret whose last-applied annotation is cut off."""
    cut = json.dumps('{"apiVersion": "v1", "data": {"password": "' + encoded("malformedLastApplied"))
    annotations = f"annotations: {{kubectl.kubernetes.io/last-applied-configuration: {cut}}}"
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: shop\n  {annotations}\n"


NUMBER = "07310461523"
"""Ambiguous (octal to some), so that a warning about it would quote it."""

BROKEN = {
    "number.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: [{canary('number')}]\n",
    "field.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: b}}\nstringdata: {{a: {canary('unknownField')}}}\n",
    "type.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: c}}\ntype: [{canary('unknownField')}]\n",
    "flag.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: d}}\nimmutable: {canary('unknownField')}\n",
    "base64.yaml": secret().replace(encoded("data"), f'"{canary("data")} !"'),
    "nested.yaml": secret().replace(encoded("data"), f"{{a: [{canary('data')}, {NUMBER}]}}"),
    "digits.yaml": secret().replace(encoded("data"), NUMBER).replace(canary("stringData"), NUMBER),
    "annotation.yaml": malformed().replace(': "{', ': ["{').replace("}\n", "]}\n"),
    "alias.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: e}}\nstringData:\n  a: *{canary('alias')}\n",
    "tag.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: f}}\nstringData:\n  a: !!int {canary('tag')}\n",
    "handle.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: g}}\nstringData:\n  a: !x!{canary('tag')} b\n",
    "syntax.yaml": f"apiVersion: v1\nkind: Secret\nstringData:\n  a: {canary('stringData')}: b\n {canary('data')}\n",
    "quote.yaml": f'apiVersion: v1\nkind: Secret\nstringData:\n  a: "{canary("stringData")}\n',
    "escape.yaml": f'apiVersion: v1\nkind: Secret\nstringData:\n  a: "\\q{canary("stringData")}"\n',
    "text.yaml": f"{canary('stringData')}\n",
    "list.json": json.dumps({"kind": "Secret", "data": {"a": encoded("data")}})[:-1],
    "twice.yaml": secret() + "---\n" + secret().replace("Opaque", "other"),
    "typed.yaml": "apiVersion: v1\nkind: SecretList\nitems:\n"
    + textwrap.indent(secret(), "  ").replace("  a", "- a", 1),
    "lower.yaml": secret().replace("kind: Secret", "kind: secret"),
    "version.yaml": secret().replace("apiVersion: v1", "apiVersion: v2"),
    "nameless.yaml": secret().replace("name: db", "nam: db"),
    "mixed.yaml": "apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {name: m}\nspec:\n"
    "  replica: {min: 1}\n---\n" + secret(),
    "kindless.yaml": secret().replace("kind: Secret\n", ""),
}
RULES = """\
apiVersion: ordain.dev/v1alpha1
kind: CompliancePolicy
metadata: {name: rules}
spec:
  targets: [{names: [shop]}]
  rules:
    - id: number
      severity: warning
      match: {kinds: [Secret]}
      cel: "has(object.stringData) && int(object.stringData.user) > 0 || object.data[object.stringData.user] == ''"
      message: the user is a number
"""

BACKUP = """\
apiVersion: ordain.dev/v1alpha1
kind: BackupPolicy
metadata: {{name: db}}
spec:
  targets: [{{namespaces: [shop]}}]
  repositories: [{{name: primary, restic: "rest:https://eve:{}@backup.example.org/", credentials: {{secret: db}}}}]
"""

_CONFIG = """\
apiVersion: v1
kind: Config
current-context: dev
contexts: [{{name: dev, context: {{cluster: dev, user: eve}}}}]
clusters: [{{name: dev, cluster: {{server: {server}}}}}]
users:
- name: eve
  user: {user}
"""
KUBECONFIGS = (
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{token: {canary('kubeconfig')}: x}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{token: *{canary('kubeconfig')}}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{token: [{canary('kubeconfig')}]}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{token: !!int {canary('kubeconfig')}}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"[{canary('kubeconfig')}]"),
    _CONFIG.format(server="https://127.0.0.1:1", user=canary("kubeconfig")),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{token: {canary('kubeconfig')}}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f'{{token: "{canary("kubeconfig")}\\n\\tx"}}'),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{username: eve, password: {canary('kubeconfig')}}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{client-key-data: {canary('kubeconfig')}}}"),
    _CONFIG.format(server="https://127.0.0.1:1", user=f"{{client-key-data: {encoded('kubeconfig')}}}"),
    _CONFIG.format(server=f"https://eve:{canary('server')}@127.0.0.1:1", user="{token: x}"),
    _CONFIG.format(server=f"ftp://eve:{canary('server')}@127.0.0.1:1", user="{token: x}"),
    _CONFIG.format(server=f"eve:{canary('server')}@127.0.0.1:1", user="{token: x}"),
)

TEST = """\
apiVersion: ordain.dev/v1alpha1
kind: PolicyTest
metadata: {{name: {name}}}
spec:
  cluster: {{objects: ../../clusters/prod.yaml, kubernetesVersion: "1.33"}}
  now: 2026-11-24T18:00:00Z
{more}
"""
TESTS = {
    "expected": "  expect: {manifests: secret.yaml}",
    "published": "  published: secret.yaml\n  expect: {plan: {update: 0, delete: 2}}",
    "objects": "  expect: {objects: [{object: shop/Secret/db, rendered: false}, {object: shop/Secret/torn}]}",
    "found": "  expect: {findings: {exactly: []}}",
    "policies": "  policies: [secret.yaml]\n  expect: {findings: {exactly: []}}",
    "templates": "  templates: .\n  expect: {plan: {create: 1}}",
}


def leaks(content: bytes, *, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Return the places whose canary is found in some bytes."""
    found = [place for place in PLACES if place not in allowed and any(form in content for form in forms(place))]
    return found + ["ambiguous number"] * (NUMBER.encode() in content or str(int(NUMBER, 8)).encode() in content)
