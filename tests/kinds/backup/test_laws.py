"""What holds for every backup, whatever the policy says."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ordain.kinds.backup.planner import job_name, shown
from ordain.quantities import Duration

RENDERED = sorted(Path(__file__).parent.glob("*/expected/manifests.yaml"))
JOBS = [
    pytest.param(body, id=path.parts[-3])
    for path in RENDERED
    for body in yaml.safe_load_all(path.read_text(encoding="utf-8"))
    if body
]


@given(st.from_regex("[a-z]([-a-z0-9.]{0,251}[a-z0-9])?", fullmatch=True))
def test_the_name_fits_and_is_the_subjects_own(name: str) -> None:
    """A CronJob's name has at most 52 characters, and is the same in every run."""
    assert len(job_name(name)) <= 52
    assert job_name(name).endswith("-backup")
    assert job_name(name) == job_name(name)


@given(st.integers(0, 10**9))
def test_a_duration_is_never_shown_longer_than_it_is(seconds: int) -> None:
    """What a message says of a time is that time, hours of long ones left out at most."""
    units = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
    text, total, number = shown(Duration(seconds)), 0, ""
    for mark in text:
        if mark.isdigit():
            number += mark
        else:
            total, number = total + int(number) * units[mark], ""
    assert 0 <= seconds - total < 3600
    assert total == seconds or seconds >= 4 * 86_400


@pytest.mark.parametrize("job", JOBS)
def test_the_pod_is_restricted(job: dict) -> None:
    """Every pod fits the Pod Security level restricted, and no token is mounted."""
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    inner, outer = container["securityContext"], pod["securityContext"]
    assert outer["runAsNonRoot"] is True
    assert outer["runAsUser"] > 0
    assert outer["seccompProfile"] == {"type": "RuntimeDefault"}
    assert inner["capabilities"] == {"drop": ["ALL"]}
    assert inner["allowPrivilegeEscalation"] is False
    assert inner["readOnlyRootFilesystem"] is True
    assert pod["automountServiceAccountToken"] is False
    assert {tuple(set(volume) - {"name"}) for volume in pod["volumes"]} == {("secret",), ("emptyDir",)}
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}


@pytest.mark.parametrize("job", JOBS)
def test_the_conventions_of_a_backup_hold(job: dict) -> None:
    """A zone, no overlap, deadlines, evidence that stays, and a decision on Argo CD's health check."""
    spec, run = job["spec"], job["spec"]["jobTemplate"]["spec"]
    assert spec["timeZone"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] > 0
    assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (3, 3)
    assert run["activeDeadlineSeconds"] > 0
    assert "ttlSecondsAfterFinished" not in run
    assert run["template"]["spec"]["restartPolicy"] == "Never"
    assert run["template"]["metadata"]["labels"] == {"ordain.dev/backup": job["metadata"]["name"]}
    assert job["metadata"]["annotations"]["argocd.argoproj.io/ignore-healthcheck"] in ("true", "false")


@pytest.mark.parametrize("job", JOBS)
def test_no_value_reaches_the_script_but_by_the_environment(job: dict) -> None:
    """The script is the same text for every policy."""
    scripts = {
        tuple(param.values[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"])
        for param in JOBS
    }
    assert len(scripts) == 1
    assert "$(" + "BACKUP_HOST)" not in next(iter(scripts))[0]
    assert job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"][0] == "bash"
