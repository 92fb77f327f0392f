#!/bin/sh
# Installs Debian's packages of the programs that some tests drive, those that are missing; starts no daemon.
# Needs root and apt-get. Without these programs the tests that drive them are skipped and say so.
set -eu

# there COMMAND: also one that Debian keeps off the PATH, in a folder of its version.
there() {
    command -v "$1" >/dev/null || ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1
}

missing=
need() {
    there "$1" || missing="$missing $2"
}
need promtool prometheus
need restic restic
need initdb postgresql
need chromium chromium
need shellcheck shellcheck

if [ -z "$missing" ]; then
    echo "already there: promtool, restic, initdb, chromium, shellcheck" >&2
    exit 0
fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "these packages are missing, and only root can install them, with apt-get:$missing" >&2
    exit 2
fi

echo "installing$missing, about 2 minutes ..." >&2
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    # Debian asks this file before it starts a daemon; 101 is "no".
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >&2
# The names are words of this file: they are split on purpose.
# shellcheck disable=SC2086
apt-get install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >&2
