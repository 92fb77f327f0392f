"""The script of the rendered CronJob, executed with a real PostgreSQL and a real restic."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.backup_script.conftest import Backup, Server
from tests.needs import tool

pytestmark = pytest.mark.xdist_group("postgres")
DUMPED = re.compile(r"^-- Dumped (from|by) .*$|^\\(un)?restrict .*$", re.MULTILINE)


def as_text(server: Server, database: str) -> str:
    """Return a database as SQL."""
    command = ["pg_dump", "-h", str(server.folder), "-U", "postgres", database]
    env = {**os.environ, "PGPASSWORD": "pa:ss\\wörd 'x'"}
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60)
    return DUMPED.sub("", run.stdout)


def test_what_is_stored_can_be_restored(backup: Backup) -> None:
    """Dump, store, restore into a second database: it is the same one, row for row."""
    status, said = backup.run()
    assert status == 0, said
    (snapshot,) = backup.snapshots()
    assert (snapshot["hostname"], snapshot["tags"]) == ("demo.payments.ledger-db", ["ordain"])
    assert list(Path(backup.environment()["WORK"]).iterdir()) == []
    backup.restic("restore", "latest", "--target", str(backup.folder / "restored"))
    (dump,) = (backup.folder / "restored").rglob("dump")
    backup.server.psql("postgres", f"create database {backup.database}_restored")
    target = ["-h", str(backup.server.folder), "-U", "postgres", "-d", f"{backup.database}_restored"]
    env = {**os.environ, "PGPASSWORD": "pa:ss\\wörd 'x'"}
    subprocess.run(["pg_restore", "--exit-on-error", *target, str(dump)], env=env, check=True, timeout=60)
    restored = as_text(backup.server, f"{backup.database}_restored")
    assert "Ünïcødé 🎄 中文" in restored
    assert restored == as_text(backup.server, backup.database)


def test_no_secret_is_said(backup: Backup) -> None:
    """The log holds no password."""
    _, said = backup.run()
    assert "pa:ss" not in said
    assert "of the repository" not in said


def test_old_backups_go_by_the_policy(backup: Backup) -> None:
    """Runs of one day, from pods of any name, are one group: its newest stays. Another tenant's stay untouched."""
    assert backup.run()[0] == 0
    backup.restic("backup", "--host", "other", "--tag", "ordain", str(backup.folder / "secrets"))
    backup.restic("backup", "--host", "other", "--tag", "ordain", str(backup.folder / "secrets"))
    first = next(item["id"] for item in backup.snapshots() if item["hostname"] != "other")
    assert backup.run()[0] == 0
    hosts = sorted(item["hostname"] for item in backup.snapshots())
    assert hosts == ["demo.payments.ledger-db", "other", "other"]
    assert first not in {item["id"] for item in backup.snapshots()}
    backup.restic("check", "--read-data")


def wrap(backup: Backup, name: str, script: str) -> None:
    """Put a program of that name before the real one; `$REAL` is that one."""
    folder = backup.folder / "bin"
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/bash\nREAL={shutil.which(name)}\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    backup.changed["PATH"] = f"{folder}:{os.environ['PATH']}"


def test_a_dump_killed_half_way_leaves_no_snapshot(backup: Backup) -> None:
    """pg_dump is killed while it writes: the run fails and nothing is stored."""
    assert backup.run()[0] == 0
    before = [item["id"] for item in backup.snapshots()]
    backup.server.psql(
        backup.database, "insert into big select n, repeat(md5(n::text), 40) from generate_series(1, 300000) n"
    )
    process = backup.start()
    work = Path(backup.environment()["WORK"])
    deadline = time.monotonic() + 60
    while not ((work / "dump").exists() and (work / "dump").stat().st_size > 100_000):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
    subprocess.run(["kill", "-KILL", *children.stdout.split()], check=True)
    said, _ = process.communicate(timeout=60)
    assert process.returncode != 0, said
    assert [item["id"] for item in backup.snapshots()] == before


@pytest.mark.parametrize("share", [0.5, 0.999])
def test_half_a_dump_is_not_stored(backup: Backup, share: float) -> None:
    """A dump that is cut and reported as whole is found before it is stored, wherever it was cut."""
    wrap(
        backup,
        "pg_dump",
        f'"$REAL" "$@"; size=$(stat -c %s dump); truncate -s "$(awk "BEGIN{{print int($size*{share})}}")" dump',
    )
    status, said = backup.run()
    assert status != 0, said
    assert backup.snapshots() == []


def test_a_wrong_password_fails(backup: Backup) -> None:
    """Without access to the database nothing is stored, and the log says why."""
    (Path(backup.environment()["SECRETS"]) / "source/password").write_text("wrong", encoding="utf-8")
    status, said = backup.run()
    assert status != 0
    assert "authentication failed" in said
    assert backup.snapshots() == []


def test_a_wrong_repository_password_fails(backup: Backup) -> None:
    """A repository that is there is never made anew: a wrong password is an error, and what it holds stays."""
    assert backup.run()[0] == 0
    password = Path(backup.environment()["SECRETS"]) / "repository/password"
    password.write_text("wrong", encoding="utf-8")
    status, said = backup.run()
    assert status != 0
    assert "wrong password" in said
    password.write_text("of the repository", encoding="utf-8")
    assert len(backup.snapshots()) == 1


def test_a_full_disk_fails(backup: Backup) -> None:
    """No room for the dump: the run fails and nothing is stored."""
    small = backup.folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("no small file system can be mounted: that needs root")
    try:
        backup.changed["WORK"] = str(small)
        status, said = backup.run()
        assert status != 0
        assert "No space left" in said
        assert backup.snapshots() == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_backup_with_parts_missing_fails(backup: Backup) -> None:
    """Status 3 of restic, a snapshot that is not whole, fails the run."""
    wrap(backup, "restic", '"$REAL" "$@" || exit; if [ "$1" = backup ] && [ "$2" != --help ]; then exit 3; fi')
    status, _ = backup.run()
    assert status == 3


def test_two_runs_at_once_leave_a_sound_repository(backup: Backup) -> None:
    """Both have stored their dump; one may fail to clear old ones, loudly. The repository is sound."""
    assert backup.run()[0] == 0
    other = Backup(backup.server, backup.folder, backup.database, {"WORK": str(backup.folder / "work2")})
    Path(other.environment()["WORK"]).mkdir()
    processes = [backup.start(), other.start()]
    ended = [(process.communicate(timeout=120)[0], process.returncode) for process in processes]
    assert all(status == 0 or "lock" in said for said, status in ended), ended
    assert backup.snapshots()
    backup.restic("check", "--read-data")


def test_a_lock_of_a_killed_run_does_not_end_all_later_ones(backup: Backup) -> None:
    """A run killed while it removes old backups leaves an exclusive lock; the next one clears it and stores."""
    assert backup.run()[0] == 0

    def locked() -> bool:
        return any("tmp" not in file.name for file in (backup.folder / "repository/locks").iterdir())

    while not locked():  # restic waits 200 ms with its lock before it works
        prune = subprocess.Popen(["restic", "prune", "-q"], env=backup.environment(), stdout=subprocess.DEVNULL)
        while prune.poll() is None and not locked():
            time.sleep(0.005)
        prune.kill()
        prune.wait()
    status, said = backup.run()
    assert status == 0, said
    assert not locked()


def test_an_empty_retention_fails_before_anything(backup: Backup) -> None:
    """A script that would keep nothing does not begin."""
    for name in backup.environment():
        if name.startswith("KEEP_"):
            backup.changed[name] = "0"
    status, said = backup.run()
    assert status == 1
    assert "no class of backups is kept" in said


def test_shellcheck_finds_nothing(backup: Backup, tmp_path: Path) -> None:
    """The script is clean by shellcheck's rules."""
    file = tmp_path / "script.bash"
    file.write_text("#!/bin/bash\nset -eu -o pipefail\n" + "".join(backup.container()["args"]), encoding="utf-8")
    run = subprocess.run(
        [str(tool("shellcheck")), str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stdout == ""
