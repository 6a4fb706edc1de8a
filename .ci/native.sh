#!/usr/bin/env bash
# The native code path where no native-image can be had: a native build with the stand-in of .ci/native, in a clone of its own,
# then what the jar that would be compiled holds (Native*IT) and the functions as deployed, of that jar.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/graal/bin"
cp .ci/native/native-image "$work/graal/bin/"
git clone -q . "$work/weir"
cd "$work/weir"
GRAALVM_HOME=$work/graal ./mvnw -B -q package -Dnative -DskipTests >"$work/native.log" 2>&1 || { tail -40 "$work/native.log"; exit 1; }
jar=$(ls "$PWD"/target/*-native-image-source-jar/*-runner.jar)
jar tf target/function.zip | grep -x bootstrap >/dev/null || { echo "FAILED function.zip of a native build holds no bootstrap"; exit 1; }
echo "native build: function.zip holds bootstrap; code path in ${jar##*/}"

cd "$root"
# For the real clients of .ci/e2e.
rm -rf target/native-code-path
mkdir -p target
cp -r "${jar%/*}" target/native-code-path
./mvnw -B verify -Dsurefire.failIfNoSpecifiedTests=false -Dtest=None -Dit.test='Native*IT,AsDeployedIT,Deployed*IT' -Dweir.artifact="$jar" >"$work/it.log" 2>&1 || { grep -E 'ERROR|Expecting' "$work/it.log" | head -40; tail -40 "$work/it.log"; exit 1; }
sed -n '/^types that Jackson binds/,/^[^ ]/p' "$work/it.log" | grep -E '^(types|  )'
grep -E '^(service |generated classes|registered classes|static initialisers|resources in |[A-Z][a-z]+Function: )|Tests run:.* -- in' "$work/it.log"
