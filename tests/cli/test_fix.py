"""`ordain fix`: only the named lines change, nothing else comes of it, and what is left is told with its reason."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

BAD = Path(__file__).parents[1] / "bad_policies" / "cases"
ODD = """\
# the team's own comment,   with  spaces
apiVersion:   ordain.dev/v1alpha1   # kept
kind: ScalingPolicy
metadata: {name: web,
           labels: &shared {"team" : 'payments'}}
spec:
    targets:
    -   namespaces: [shop]   # odd indentation
        kinds:   [ Deployment ]
        selector: { matchLabels: *shared }
    replica: {min: 3,   max: 9}   # misspelt
    disruption:
          {maxUnavailible: 1,}
...
"""


def policy(spec: str, name: str = "web") -> str:
    """Write a ScalingPolicy; `spec` is what stands below the targets, two spaces in."""
    return (
        f"apiVersion: ordain.dev/v1alpha1\nkind: ScalingPolicy\nmetadata: {{name: {name}}}\n"
        f"spec:\n  targets: [{{namespaces: [shop]}}]\n{spec}"
    )


def fixed(bench: Any, content: bytes, *arguments: str, name: str = "policies/web.yaml") -> bytes:
    """Return what a file holds after a fix."""
    (bench.folder / name).write_bytes(content)
    bench.ordain("fix", *arguments)
    return (bench.folder / name).read_bytes()


def changed(before: bytes, after: bytes) -> dict[int, bytes]:
    """Return the lines that differ, by their number; there must be as many lines."""
    old, new = before.split(b"\n"), after.split(b"\n")
    assert len(old) == len(new)
    return {number: two for number, (one, two) in enumerate(zip(old, new, strict=True), 1) if one != two}


def test_only_the_named_lines_change(shop: Any) -> None:
    """Comments, odd indentation, flow style, anchors and the end of the document keep every byte."""
    before = ODD.encode()
    assert changed(before, fixed(shop, before)) == {
        11: b"    replicas: {min: 3,   max: 9}   # misspelt",
        13: b"          {maxUnavailable: 1,}",
    }
    assert shop.ordain("validate").code == 0


@pytest.mark.parametrize(
    "before",
    [
        ODD.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + ODD.encode(),
        b"---\n" + ODD.encode() + b"---\n# the end",
        ODD.rstrip(".\n").encode(),
    ],
    ids=["crlf", "bom", "documents", "no-final-newline"],
)
def test_line_ends_and_marks_stay(shop: Any, before: bytes) -> None:
    """The file keeps its line ends, its byte order mark, its document marks, and a last line without a line feed."""
    wanted = before.replace(b"replica:", b"replicas:").replace(b"maxUnavailible", b"maxUnavailable")
    assert fixed(shop, before) == wanted


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("  replica: {min: 3, max: 9}\n", "  replicas: {min: 3, max: 9}\n"),
        ('  "replica": {min: 3, max: 9}\n', '  "replicas": {min: 3, max: 9}\n'),
        ("  'replica' : {min: 3, max: 9}\n", "  'replicas' : {min: 3, max: 9}\n"),
        ("  ? replica\n  : {min: 3, max: 9}\n", "  ? replicas\n  : {min: 3, max: 9}\n"),
        ("  Replicas: {min: 3, max: 9}\n", "  replicas: {min: 3, max: 9}\n"),
        ("  replicas: {minimum: 3, maximum: 9}\n", "  replicas: {min: 3, max: 9}\n"),
        (
            "  replicas: {min: 3, max: 9}\n  disruptions: {maxUnavailable: 1}\n",
            "  replicas: {min: 3, max: 9}\n  disruption: {maxUnavailable: 1}\n",
        ),
    ],
)
def test_a_misspelt_field_gets_its_name(shop: Any, written: str, mended: str) -> None:
    """However its key is written; twice in one line, too."""
    assert fixed(shop, policy(written).encode()) == policy(mended).encode()


def test_columns_are_letters(shop: Any) -> None:
    """A place behind letters of several bytes is the right one."""
    text = policy("  replicas: {min: 3, max: 9}\n").replace("{name: web}", '{labels: {a: "🐍 ünï"}, nmae: web}')
    assert fixed(shop, text.encode()) == text.replace("nmae", "name").encode()


def test_a_target_gets_its_namespaces(shop: Any) -> None:
    """`namespace` is nearer to `namespaces` than to `names`, clearly enough."""
    wrong = policy("  replicas: {min: 3, max: 9}\n").replace("namespaces", "namespace")
    assert fixed(shop, wrong.encode()) == policy("  replicas: {min: 3, max: 9}\n").encode()


@pytest.mark.parametrize(
    ("labels", "mended"),
    [
        ("{tier: 0o17x}", None),
        ("{tier: 12:30:45}", '{tier: "12:30:45"}'),
        ("{tier: 1_0.}", '{tier: "1_0."}'),
        ("{tier: yes}", '{tier: "yes"}'),
        ("{tier: 010}", '{tier: "010"}'),
        ("{tier: on, role: off}", '{tier: "on", role: "off"}'),
        ("{tier: '010'}", None),
    ],
)
def test_an_ambiguous_scalar_is_quoted_where_text_is_meant(shop: Any, labels: str, mended: str | None) -> None:
    """Where kubectl reads text anyway, or where text is needed, so that nobody has to choose."""
    spec = "  replicas: {{min: 3, max: 9}}\n"
    text = policy(spec.format()).replace("[{namespaces: [shop]}]", f"[{{selector: {{matchLabels: {labels}}}}}]")
    after = fixed(shop, text.encode())
    assert after == text.replace(labels, mended or labels).encode()


def test_a_scalar_with_two_meanings_is_left(shop: Any) -> None:
    """An octal number where a number is wanted may be meant either way: it stays, and the reason is told."""
    text = policy("  replicas: {min: 3, max: 011}\n")
    assert fixed(shop, text.encode()) == text.encode()
    done = shop.ordain("fix")
    assert "policies/web.yaml:6:27 YML005 warning 011 is 9 to kubectl" in done.out
    assert "(not mended: with it there would be another finding: POL003 spec.replicas.max" in done.out


def test_what_is_mended_and_what_is_left_is_told(shop: Any) -> None:
    """Each mend with its place, each finding that is left with its hint; the exit code is that of what is left."""
    shop.write("policies/web.yaml", policy("  replica: {min: 3, max: 9}\n  via: hpa\n  zzz: 1\n"))
    done = shop.ordain("fix")
    assert done.code == 1
    assert "note: policies/web.yaml:6:3 POL002 mended: replica -> replicas" in done.out
    assert "policies/web.yaml:7:3 POL005 error spec.via is planned" in done.out
    assert done.last == "2 errors in 1 of 1 file."


def test_a_fix_that_would_show_another_mistake_is_not_made(shop: Any) -> None:
    """Findings may only get fewer: a value that its right name would make wrong leaves both to a person."""
    text = policy("  replica: {min: 3, max: many}\n")
    assert fixed(shop, text.encode()) == text.encode()
    assert "not mended: with it there would be another finding: POL003 spec.replicas.max" in shop.ordain("fix").out


def test_one_bad_fix_does_not_hold_up_the_others(shop: Any) -> None:
    """Of many, those that are safe are made, in other files and in the same one."""
    for index in range(9):
        value = "many" if index in (2, 3, 7) else "9"
        shop.write(f"policies/p{index}.yaml", policy(f"  replica: {{min: 3, max: {value}}}\n", f"p{index}"))
    shop.write("policies/web.yaml", policy("  replica: {min: 3, max: many}\n  disruptoin: {maxUnavailable: 1}\n"))
    done = shop.ordain("fix")
    left = [path.name for path in sorted((shop.folder / "policies").glob("*")) if "replica:" in path.read_text()]
    assert left == ["p2.yaml", "p3.yaml", "p7.yaml", "web.yaml"]
    assert "disruption:" in (shop.folder / "policies/web.yaml").read_text()
    assert (done.code, done.out.count(" mended: ")) == (1, 6 + 1 + 4)


def test_a_key_behind_an_alias_is_left(shop: Any) -> None:
    """What comes by an alias stands elsewhere, and a mend there would change more than the named value."""
    text = policy("  replicas: {min: 3, max: 9}\n").replace(
        "targets: [{namespaces: [shop]}]", "targets: [&all {namespace: [shop]}, *all]"
    )
    assert fixed(shop, text.encode()) == text.encode()
    out = shop.ordain("fix").out
    assert "it would change" in out
    assert "comes by an alias" in out


def test_a_file_with_a_broken_document_is_left_alone_and_named(shop: Any) -> None:
    """Nothing of it is changed, also where another of its documents could be mended."""
    text = policy("  replica: {min: 3, max: 9}\n") + "---\na: {b\n"
    assert fixed(shop, text.encode()) == text.encode()
    out = shop.ordain("fix").out
    assert "policies/web.yaml:8:4 YML001" in out
    assert "not mended: nothing in its file is changed before the YAML there is mended" in out


def test_a_file_with_something_else_is_left_alone(shop: Any) -> None:
    """It may be a Secret, which no diff may show."""
    text = policy("  replica: {min: 3, max: 9}\n") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
    assert fixed(shop, text.encode()) == text.encode()
    assert "while something that is no policy stands there" in shop.ordain("fix").out


def test_a_dry_run_prints_a_diff_that_git_applies(shop: Any) -> None:
    """The diff goes to standard output, the findings to standard error, and nothing is written."""
    text = policy("  replica: {min: 3, max: 9}\n")[:-1].encode()
    (shop.folder / "policies/web.yaml").write_bytes(text)
    before = shop.bytes_of(".")
    done = shop.ordain("fix", "--dry-run", "--exit-code")
    assert (done.code, before) == (1, shop.bytes_of("."))
    assert "note: policies/web.yaml:6:3 POL002 would be mended: replica -> replicas" in done.err
    subprocess.run(["git", "apply", "-"], input=done.out.encode(), cwd=shop.folder, check=True)
    assert (shop.folder / "policies/web.yaml").read_bytes() == text.replace(b"replica:", b"replicas:")
    assert shop.ordain("fix", "--diff", "--exit-code").code == 0


def test_fixing_twice_changes_nothing_more(shop: Any) -> None:
    """The second run has nothing to do."""
    fixed(shop, ODD.encode())
    before = shop.bytes_of("policies")
    done = shop.ordain("fix")
    assert (done.code, done.last, before) == (0, "Nothing to mend: 1 file.", shop.bytes_of("policies"))


def test_links_and_permissions_stay(shop: Any) -> None:
    """A link still leads to the file that was mended, and the file is as private as before."""
    shop.write("elsewhere/web.yaml", policy("  replica: {min: 3, max: 9}\n"))
    os.chmod(shop.folder / "elsewhere/web.yaml", 0o600)  # noqa: PTH101 - as it is named in a shell
    (shop.folder / "policies/web.yaml").unlink()
    (shop.folder / "policies/web.yaml").symlink_to("../elsewhere/web.yaml")
    assert shop.ordain("fix").code == 0
    assert (shop.folder / "policies/web.yaml").is_symlink()
    target = shop.folder / "elsewhere/web.yaml"
    assert (target.stat().st_mode & 0o777, "replicas:" in target.read_text()) == (0o600, True)


def test_a_file_is_judged_beside_its_project(shop: Any) -> None:
    """Of the named files alone anything changes, and what only the project has counts."""
    shop.write("policies/p1.yaml", policy("  replica: {min: 3, max: 9}\n", "p1"))
    shop.write("policies/p2.yaml", policy("  replica: {min: 3, max: 9}\n"))
    done = shop.ordain("fix", "policies/p1.yaml")
    assert (done.code, done.last) == (0, "Nothing else to mend: 1 file.")
    assert "replicas:" in (shop.folder / "policies/p1.yaml").read_text()
    done = shop.ordain("fix", "policies/p2.yaml")
    assert "POL006 ScalingPolicy/web is already declared" in done.out
    assert shop.ordain("fix", "--project", ".", "policies/p1.yaml").code == 0


def test_a_partial_policy_can_be_mended_alone(shop: Any) -> None:
    """What no document sets is told, and holds up no mend: the rest may lie in another layer."""
    shop.write("outside/p.yaml", policy("  disruptoin: {maxUnavailable: 1}\n"))
    done = shop.ordain("fix", "outside/p.yaml")
    assert "disruption:" in (shop.folder / "outside/p.yaml").read_text()
    assert "POL007" in done.out


def test_standard_input_cannot_be_mended(shop: Any) -> None:
    """There is nothing to write to."""
    assert (shop.ordain("fix", "-", stdin=b"a: b\n").code, shop.ordain("fix", "nowhere.yaml").code) == (2, 2)


@pytest.mark.parametrize("case", sorted(BAD.glob("*.yaml")), ids=lambda case: case.stem)
def test_of_a_bad_policy_only_named_lines_change(empty: Any, case: Path) -> None:
    """Whatever is wrong: lines without a mended finding keep their bytes, findings get fewer, a second run is idle."""
    before = case.read_bytes()
    empty.write("case.yaml", before.decode())
    found = len(empty.report("validate", "case.yaml")["findings"])
    report = empty.report("fix", "case.yaml")
    after = (empty.folder / "case.yaml").read_bytes()
    named = {int(note.split(":")[1]) for note in report["notes"]}
    assert set(changed(before, after)) == named
    assert len(report["findings"]) + len(report["notes"]) <= found
    assert empty.report("fix", "case.yaml")["notes"] == []
    assert (empty.folder / "case.yaml").read_bytes() == after


def test_what_a_second_reader_doubts_is_left_with_its_reason(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that it doubts keeps every byte, others are mended all the same."""

    def doubt(before: bytes, _after: bytes, _fixes: object) -> str:
        return "a second reader would find other comments" if b"{name: p1}" in before else ""

    monkeypatch.setattr("ordain.stages.editing.fixing.beside", doubt)
    for name in ("p1", "p2"):
        shop.write(f"policies/{name}.yaml", policy("  replica: {min: 3, max: 9}\n", name))
    done = shop.ordain("fix")
    assert done.code == 1
    assert "did you mean `replicas`? (not mended: a second reader would find other comments)" in done.out
    texts = [(shop.folder / f"policies/{name}.yaml").read_text() for name in ("p1", "p2")]
    assert ["replica:" in text for text in texts] == [True, False]
