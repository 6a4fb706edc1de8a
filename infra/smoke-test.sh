#!/usr/bin/env bash
# Checks a deployed registry by pulling from it, and prints each check as ok, or as failed with what to do.
#
# Usage: [WEIR_STACK=NAME] infra/smoke-test.sh URL [user:password] [repository:tag]
#   URL             the stack's output Registry, https:// assumed
#   user:password   without it the registry is taken to be private and open
#   repository:tag  what to pull (default ecr-public/docker/library/alpine:latest)
#   WEIR_STACK      name of the stack; then it also makes one signed call of the admin API, runs one refresh tick, and one fill
#                   through the bus and Lambda's queue (needs the AWS CLI: cloudformation:DescribeStackResource and
#                   DescribeStacks, secretsmanager:GetSecretValue, lambda:InvokeFunction, events:PutEvents, logs:FilterLogEvents)
# Needs curl and jq; pulls once more with skopeo, podman or docker where one is installed. What only a real gateway can show is
# not checked at a loopback address, and the first line says so. Ends with 1 if a check failed.
set -uo pipefail

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
for tool in curl jq; do
  command -v "$tool" >/dev/null || { echo "smoke-test.sh needs $tool" >&2; exit 2; }
done

registry=${1%/}
registry=${registry%/v2}
case $registry in
  http://* | https://*) ;;
  *) registry=https://$registry ;;
esac
credentials=${2:-}
image=${3:-ecr-public/docker/library/alpine:latest}
repository=${image%:*}
tag=${image##*:}

index_types='application/vnd.oci.image.index.v1+json application/vnd.docker.distribution.manifest.list.v2+json'
image_types='application/vnd.oci.image.manifest.v1+json application/vnd.docker.distribution.manifest.v2+json'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# In a file, so that the password is in no process list.
: >"$work/auth"
if [ -n "$credentials" ]; then
  printf 'Authorization: Basic %s\n' "$(printf '%s' "$credentials" | base64 | tr -d '\n')" >"$work/auth"
fi

failures=0
ok() { printf 'ok      %s\n' "$1"; }
failed() { # what, mend
  printf 'failed  %s\n        mend: %s\n' "$1" "$2"
  failures=$((failures + 1))
}
check() { # what, mend, then a test that succeeds
  local what=$1 mend=$2
  shift 2
  if "$@"; then ok "$what"; else failed "$what" "$mend"; fi
}

# METHOD URL [curl options]: sets status; headers and body are in $work. Redirects are not followed.
fetch() {
  local method=$1 url=$2
  shift 2
  local how=(-X "$method")
  [ "$method" = HEAD ] && how=(--head)
  : >"$work/headers"
  : >"$work/body"
  status=$(curl --silent --show-error --max-time 60 "${how[@]}" --dump-header "$work/headers" --output "$work/body" \
    --write-out '%{http_code}' "$@" "$url" 2>"$work/error") || status="none ($(tr '\n' ' ' <"$work/error"))"
}
ask() { # METHOD PATH [curl options], with the credentials
  local method=$1 path=$2
  shift 2
  fetch "$method" "$registry$path" --header "@$work/auth" "$@"
}
header() { # name, in any case
  tr -d '\r' <"$work/headers" | awk -v name="$1" '
    BEGIN { name = tolower(name) ":" }
    tolower(substr($0, 1, length(name))) == name { value = substr($0, length(name) + 1); sub(/^ */, "", value) }
    END { print value }'
}
size() { wc -c <"$1" | tr -d ' '; }
sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}
is_error() { # status, code: the answer is the spec's JSON error
  [ "$status" = "$1" ] && [ "$(jq -r '.errors[0].code' "$work/body" 2>/dev/null)" = "$2" ]
}
asks_for_basic() { [ "$status" = 401 ] && grep -qi '^basic realm=' <<<"$(header www-authenticate)"; }
is_one_of() { # value, values
  local value=$1 one
  shift
  for one in "$@"; do [ "$value" = "$one" ] && return; done
  return 1
}

# METHOD DIGEST: goes from hop to hop while the registry waits for a fill, until another place holds the blob; sets location.
locate() {
  local method=$1 path=/v2/$repository/blobs/$2
  location=
  for _ in 1 2 3 4 5 6 7 8 9; do
    ask "$method" "$path"
    [ "$status" = 307 ] || return 1
    location=$(header location)
    case $location in
      "$registry"/*) path=${location#"$registry"} ;;
      /*) path=$location ;;
      *) return ;;
    esac
  done
  return 1
}
# DIGEST: the whole blob to $work/body, and its bytes are the digest's.
pull_blob() {
  locate GET "$1" && fetch GET "$location" --max-time 600 && [ "$status" = 200 ] && [ "sha256:$(sha256 "$work/body")" = "$1" ]
}

skipped=
authority=${registry#*://}
case $authority in
  localhost | localhost:* | 127.* | '[::1]'*)
    gateway=
    skipped+='; skipped at a loopback address, which is not API Gateway: no second stage'
    ;;
  *) gateway=yes ;;
esac
if [ -z "${WEIR_STACK:-}" ]; then
  skipped+='; skipped without WEIR_STACK: one refresh tick, one fill through the queue'
elif ! command -v aws >/dev/null; then
  echo "smoke-test.sh needs the AWS CLI with WEIR_STACK" >&2
  exit 2
fi
echo "registry $registry, image $image$skipped"

if [ -n "$gateway" ]; then
  fetch GET "$registry/Stage/v2/"
  check "no second stage is open at /Stage/ (got $status)" \
    'OpenApiVersion under Globals in template.yaml keeps SAM from making it: aws apigateway delete-stage --stage-name Stage, deploy again' \
    is_one_of "$status" 403 404
fi

if [ -n "$credentials" ]; then
  fetch GET "$registry/v2/"
  check "GET /v2/ without credentials: 401 as the spec's JSON (got $status)" \
    'GatewayResponses UNAUTHORIZED in template.yaml; deploy again, a gateway response reaches its stage by a deployment' \
    is_error 401 UNAUTHORIZED
  challenge=$(header www-authenticate)
  check "the 401 asks for Basic (WWW-Authenticate: ${challenge:-none})" \
    'ResponseParameters of UNAUTHORIZED; x-amzn-remapped-www-authenticate means that the function answered, not the gateway' \
    grep -qi '^basic realm=' <<<"$challenge"
  fetch GET "$registry/v2/" --header 'Authorization: Basic bm9ib2R5Om5vdGhpbmc='
  check "GET /v2/ as nobody: refused (got $status)" \
    'the authorizer let an unknown user in: look at its log, and that Authentication is on' \
    is_one_of "$status" 401 403
  wrong=$(printf '%s:not-the-password-%s' "${credentials%%:*}" "$RANDOM" | base64 | tr -d '\n')
  fetch GET "$registry/v2/" --header "Authorization: Basic $wrong"
  challenge=$(header www-authenticate)
  check "a wrong password: 401 that asks again (got $status, WWW-Authenticate: ${challenge:-none})" \
    'the authorizer must end with the error Unauthorized, API Gateway answers any other with 5xx: look at its log' \
    asks_for_basic
fi

ask GET /v2/
check "GET /v2/: 200 (got $status)" \
  'wrong user or password, or the secret of parameter UsersSecret does not hold the bcrypt hash; else the log of the registry function' \
  [ "$status" = 200 ]
if [ "$status" != 200 ]; then
  echo "stopped: nothing further can be checked without access" >&2
  exit 1
fi

# One Accept header for each type, as docker sends them.
# shellcheck disable=SC2086
printf 'Accept: %s\n' $index_types $image_types >"$work/accept-any"
# shellcheck disable=SC2086
printf 'Accept: %s\n' $image_types >"$work/accept-image"

ask GET "/v2/$repository/manifests/$tag" --header "@$work/accept-any"
cp "$work/body" "$work/manifest"
digest=sha256:$(sha256 "$work/manifest")
type=$(header content-type)
cached=$(header cache-status)
check "GET manifest by tag: 200 (got $status${cached:+, $cached})" \
  'the rule is there (aws ecr describe-pull-through-cache-rules)? The body says what upstream answered; Docker Hub may be out of anonymous pulls' \
  [ "$status" = 200 ]
if [ "$status" != 200 ]; then
  head -c 500 "$work/body" >&2
  echo "stopped: nothing further can be checked without a manifest" >&2
  exit 1
fi
check "the body is what Docker-Content-Digest says ($(header docker-content-digest))" \
  'bytes changed on the way: x-amazon-apigateway-binary-media-types must be */*, and the function must answer base64' \
  [ "$(header docker-content-digest)" = "$digest" ]
# shellcheck disable=SC2086
check "all of several Accept headers are read (Content-Type: $type)" \
  'the function must read multiValueHeaders, not headers' \
  is_one_of "$type" $index_types $image_types

ask HEAD "/v2/$repository/manifests/$tag" --header "@$work/accept-any"
check "HEAD manifest: Content-Length is the manifest's ($(header content-length), is $(size "$work/manifest"))" \
  'docker fails with "missing or empty Content-Length header". The function must answer HEAD with the whole manifest, the gateway counts and drops it. If the gateway counts wrong, answer HEAD of manifests without Docker-Content-Digest: docker and containerd then send a GET' \
  [ "$(header content-length)" = "$(size "$work/manifest")" ]
check "HEAD manifest: Docker-Content-Digest is the manifest's" \
  'the tag moved between two requests (try again), or HEAD and GET answer differently' \
  [ "$(header docker-content-digest)" = "$digest" ]

ask GET "/v2/$repository/manifests/$digest" --header "@$work/accept-any"
check "GET manifest by digest: the same bytes (got $status)" \
  'the log of the registry function' \
  cmp -s "$work/body" "$work/manifest"
ask GET "/v2/$repository/manifests/${digest/:/%3A}" --header "@$work/accept-any"
check "GET manifest by percent-encoded digest: the same bytes (got $status)" \
  'the function must decode requestContext.path once: the gateway passes it on as the client wrote it' \
  cmp -s "$work/body" "$work/manifest"
ask GET "/v2/$repository/manifests/$digest" --header 'Accept:'
check "GET manifest without Accept: the same bytes (got $status, $(size "$work/body") bytes)" \
  'base64 text means that the gateway did not decode the answer: x-amazon-apigateway-binary-media-types must be */*' \
  cmp -s "$work/body" "$work/manifest"

# shellcheck disable=SC2086
if is_one_of "$type" $index_types; then
  child=$(jq -r '[.manifests[] | select(.platform.os == "linux" and .platform.architecture == "amd64")][0].digest
    // .manifests[0].digest' "$work/manifest")
  ask GET "/v2/$repository/manifests/$child" --header "@$work/accept-image"
  cp "$work/body" "$work/manifest"
  check "GET manifest of linux/amd64 by digest: its bytes (got $status)" \
    'the log of the registry function' \
    [ "sha256:$(sha256 "$work/manifest")" = "$child" ]
fi

layer=$(jq -r '.layers | sort_by(.size)[-1].digest' "$work/manifest")
layer_size=$(jq -r '.layers | sort_by(.size)[-1].size' "$work/manifest")
redirected=
if locate HEAD "$layer"; then
  redirected='307 to another host, there '
  fetch HEAD "$location"
fi
check "HEAD blob: 200 with the layer's size (got $redirected$status, $(header content-length), is $layer_size)" \
  '200 and a wrong length: the gateway made it of the body, so the function must redirect; 403 behind a 307: the URL is not signed for HEAD' \
  [ "$status $(header content-length)" = "200 $layer_size" ]

if locate GET "$layer"; then
  ok "GET blob: 307 to another host"
  check "the 307 may not be cached (Cache-Control: $(header cache-control))" \
    'a cached 307 outlives its signature: the function must say no-store' \
    grep -qi no-store <<<"$(header cache-control)"
  fetch GET "$location" --range 0-99
  check "Range through the presigned URL: 206 and 100 bytes (got $status, $(size "$work/body"))" \
    'a 400 means that Authorization was sent along, a 403 that the role may not read or decrypt the object' \
    [ "$status $(size "$work/body")" = "206 100" ]
else
  failed "GET blob: 307 to another host (got $status${location:+, after waiting for the fill})" \
    'still waiting: the log of the fill function and its queue of failures; 200: this is not Weir'
fi

pulled=0
blobs=$(jq -r '.config.digest, .layers[].digest' "$work/manifest")
for blob in $blobs; do pull_blob "$blob" && pulled=$((pulled + 1)); done
check "every blob arrives and is its digest ($pulled of $(wc -w <<<"$blobs" | tr -d ' '))" \
  'the log of the fill function, and its queue of failures' \
  [ "$pulled" = "$(wc -w <<<"$blobs" | tr -d ' ')" ]

ask GET /v2/no-such-prefix/image/manifests/latest
check "unknown prefix: 404 NAME_UNKNOWN (got $status)" \
  'a rule with prefix ROOT answers for every name; else the log of the registry function' \
  is_error 404 NAME_UNKNOWN
ask GET /v2/no-such-prefix/image/manifests/latest --header 'Accept:'
check "an error without Accept is JSON too (got $status)" \
  'base64 text means that the gateway did not decode the answer: x-amazon-apigateway-binary-media-types must be */*' \
  is_error 404 NAME_UNKNOWN
ask PUT "/v2/$repository/manifests/$tag" --data '{}'
check "writing: 405 UNSUPPORTED (got $status)" \
  'the API must pass every method on to the registry function' \
  is_error 405 UNSUPPORTED

# LOGICAL_ID: the resource's name in AWS.
resource() {
  aws cloudformation describe-stack-resource --stack-name "$WEIR_STACK" --logical-resource-id "$1" \
    --query StackResourceDetail.PhysicalResourceId --output text
}
refresh_tick() {
  aws lambda invoke --function-name "$(resource RefreshFunction):live" --cli-binary-format raw-in-base64-out \
    --cli-read-timeout 900 --payload '{"detail-type": "Scheduled Event"}' "$work/tick" >"$work/invoked" &&
    [ "$(jq -r '.FunctionError // "none"' "$work/invoked")" = none ]
}
# Asks for the layer, which is there by now, and waits until the function has run, two minutes at most.
fill_through_the_queue() {
  local since reports
  since=$(($(date +%s) * 1000))
  jq -n --arg bus "$(resource EventBus)" --arg repository "$repository" --arg digest "$layer" '[{
    EventBusName: $bus, Source: "weir", DetailType: "Blob Fill Requested",
    Detail: ({repository: $repository, digest: $digest, attempt: 1} | tojson)}]' >"$work/entries"
  [ "$(aws events put-events --entries "file://$work/entries" --query FailedEntryCount --output text)" = 0 ] || return 1
  for _ in $(seq 24); do
    reports=$(aws logs filter-log-events --log-group-name "/aws/lambda/$WEIR_STACK/fill" --start-time "$since" \
      --filter-pattern '{ $.type = "platform.report" && $.record.status = "success" }' --query 'length(events)' --output text)
    [ "${reports:-0}" -gt 0 ] 2>/dev/null && return
    sleep "${WEIR_SMOKE_PAUSE:-5}"
  done
  return 1
}
# A name of template.yaml's Outputs.
output() {
  aws cloudformation describe-stacks --stack-name "$WEIR_STACK" \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}
# In the environment, so that the key is in no process list.
signed_call() {
  local key
  key=$(aws secretsmanager get-secret-value --secret-id "$(output ControlKeysSecret)" --query SecretString --output text |
    jq -r '."weir-admin"') || return 1
  AWS_ACCESS_KEY_ID=weir-admin AWS_SECRET_ACCESS_KEY=$key AWS_SESSION_TOKEN='' \
    aws ecr describe-registry --endpoint-url "$ecr_endpoint" >/dev/null
}
if [ -n "${WEIR_STACK:-}" ]; then
  ecr_endpoint=$(output EcrEndpoint)
  if [ -n "$ecr_endpoint" ]; then
    check "a signed call of the admin API arrives" \
      'the secret of the output ControlKeysSecret must hold the key weir-admin; else the log of the control function' \
      signed_call
  else
    echo 'skipped a signed call of the admin API: AdminApi is off'
  fi
  check "one refresh tick ends well" \
    'the log of the refresh function, and that you may describe the stack and invoke the function' \
    refresh_tick
  check "one fill passes bus and queue and ends well" \
    'the rule BlobFillRequested of the bus, the queue FillFailures, the log of the fill function; whether FillConcurrency is in use' \
    fill_through_the_queue
fi

export REGISTRY_AUTH_FILE=$work/config.json DOCKER_CONFIG=$work
host=$authority
if [ -n "$credentials" ]; then
  jq -n --arg host "$host" --arg auth "$(sed -n 's/^Authorization: Basic //p' "$work/auth")" \
    '{auths: {($host): {auth: $auth}}}' >"$work/config.json"
else
  echo '{}' >"$work/config.json"
fi
tls=true
case $registry in http://*) tls=false ;; esac
mend='the digests above are right, so look at what the client says'
if command -v skopeo >/dev/null; then
  check "skopeo copies $host/$image" "$mend" \
    skopeo --override-os linux --override-arch amd64 copy --quiet "--src-tls-verify=$tls" \
    "docker://$host/$image" "dir:$work/image"
elif command -v podman >/dev/null; then
  check "podman pulls $host/$image" "$mend" podman pull --quiet "--tls-verify=$tls" "$host/$image"
elif command -v docker >/dev/null; then
  check "docker pulls $host/$image" "$mend" docker pull --quiet "$host/$image"
else
  echo 'skipped a pull with a client: no skopeo, podman or docker here'
fi

if [ "$failures" -gt 0 ]; then
  echo "$failures failed"
  exit 1
fi
echo 'all ok'
