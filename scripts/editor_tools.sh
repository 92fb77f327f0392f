#!/bin/sh
# Installs the language server that tests/editor/ drives, outside the repository, once; `--where` says where.
# Needs Node 20 or newer and npm; neither ordain nor its other tests do.
set -eu

version=1.25.0
folder=${ORDAIN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordain/tools}
target=$folder/yaml-language-server-$version

case "${1:-}" in
"") ;;
--where)
    echo "$target"
    exit 0
    ;;
*)
    echo "usage: sh scripts/editor_tools.sh [--where]" >&2
    exit 2
    ;;
esac

if [ -d "$target" ]; then
    echo "already there: $target"
    exit 0
fi
for tool in node npm; do
    command -v "$tool" >/dev/null || {
        echo "$tool is not on the PATH; install Node 20 or newer to run the tests of the editor" >&2
        exit 2
    }
done

mkdir -p "$folder"
half=$(mktemp -d "$folder/.half-XXXXXX")
trap 'rm -rf "$half"' EXIT
trap 'exit 130' INT TERM
npm install --prefix "$half" --no-audit --no-fund --ignore-scripts --loglevel=error "yaml-language-server@$version" >&2
chmod 755 "$half"
# Of two that install at once the slower one's folder lands inside the other's: it goes again.
mv "$half" "$target"
rm -rf "${target:?}/${half##*/}"
echo "installed: $target"
