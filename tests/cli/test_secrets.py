"""No byte of a Secret's value, and no credential, in anything that a command prints or writes: a canary in each place.

Each place has a canary of its own, so that a failure names the place it came from.
"""

import base64
import gzip
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordain.cli.group import ordain
from ordain.report import FORMAT_NAMES
from tests.cli.canaries import (
    BACKUP,
    BROKEN,
    KUBECONFIGS,
    NUMBER,
    PLACES,
    RULES,
    SONG,
    TEST,
    TESTS,
    canary,
    encoded,
    leaks,
    malformed,
    secret,
)
from tests.cli.conftest import WEB, cluster

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


@pytest.mark.parametrize("place", PLACES)
def test_the_ear_is_good(place: str) -> None:
    """A canary is heard raw and in base64, wherever it begins and whatever stands around it, and in no other place."""
    for before in range(6):
        for after in range(6):
            song = b"x" * before + canary(place).encode() + b"y" * after
            assert leaks(song) == leaks(b"..." + base64.b64encode(song) + b"...") == [place]
    assert leaks(SONG.encode() + base64.b64encode(SONG.encode())) == []


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
