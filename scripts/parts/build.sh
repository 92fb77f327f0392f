#!/bin/sh
# Builds the real parts that the tests start, from published Go modules, outside the repository, once each.
# One line at the end of this file is one part. Needs Go; neither ordain nor its other tests do.
#
#   sh scripts/parts/build.sh              all of them, about 15 minutes from nothing
#   sh scripts/parts/build.sh etcd         those of that name
#   sh scripts/parts/build.sh --list       name, version and folder of each, built or not
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=${ORDAIN_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ordain/tools}
half=
asked=" $* "
known=0

say() {
    echo "$@" >&2
}

# part NAME VERSION TIME COMMAND...: COMMAND fills the folder $half, which then gets the name NAME-VERSION.
part() {
    name=$1 version=$2 time=$3 target=$tools/$1-$2
    shift 3
    case "$asked" in
    " --list ")
        echo "$name $version $target"
        return
        ;;
    "  " | *" $name "*) known=$((known + 1)) ;;
    *) return ;;
    esac
    if [ -d "$target" ]; then
        say "already there: $target"
        return
    fi
    command -v go >/dev/null || {
        say "$name $version is built with Go, and go is not on the PATH: install Go 1.26 or newer"
        exit 2
    }
    say "building $name $version, about $time from nothing ..."
    start=$(date +%s)
    mkdir -p "$tools"
    # What a killed build left behind goes after a day.
    find "$tools" -maxdepth 1 -name '.half-*' -mtime +0 -exec rm -rf {} +
    half=$(mktemp -d "$tools/.half-XXXXXX")
    "$@"
    chmod 755 "$half"
    # Of two that build at once the slower one's folder lands inside the other's: it goes again.
    mv "$half" "$target"
    rm -rf "${target:?}/${half##*/}"
    half=
    say "built in $(($(date +%s) - start)) s: $target"
}

# wrapper FOLDER PACKAGE [LDFLAGS]: a command of a published module, with all versions pinned in FOLDER's go.mod.
wrapper() {
    cd "$here/$1"
    pinned=$(GOWORK=off go list -f '{{.Module.Version}}' "$2")
    if [ "$pinned" != "v$version" ]; then
        say "scripts/parts/$1/go.mod has $2 in version $pinned, and build.sh says v$version: let them agree"
        exit 2
    fi
    CGO_ENABLED=0 GOWORK=off go build -trimpath -ldflags "-s -w ${3:-}" -o "$half/$name" "$2"
}

# kubernetes COMMAND: stamped with its version, else it calls itself v0.0.0 and clients misjudge it.
kubernetes() {
    minor=${version#1.}
    minor=${minor%%.*}
    stamp="-X k8s.io/component-base/version"
    wrapper "kubernetes-1.$minor" "k8s.io/kubernetes/cmd/$1" "$stamp.gitVersion=v$version $stamp.gitMajor=1 \
        $stamp.gitMinor=$minor $stamp.gitTreeState=clean $stamp.buildDate=1970-01-01T00:00:00Z"
}

# files MODULE PATH...: files of a published module as they are. They come out of it writable. What follows `_` in
# the part's version counts the changes of its list of files, so that a folder of an older list is not taken for it.
files() {
    module=$1@v${version%_*}
    shift
    answer=$(cd / && GOWORK=off go mod download -json "$module") || {
        say "$answer"
        exit 2
    }
    folder=$(echo "$answer" | sed -n 's/^.*"Dir": "\(.*\)",*$/\1/p')
    for path in "$@"; do
        cp "$folder/$path" "$half/"
    done
    chmod -R u+w "$half"
}

trap '[ -z "$half" ] || rm -rf "$half"' EXIT
trap 'exit 130' INT TERM

part etcd 3.7.3 "1 minute" wrapper etcd go.etcd.io/etcd/server/v3
part kube-apiserver 1.37.2 "6 minutes" kubernetes kube-apiserver
part kube-apiserver 1.30.14 "5 minutes" kubernetes kube-apiserver

crds=example/prometheus-operator-crd/monitoring.coreos.com
part prometheus-operator-crds 0.91.0_2 "10 seconds" files github.com/prometheus-operator/prometheus-operator \
    ${crds}_prometheusrules.yaml ${crds}_prometheuses.yaml ${crds}_servicemonitors.yaml ${crds}_podmonitors.yaml \
    ${crds}_alertmanagerconfigs.yaml
part argo-rollouts-crds 1.8.3 "10 seconds" files github.com/argoproj/argo-rollouts manifests/crds/rollout-crd.yaml \
    manifests/crds/analysis-template-crd.yaml manifests/crds/cluster-analysis-template-crd.yaml
part keda-crds 2.18.0 "10 seconds" files github.com/kedacore/keda/v2 \
    config/crd/bases/keda.sh_scaledobjects.yaml config/crd/bases/keda.sh_triggerauthentications.yaml
part vertical-pod-autoscaler-crds 1.4.1 "10 seconds" files k8s.io/autoscaler/vertical-pod-autoscaler \
    deploy/vpa-v1-crd-gen.yaml
part argo-cd-crds 3.2.11 "10 seconds" files github.com/argoproj/argo-cd/v3 manifests/crds/application-crd.yaml \
    manifests/crds/applicationset-crd.yaml manifests/crds/appproject-crd.yaml
crds=config/crd/v1/bases/velero.io
part velero-crds 1.17.0 "10 seconds" files github.com/vmware-tanzu/velero ${crds}_backups.yaml ${crds}_restores.yaml \
    ${crds}_schedules.yaml ${crds}_backupstoragelocations.yaml ${crds}_volumesnapshotlocations.yaml

case "$asked$known" in
"  "* | " --list "*) ;;
*" 0")
    say "no part is named$asked: sh scripts/parts/build.sh --list"
    exit 2
    ;;
esac
