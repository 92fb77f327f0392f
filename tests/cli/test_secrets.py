"""No byte of a Secret's value, and no credential, in anything that a command prints or writes: a canary in each place.

Each place has a canary of its own, so that a failure names the place it came from.
"""

import base64
import gzip
import json
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordain.cli.group import ordain
from ordain.report import FORMAT_NAMES
from tests.cli.conftest import WEB, cluster

_SONG = "kanarienvogel7F3q"
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
    return f"{_SONG}x{PLACES.index(place):02d}Zq"


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

RUNS: dict[str, list[list[str]]] = {
    "validate": [[], ["policies", "secrets", "-v"]],
    "render": [[], ["--out", "rendered"], ["--argocd"]],
    "plan": [
        [],
        ["-v"],
        ["--out", "plan.json"],
        ["--engine", "server"],
        ["--snapshot", "manifests"],
        ["--policies", "secrets"],
    ],
    "publish": [["--dry-run"], ["saved.json"], []],
    "check": [["manifests"], ["manifests", "-v"], ["--cluster", "prod", "-v"], ["secrets"], ["."]],
    "snapshot": [["--out", "prod.gz"], ["--snapshot", "manifests", "--out", "m.gz"], ["--redact", "--out", "r.gz"]],
    "fix": [["--dry-run"], ["--dry-run", "secrets"], ["secrets"], []],
    "waive": [
        [*("SCL005", "shop/Deployment/cart", "--reason", "a good enough reason", "--owner", "shop"), *given]
        for given in (
            ("--ticket", "OPS-1", "--expires", "2999-01-31", "--dry-run"),
            ("--ticket", "OPS-1", "--expires", "2999-01-31", "--file", "policies/rules.yaml"),
        )
    ],
    "drift": [[], ["-v"], ["--snapshot", "manifests", "--assume-absent", "*"]],
    "show": [["saved.json", "-v"], ["secrets/list.json"]],
    "diff": [["saved.json", "before.json", "-v"], ["secrets/list.json", "saved.json"]],
    "impact": [["policies/web.yaml"], ["policies/was-secret.yaml"], ["policies/was-torn.yaml"]],
    "test": [["-v"], ["--update"], ["secrets"]],
    "init": [["new"]],
    "completion": [["bash"]],
    "explain": [["--workload", "shop/Deployment/cart"], ["--workload", "shop/Secret/db"], ["Waiver"]],
    "schema": [["Waiver"]],
    "version": [[]],
    "print-rbac": [[]],
}


def outputs(bench: Any) -> Iterator[tuple[str, bytes]]:
    """Return every byte that a command may have left: files, what is packed in them, and Git's objects."""
    given = {"clusters", "manifests", "secrets", "policies", "kube"}
    for path in sorted(bench.folder.rglob("*")):
        name = path.relative_to(bench.folder).as_posix()
        if path.is_file() and name.partition("/")[0] not in given and ".git/" not in f"{name}/":
            content = path.read_bytes()
            yield name, gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    objects = bench.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    for name in objects:
        yield f"Git object {name}", bench.git("cat-file", "-p", name).encode()


def leaks(content: bytes, *, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Return the places whose canary is found in some bytes."""
    found = [place for place in PLACES if place not in allowed and any(form in content for form in forms(place))]
    return found + ["ambiguous number"] * (NUMBER.encode() in content or str(int(NUMBER, 8)).encode() in content)


@pytest.mark.parametrize("place", PLACES)
def test_the_ear_is_good(place: str) -> None:
    """A canary is heard raw and in base64, wherever it begins and whatever stands around it, and in no other place."""
    for before in range(6):
        for after in range(6):
            song = b"x" * before + canary(place).encode() + b"y" * after
            assert leaks(song) == leaks(b"..." + base64.b64encode(song) + b"...") == [place]
    assert leaks(_SONG.encode() + base64.b64encode(_SONG.encode())) == []


@pytest.fixture
def aviary(shop: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return the shop with a canary in every place where a secret may be."""
    monkeypatch.setenv("ORDAIN_TOKEN", canary("environment"))
    monkeypatch.setenv("GITHUB_TOKEN", canary("environment"))
    reports = tmp_path / "reports"
    reports.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(reports))
    items = textwrap.indent(secret() + malformed(), "  ").replace("  apiVersion", "- apiVersion")
    shop.write(
        "clusters/prod.yaml",
        cluster("cart", "checkout", "search") + f"---\napiVersion: v1\nkind: List\nitems:\n{items}",
    )
    shop.write("manifests/secret.yaml", secret() + "---\n" + malformed())
    shop.write("manifests/cart.yaml", cluster("cart"))
    for name, text in BROKEN.items():
        shop.write(f"secrets/{name}", text)
    shop.write(
        "secrets/ambiguous.yaml",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: x}}\nstringData:\n  pin: {NUMBER}\n",
    )
    for name, text in (("was-secret", secret()), ("was-torn", BROKEN["syntax.yaml"])):
        shop.write(f"policies/{name}.yaml", text)
    work = ["git", "-c", "user.name=Eve", "-c", "user.email=eve@example.org"]
    for step in (
        ["init", "-q"],
        ["remote", "add", "origin", f"https://eve:{canary('origin')}@git.example.org/shop.git"],
        ["add", "policies"],
        ["commit", "-q", "-m", "policies"],
    ):
        subprocess.run([*work, *step], cwd=shop.folder, check=True)
    for name in ("was-secret", "was-torn"):
        shop.write(f"policies/{name}.yaml", WEB.replace("name: web", f"name: {name}").replace("[shop]", "[other]"))
    shop.publish()
    assert shop.ordain("plan", "--out", "before.json").code == 0
    for name, more in TESTS.items():
        shop.write(f"tests/{name}/test.yaml", TEST.format(name=name, more=more))
        shop.write(f"tests/{name}/secret.yaml", secret() + "---\n" + malformed())
    path = next(name for name in shop.files() if "horizontalpodautoscaler-cart" in name)
    shop.commit_by_hand(**{path: secret().replace(encoded("data"), encoded("outputBranch"))})
    saved = shop.ordain("plan", "--out", "saved.json", "--gate", "error")
    assert (saved.code, (shop.folder / "saved.json").is_file()) == (0, True), saved.out
    shop.write("policies/rules.yaml", RULES)
    return shop


@pytest.mark.parametrize("name", list(ordain.list_commands(None)))  # type: ignore[arg-type]  # the context is not used
def test_no_command_sings(aviary: Any, name: str) -> None:
    """Standard output and error, all report formats, every file and every Git object are free of the canaries."""
    formats = [f"-o{name}=out.{name}" for name in FORMAT_NAMES]
    before = {name for name, _ in outputs(aviary)}
    for arguments in RUNS.get(name, [[]]):
        for extra in ([], formats):
            done = aviary.ordain(name, *arguments, *extra)
            assert leaks((done.out + done.err).encode()) == [], (arguments, done.out + done.err)
            assert "defect" not in done.err, done.err
    for file, content in outputs(aviary):
        assert leaks(content) == [] or file in before, file


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "FILE", "-v"),
        ("check", "FILE", "-ohtml"),
        ("validate", "FILE", "-osarif"),
        ("plan", "--snapshot", "FILE"),
        ("check", "--snapshot", "FILE"),
        ("snapshot", "--out", "x.gz", "--snapshot", "FILE"),
        ("plan", "--project", "FILE"),
        ("render", "--policies", "FILE"),
        ("drift", "--snapshot", "FILE"),
        ("impact", "policies/web.yaml", "--snapshot", "FILE"),
        ("impact", "FILE", "--policies", "FILE"),
        ("test", "FILE", "-v"),
        ("test", "FILE", "-ojunit"),
        ("show", "FILE"),
        ("diff", "FILE", "FILE"),
        ("publish", "FILE"),
        ("fix", "FILE", "--dry-run"),
        ("plan", "--project", "applications.yaml"),
        ("drift", "--project", "applications.yaml"),
        ("test", "tests/given"),
    ],
    ids=" ".join,
)
def test_no_broken_secret_sings(shop: Any, arguments: tuple[str, ...]) -> None:
    """A Secret with any mistake is told of without its value: as manifest, policy, recorded cluster, settings."""
    for name, text in BROKEN.items():
        shop.write(f"secrets/{name}", text)
        rules = f"  argocd: {{applications: [secrets/{name}]}}\n"
        shop.write("applications.yaml", (shop.folder / "ordain.yaml").read_text() + rules)
        tests = [
            TEST.format(name="a", more=f"  expect: {{manifests: ../../secrets/{name}}}"),
            TEST.format(name="b", more=f"  published: ../../secrets/{name}\n  expect: {{plan: {{create: 0}}}}"),
            TEST.format(name="c", more="  expect: {plan: {create: 0}}").replace(
                "clusters/prod.yaml", f"secrets/{name}"
            ),
            TEST.format(name="d", more=f"  policies: [../../secrets/{name}]\n  expect: {{plan: {{create: 0}}}}"),
        ]
        shop.write("tests/given/test.yaml", "---\n".join(tests))
        done = shop.ordain(*(word.replace("FILE", f"secrets/{name}") for word in arguments))
        assert leaks((done.out + done.err).encode()) == [], (name, done.out + done.err)
        assert "defect" not in done.err, done.err


@pytest.mark.parametrize(
    "template",
    [secret(), *(BROKEN[name] for name in ("alias.yaml", "quote.yaml", "syntax.yaml", "tag.yaml", "twice.yaml"))],
)
def test_no_template_sings(shop: Any, template: str) -> None:
    """A template that writes a Secret in the place of another object is refused without a value of it."""
    shop.write("own/scaling/hpa.yaml.j2", template)
    for name in ("plan", "render", "publish"):
        done = shop.ordain(name, "--templates", "own", "-v")
        assert leaks((done.out + done.err).encode()) == [], done.out + done.err
        assert done.code != 0
        assert "defect" not in done.err, done.err


ADDRESS = "https://eve:{}@git.example.org:8443/out.git"


def test_no_address_gives_its_password_away(shop: Any) -> None:
    """A repository, a snapshot or a backup's address with a user and a password is named without them."""
    address = ADDRESS.format(canary("address"))
    shop.edit("ordain.yaml", "out.git", address)
    shop.write("policies/backup.yaml", BACKUP.format(canary("address")))
    for name, arguments in (
        ("plan", []),
        ("publish", []),
        ("validate", []),
        ("check", ["--cluster", "prod"]),
        ("render", ["--repository", address, "--policies", "policies/web.yaml"]),
        ("plan", ["--repository", address, "--policies", "policies/web.yaml"]),
        ("publish", ["--repository", address, "--policies", "policies/web.yaml"]),
        ("plan", ["--snapshot", address]),
        ("plan", ["--templates", address, "--policies", "policies/web.yaml"]),
        ("plan", ["--project", address]),
        ("validate", [address]),
        ("snapshot", ["--snapshot", address, "--out", "s.gz"]),
        ("snapshot", ["--out", address]),
    ):
        for extra in ([], *(["-o", form] for form in FORMAT_NAMES)):
            done = shop.ordain(name, *arguments, *extra)
            assert leaks((done.out + done.err).encode()) == [], (name, arguments, done.out + done.err)


def test_no_kubeconfig_gives_its_token_away(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kubeconfig that is broken right at its token, or that has a password in an address, is named without it."""
    monkeypatch.setenv("KUBECONFIG", str(shop.folder / "kube/config"))
    for text in KUBECONFIGS:
        shop.write("kube/config", text)
        for name, arguments in (("check", ["--context", "dev"]), ("snapshot", ["--context", "dev", "--out", "d.gz"])):
            done = shop.ordain(name, *arguments)
            assert (done.code, leaks((done.out + done.err).encode())) == (2, []), done.err
            assert "defect" not in done.err, done.err


def test_no_defect_gives_a_value_away(aviary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error and its report name the place in the program, and neither its words nor what it was given."""

    def fail(*_arguments: object, **_options: object) -> None:
        try:
            {}[canary("exception")]
        except KeyError as error:
            raise ValueError(f"cannot use {canary('exception')}") from error

    monkeypatch.setattr("ordain.judging.load", fail)
    done = aviary.ordain("plan", "--repository", ADDRESS.format(canary("address")))
    assert done.code == 2
    assert "this is a defect of ordain: ValueError" in done.err
    (report,) = Path(tempfile.gettempdir()).glob("ordain-report-*.txt")
    text = report.read_text()
    assert leaks((done.err + done.out + text).encode()) == [], text
    assert "KeyError" in text
    assert "in fail" in text
