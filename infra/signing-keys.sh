#!/usr/bin/env bash
# Changes the keys that sign 12-hour passwords and sessions, in the secret STACK/signing-keys.
#
# Usage: infra/signing-keys.sh STACK rotate            adds a new key; it signs two minutes later, the older ones verify on
#        infra/signing-keys.sh STACK retire            removes all keys but the newest: do it 12 hours after rotate, or at once
#                                                      where a key is known to others; what the removed ones signed is denied
#        infra/signing-keys.sh STACK logout PRINCIPAL  denies what was issued to PRINCIPAL until now: weir:user/alice, or as the
#                                                      audit log writes it. Nothing keeps it from logging in again
# All of it is in force everywhere within a minute. Needs the AWS CLI (secretsmanager:GetSecretValue, PutSecretValue) and jq.
set -euo pipefail

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

case "$# ${2:-}" in
  "2 rotate" | "2 retire" | "3 logout") ;;
  *) usage ;;
esac
secret=$1/signing-keys
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 077
aws secretsmanager get-secret-value --secret-id "$secret" --query SecretString --output text >"$work/old"
case $2 in
  rotate)
    head -c 32 /dev/urandom | base64 -w 0 >"$work/key"
    jq --rawfile key "$work/key" --arg now "$now" --arg id "k$(date -u +%Y%m%d%H%M%S)" \
      '.[$id] = {secret: $key, createdAt: $now}' "$work/old" >"$work/new"
    ;;
  retire)
    # A key that is a text alone is the stack's first, older than all others.
    jq '(del(.notBefore) | to_entries | sort_by(.value | if type == "string" then "" else .createdAt end) | last | .key) as $newest
        | with_entries(select(.key == $newest or .key == "notBefore"))' "$work/old" >"$work/new"
    ;;
  logout)
    jq --arg principal "$3" --arg now "$now" '.notBefore[$principal] = $now' "$work/old" >"$work/new"
    ;;
esac
aws secretsmanager put-secret-value --secret-id "$secret" --secret-string "file://$work/new" --query VersionId --output text \
  >/dev/null
jq -r --arg secret "$secret" '"\($secret) holds " + (del(.notBefore) | keys | join(", "))
  + (if .notBefore then "; logged out: " + (.notBefore | keys | join(", ")) else "" end)' "$work/new"
