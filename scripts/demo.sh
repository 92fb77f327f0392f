#!/bin/sh
# What `make run` shows once the set-up is done: the demo's policies, from the files to a commit that Argo CD can sync.
# The command is $ORDAIN, else the one of the set-up. Safe to run again: it only ever replaces build/demo/output.git.
set -eu
cd "$(dirname "$0")/.."

ordain=${ORDAIN:-.venv/bin/ordain}
output=build/demo/output.git
earlier=2026-11-09T18:00:00Z # the publish of two weeks ago
now=2026-11-23T18:00:00Z     # when the cluster was recorded: the Monday before Black Friday

say() { printf '\n# %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }
ordain() {
    show ordain "$@"
    "$ordain" "$@"
}

say "A bare repository, the one that Argo CD would watch. It starts with what was published two weeks ago."
show git init --bare -b main "$output"
rm -rf "$output"
git init --bare -q -b main "$output"
ordain publish --project policies/earlier --now "$earlier" -q

say "Are today's policies sound on their own, and do their tests pass?"
ordain validate --project policies
ordain test --project policies

say "What would they change, against Git and against the recorded cluster? The page is for people, with the forecasts as pictures."
ordain plan --project policies --now "$now" -o text -o html=build/demo/plan.html --out build/demo/plan.json

say "Commit just that plan: nothing is written when anything that it was made from has moved since."
ordain publish build/demo/plan.json --project policies --now "$now" -q

commit=$(git -C "$output" rev-parse --short main)
cat <<END

Done: the policies in policies/ were checked, compared with the recorded cluster, rendered and committed ($commit).
  the plan as a page        build/demo/plan.html, in any browser
  what the cluster lacks    $ordain drift --project policies --now $now
  what was committed        git -C $output log -p --stat
  the files of the cluster  git -C $output ls-tree -r --name-only main
  who set which field       $ordain explain --project policies --workload shop/Deployment/checkout
  what a finding means      $ordain explain BKP002
  change something          edit policies/teams/shop/checkout.yaml, then: $ordain plan --project policies
  let Argo CD sync it       an Application with repoURL file://\$PWD/$output, path demo, and what
                            $ordain render --project policies --argocd prints
END
