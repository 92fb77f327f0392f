"""The flags and settings that lead to a live cluster, and what they say when they cannot."""

from pathlib import Path
from typing import Any

import pytest
import yaml

KUBECONFIG = {
    "current-context": "dev",
    "clusters": [{"name": "dev", "cluster": {"server": "http://127.0.0.1:1"}}],
    "users": [{"name": "dev", "user": {"token": "t"}}],
    "contexts": [{"name": name, "context": {"cluster": "dev", "user": "dev"}} for name in ("dev", "kind@dev")],
}


@pytest.fixture
def live(shop: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the repository with a kubeconfig beside it that leads to a server that is down."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    (shop.folder / "kube.yaml").write_text(yaml.safe_dump(KUBECONFIG), encoding="utf-8")
    return shop


COMMANDS: dict[str, tuple[str, ...]] = {
    "plan": (),
    "render": (),
    "publish": (),
    "explain": ("--workload", "shop/Deployment/web"),
    "snapshot": ("--out", "x.gz"),
    "check": (),
    "drift": (),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_is_down(live: Any, command: str) -> None:
    """Every command that reads a cluster says which server is down, writes nothing, and leaves with 2."""
    before = sorted(Path(live.folder).rglob("*"))
    done = live.ordain(command, "--kubeconfig", "kube.yaml", "--context", "dev", *COMMANDS[command])
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("ordain: http://127.0.0.1:1 (dev): /version: no connection: ")
    assert sorted(Path(live.folder).rglob("*")) == before


def test_the_settings(live: Any) -> None:
    """`kubernetes` in ordain.yaml names the context and the kubeconfig, from the file's folder."""
    text = (live.folder / "ordain.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "kubernetesVersion" not in line and "assumeAbsent" not in line]
    server = "kubernetes: {context: kind@dev, kubeconfig: kube.yaml}"
    changed = "\n".join(lines).replace("snapshot: clusters/prod.yaml", server)
    (live.folder / "ordain.yaml").write_text(changed, encoding="utf-8")
    assert "http://127.0.0.1:1 (kind@dev)" in live.ordain("plan").err
    assert "http://127.0.0.1:1 (dev)" in live.ordain("plan", "--context", "dev").err
    assert "no context pord" in live.ordain("plan", "--context", "pord").err
    assert live.ordain("check", "--snapshot", "clusters/prod.yaml", "--kubernetes-version", "1.33").code == 2


def test_settings_with_two_sources(live: Any) -> None:
    """A cluster is live or recorded, not both."""
    text = (live.folder / "ordain.yaml").read_text(encoding="utf-8")
    both = text.replace("snapshot: clusters", "kubernetes: {}\n      snapshot: clusters")
    (live.folder / "ordain.yaml").write_text(both, encoding="utf-8")
    done = live.ordain("plan")
    assert done.code == 2
    assert "snapshot and kubernetes exclude each other" in done.err


def test_flags_that_contradict_each_other(live: Any) -> None:
    """--snapshot beside --context is a mistake that is said, not solved by chance."""
    done = live.ordain("plan", "--context", "dev", "--snapshot", "clusters/prod.yaml")
    assert (done.code, done.err.splitlines()) == (
        2,
        [
            "ordain: --context reads a live cluster, and --snapshot a recorded one",
            "hint: leave one of the two out",
        ],
    )


def test_print_rbac(shop: Any) -> None:
    """The role grants get and list on exactly the kinds that are read, and nothing on Secrets."""
    from ordain.kinds import all_kinds
    from ordain.stages.observe import wanted

    done = shop.ordain("print-rbac", "--bind", "ops/reader")
    role, account, binding = yaml.safe_load_all(done.out)
    granted = {(rule["apiGroups"][0], resource) for rule in role["rules"] for resource in rule["resources"]}
    assert granted == {(reading.group_kind.group, reading.resource) for reading in wanted(all_kinds().values())}
    assert ("", "secrets") not in granted
    assert all(rule.keys() == {"apiGroups", "resources", "verbs"} for rule in role["rules"])
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list"}
    assert account["metadata"]["namespace"] == "ops"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "reader", "namespace": "ops"}]
    assert binding["roleRef"]["name"] == role["metadata"]["name"] == "ordain-reader"
    assert next(yaml.safe_load_all(shop.ordain("print-rbac").out)) == role


def test_print_rbac_refuses_what_names_no_account(shop: Any) -> None:
    """--bind takes a namespace and a name."""
    assert "names no service account" in shop.ordain("print-rbac", "--bind", "reader").err
