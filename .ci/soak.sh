#!/usr/bin/env bash
# Random clients against the local server, an upstream that misbehaves, kill -9 of both; afterwards every stored blob hashes to
# its name, every tag comes with all its blobs, and no temporary file is left. Ends with "N passed, 0 failed".
#
# Usage: .ci/soak.sh [SECONDS [SEED]]   SECONDS of load, 240 by default; SEED of an earlier run's kills
set -euo pipefail
cd "$(dirname "$0")/.."

# Built anew, so that it is this tree that soaks; WEIR_SOAK_BUILT=yes takes what target/local holds.
if [ "${WEIR_SOAK_BUILT:-no}" != yes ]; then
    ./mvnw -o -q -Plocal package || ./mvnw -q -Plocal package
fi
exec python3 -u .ci/e2e/soak.py "${1:-240}" ${2:+"$2"}
