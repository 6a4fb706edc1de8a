#!/usr/bin/env bash
# A local registry beside distribution and zot: the same pulls, cold and hot, from one upstream in one run; prints a table of
# the medians of two rounds. What can't be installed from Go's module proxy is left out, and said so. It asserts nothing.
#
# Usage: .ci/bench/run.sh     a few minutes on an idle machine; needs a JDK, and Go for the others
#   WEIR_BENCH_DISTRIBUTION, WEIR_BENCH_ZOT   executables that are there already
#   WEIR_BENCH_NATIVE                         the executable of ./mvnw -Plocal package -Dnative; that of .ci/native.sh is found
#   WEIR_BENCH_BEFORE                         class path of another build of Weir, which is measured too
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/target/bench/bin
mkdir -p "$bin"

# $1 variable  $2 package  $3 executable
install() {
    local variable=$1 package=$2 executable=$bin/$3
    [ -n "${!variable:-}" ] && return
    if [ ! -x "$executable" ] && command -v go >/dev/null; then
        GOBIN=$bin CGO_ENABLED=0 go install "$package" >"$bin/$3.log" 2>&1 || true
    fi
    if [ -x "$executable" ]; then
        export "$variable=$executable"
    else
        echo "SKIPPED $package: $(tail -1 "$bin/$3.log" 2>/dev/null || echo 'there is no go')"
    fi
}
install WEIR_BENCH_DISTRIBUTION github.com/distribution/distribution/v3/cmd/registry@v3.1.2 registry
install WEIR_BENCH_ZOT zotregistry.dev/zot/v2/cmd/zot@v2.1.10 zot

# Weir as its users start it.
./mvnw -o -q -Plocal package || ./mvnw -q -Plocal package
export WEIR_BENCH_LOCAL=$(echo "$PWD"/target/local/*-runner.jar)
if [ -x target/native/weir-local ]; then
    export WEIR_BENCH_NATIVE=${WEIR_BENCH_NATIVE:-$PWD/target/native/weir-local}
fi
[ -n "${WEIR_BENCH_NATIVE:-}" ] || echo "SKIPPED Weir's executable: .ci/native.sh makes one"

exec ./mvnw -q -Pbench verify -Dit.test=RegistryBench
