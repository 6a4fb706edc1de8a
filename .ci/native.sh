#!/usr/bin/env bash
# The native code path where no native-image can be had: a native build with the stand-in of .ci/native, in a clone of its own,
# then AsDeployedIT on the jar that would be compiled. Prints the types registered for reflection that are ours.
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
unzip -l target/function.zip | grep -q ' bootstrap$' || { echo "FAILED function.zip of a native build holds no bootstrap"; exit 1; }
echo "native build: function.zip holds bootstrap; code path in ${jar##*/}"

registered=$(unzip -p "$jar" 'META-INF/native-image/*reflect-config.json' 'META-INF/native-image/*reachability-metadata.json' 2>/dev/null || true)
for type in $(sed -n 's/.*public record \([A-Z][A-Za-z]*\)(.*/\1/p' src/main/java/dev/weir/lambda/*Function.java | sort -u); do
  grep -q "dev.weir.lambda.[A-Za-z]*Function\$$type\"" <<<"$registered" || { echo "FAILED $type is not registered for reflection"; exit 1; }
done
echo "registered for reflection: every record of dev.weir.lambda"

cd "$root"
./mvnw -B verify -Dsurefire.failIfNoSpecifiedTests=false -Dtest=None -Dit.test=AsDeployedIT -Dweir.artifact="$jar" >"$work/it.log" 2>&1 || { tail -60 "$work/it.log"; exit 1; }
grep -E 'Tests run:.*AsDeployedIT' "$work/it.log"
