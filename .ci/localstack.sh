#!/usr/bin/env bash
# The integration tests on LocalStack: `./mvnw verify -Plocalstack` with the image localstack/localstack:4.14.0, built here (see
# .ci/localstack/image.sh) where it can't be pulled. Installs what it needs; where no docker daemon answers it starts one and ends it.
# Prints the Tests run lines, what was skipped and why. Writes to target/ and a temporary folder only. Ends with 3 when there is no
# LocalStack to be had, which says nothing of Weir.
set -euo pipefail
cd "$(dirname "$0")/.."
image=localstack/localstack:4.14.0
work=$(mktemp -d)
daemon=
bridge=$(ip link show docker0 >/dev/null 2>&1 && echo kept || echo ours)

clean() {
  if [ -n "$daemon" ]; then
    if kill "$daemon"; then wait "$daemon" || true; fi
    [ "$bridge" = kept ] || ip link delete docker0 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean EXIT

install() {
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >"$work/apt.log" 2>&1; then
    tail -20 "$work/apt.log"
    exit 3
  fi
}

# A daemon that reaches nothing but its containers' ports, on loopback.
start_docker() {
  install docker.io iproute2
  export DOCKER_HOST=unix://$work/docker.sock
  dockerd -H "$DOCKER_HOST" --data-root "$work/docker/data" --exec-root "$work/docker/exec" --pidfile "$work/docker.pid" \
    --ip 127.0.0.1 --iptables=false --ip6tables=false >"$work/dockerd.log" 2>&1 &
  daemon=$!
  for _ in $(seq 60); do
    docker version >/dev/null 2>&1 && return
    sleep 1
  done
  tail -20 "$work/dockerd.log"
  exit 3
}

docker version >/dev/null 2>&1 || start_docker
began=$SECONDS
if docker image inspect "$image" >/dev/null 2>&1 || timeout 120 docker pull -q "$image" >/dev/null 2>&1; then
  echo "$image is LocalStack's own image"
else
  install mmdebstrap debian-archive-keyring gpg
  .ci/localstack/image.sh "$image" "$work/image" || exit 3
  echo "$image can't be pulled: built from Debian, PyPI and Maven Central in $((SECONDS - began)) s"
fi

# Neither Testcontainers' reaper nor its look round for the host's address: each wants an image that may not be had.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
log=target/localstack.log
mkdir -p target
began=$SECONDS
./mvnw -B verify -Plocalstack >"$log" 2>&1 || { tail -60 "$log"; exit 1; }
echo "./mvnw verify -Plocalstack: $((SECONDS - began)) s"
grep -E '^\[[A-Z]+\] Tests run:' "$log"
python3 - target/failsafe-reports/TEST-*.xml <<'PY'
import sys
from xml.etree import ElementTree

for report in sys.argv[1:]:
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            why = (skipped.text or "").strip().split("\n")[0].partition("Assumption failed: ")[2]
            print(f"skipped on LocalStack: {case.get('classname')}.{case.get('name')}: {why}")
PY
