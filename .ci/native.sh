#!/usr/bin/env bash
# The native builds, in a clone of its own: compiled by a native-image that .ci/native/compiler.sh makes, or, where it can't, handed
# to the stand-in of .ci/native, which is said. Then what the jar to compile holds (Native*IT), the functions as deployed, of the
# executable or else of that jar, and how long the executable takes to its first answer. Last a local registry, if it compiles.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compiled=yes
bash .ci/native/compiler.sh "$work/graal" || {
    [ $? = 3 ] || exit 1
    compiled=
    echo "SKIPPED the native compilation"
    rm -rf "$work/graal" && mkdir -p "$work/graal/bin"
    cp .ci/native/stand-in "$work/graal/bin/native-image"
}
git clone -q . "$work/weir"
cd "$work/weir"
GRAALVM_HOME=$work/graal ./mvnw -B package -Dnative -DskipTests >"$work/native.log" 2>&1 || { tail -40 "$work/native.log"; exit 1; }
grep -E 'Finished generating|reachable types|Warning' "$work/native.log" || true
jar=$(ls "$PWD"/target/*-native-image-source-jar/*-runner.jar)
jar tf target/function.zip | grep -x bootstrap >/dev/null || { echo "FAILED function.zip of a native build holds no bootstrap"; exit 1; }

cd "$root"
# For the real clients of .ci/e2e: what they run is the executable, where there is one.
rm -rf target/native
mkdir -p target/native
cp -r "${jar%/*}/." target/native
artifact=$root/target/native/${jar##*/}
if [ -n "$compiled" ]; then
    artifact=$root/target/native/function.zip
    cp "$work/weir/target/function.zip" "$artifact"
fi
echo "native build: $(du -h "$work/weir/target/function.zip" | cut -f1) function.zip holds bootstrap; ${compiled:+compiled, }tested as deployed: ${artifact##*/}"

# Runs the integration tests of a pattern with an artifact.
tests() {
    ./mvnw -B verify -Dsurefire.failIfNoSpecifiedTests=false -Dtest=None -Dit.test="$1" -Dweir.artifact="$2" >"$work/it.log" 2>&1 \
        || { grep -E 'ERROR|Expecting' "$work/it.log" | head -40; tail -40 "$work/it.log"; exit 1; }
    sed -n '/^types that Jackson binds/,/^[^ ]/p' "$work/it.log" | grep -E '^(types|  )' || true
    grep -E '^(service |generated classes|registered classes|static initialisers|resources in |[A-Z][a-z]+Function: )|Tests run:.* -- in' "$work/it.log"
}
tests 'Native*IT' "$jar"
tests 'AsDeployedIT,Deployed*IT' "$artifact"
[ -n "$compiled" ] || exit 0
./mvnw -o -B -q -Pbench verify -Dit.test=ColdStartBench -Dweir.artifact="$artifact" >"$work/bench.log" 2>&1 || { tail -40 "$work/bench.log"; exit 1; }
grep '^cold start: ' "$work/bench.log"

# README's command for a local registry's executable, from the build to Ctrl-C; .ci/e2e and .ci/bench take what it made.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$work/local.log
cd "$work/weir"
set -m
GRAALVM_HOME=$work/graal WEIR_PORT=$port WEIR_DATA=$work/data timeout 900 ./mvnw -B -Plocal -Dnative >"$log" 2>&1 &
registry=$!
set +m
until grep -q '^Weir listens on ' "$log"; do
    kill -0 "$registry" 2>/dev/null || { tail -40 "$log"; exit 1; }
    sleep 1
done
curl -fsS -o /dev/null "http://localhost:$port/v2/"
kill -INT -- "-$registry"
wait "$registry" || true
if curl -fs -o /dev/null "http://localhost:$port/v2/"; then
    echo "FAILED Ctrl-C leaves the local registry's executable running"
    exit 1
fi
grep 'Finished generating' "$log"
cp target/local/*-runner "$root/target/native/weir-local"
echo "local registry: ./mvnw -Plocal -Dnative listens and ends by Ctrl-C; $(du -h "$root/target/native/weir-local" | cut -f1)"
