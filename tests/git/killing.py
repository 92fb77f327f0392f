"""Publishes and is killed, over and over: run by test_kill.py, prints one line of JSON for each kill.

Arguments: a bare repository with a branch `main`, a mode, and the number of kills. With `steps`, a child kills itself
at chosen calls and returns of the functions that publish, spread over all of them; with `times`, a child and every git
that it started are killed from outside after a while; with `interrupts` they get what Ctrl-C sends.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import ordain.git
from ordain.errors import UserError
from ordain.git import Identity, Repo, Update, open_repo
from ordain.git.command import gitpython

HOME = str(Path(ordain.git.__file__).parent)
WHO = Identity("a", "a@example.com")
PER_FILE = {"stream_of", "_sized", "_quoted", "check_path", "_trouble", "<genexpr>"}
FILES = 110  # more than fast-import leaves loose: every second commit is a pack


def publish(repo: Repo) -> str:
    tip = repo.tip("main", "demo")
    count = int(tip.read("0").split()[0]) + 1 if tip.commit else 0
    writes = {f"demo/{number}": b"%d %d" % (count, number) for number in range(FILES if count % 2 else FILES // 2)}
    deletes = tuple(f"demo/{path}" for path in tip.blobs if f"demo/{path}" not in writes)
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return repo.commit("main", Update(tip.commit, writes, deletes, f"{count}\n", WHO, WHO, when))


def die_at(step: int, *, group: bool) -> list[int]:
    seen = [0]

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event in {"call", "return"} and code.co_filename.startswith(HOME) and code.co_name not in PER_FILE:
            if seen[0] == step:
                os.killpg(0, signal.SIGKILL) if group else os.kill(os.getpid(), signal.SIGKILL)
            seen[0] += 1

    sys.setprofile(watch)
    return seen


def send(child: int, sign: signal.Signals, *, group: bool) -> None:
    try:
        (os.killpg if group else os.kill)(child, sign)
    except ProcessLookupError:  # not yet the leader of its group
        os.kill(child, sign)


def attempt(repo: Repo, *, step: int, delay: float | None, group: bool, sign: signal.Signals) -> None:
    child = os.fork()
    if child == 0:
        os.setsid()
        if delay is None:
            die_at(step, group=group)
        try:
            while True:
                publish(repo)
        except KeyboardInterrupt:
            os._exit(1)
    if delay is None:
        os.waitpid(child, 0)
        return
    while os.waitpid(child, os.WNOHANG)[0] == 0:  # again and again: an interrupt inside a destructor goes unheard
        time.sleep(delay)
        send(child, sign, group=group)


def main() -> None:
    path, mode, kills = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    repo = open_repo(path, shown="out.git")
    gitpython()
    seen = die_at(-1, group=False)
    publish(repo)
    sys.setprofile(None)
    steps, chance = seen[0], random.Random(7)
    for number in range(kills):
        before = repo.tip("main", "demo").commit
        delay = chance.uniform(0.005, 0.09) if mode != "steps" else None
        sign = signal.SIGINT if mode == "interrupts" else signal.SIGKILL
        group = bool(number % 2) or mode != "steps"
        attempt(repo, step=number * steps // kills, delay=delay, group=group, sign=sign)
        tip = repo.tip("main", "demo")
        states = sorted({tip.read(name).split()[0].decode() for name in sorted(tip.blobs)[::20]})
        try:
            published = publish(repo)
        except UserError:  # a git that outlived its parent has just moved the branch: run it again, as the hint says
            published = publish(repo)
        print(
            json.dumps({"before": before, "after": tip.commit, "states": states, "next": published, "steps": steps}),
            flush=True,
        )


main()
