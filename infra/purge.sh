#!/usr/bin/env bash
# Removes what is cached, so that the next pull comes from upstream: a repository, a tag, or all that one rule has cached.
# Says what it would remove and removes nothing, unless --yes is given. What is stored for other repositories stays: a blob in
# the bucket is shared by all repositories that hold it, and is read by none that has no link to it. With --bucket the bytes
# go too, of those manifests and blobs that no other repository holds: this reads the whole table.
#
# Usage: infra/purge.sh [--yes] [--bucket BUCKET] TABLE repository NAME   docker-hub/library/alpine
#        infra/purge.sh [--yes] TABLE tag NAME TAG                        the pointer and its history
#        infra/purge.sh [--yes] [--bucket BUCKET] TABLE rule PREFIX       docker-hub, or ROOT for what no longer prefix covers
#   TABLE  the stack's output TableName
#   NAME   as the repository is cached: docker-hub/library/alpine, not docker-hub/alpine
# Run it again after pulls that were under way have ended. Functions answer from memory only what the table still points at.
# Needs the AWS CLI (dynamodb:Query, BatchWriteItem, and Scan for --bucket; s3:DeleteObject) and jq.
set -euo pipefail

usage() {
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

yes=no
bucket=
while [ $# -gt 0 ]; do
  case $1 in
    --yes) yes=yes; shift ;;
    --bucket) [ $# -ge 2 ] || usage; bucket=$2; shift 2 ;;
    -*) usage ;;
    *) break ;;
  esac
done
[ $# -ge 3 ] || usage
table=$1
what=$2
name=$3
case "$what $#" in
  "repository 3" | "rule 3") tag= ;;
  "tag 4") tag=$4 ;;
  *) usage ;;
esac
if [ "$what" = tag ] && [ -n "$bucket" ]; then
  echo "purge.sh: a tag is a pointer and has no bytes in the bucket: leave --bucket out, or purge the repository" >&2
  exit 2
fi
for tool in aws jq; do
  command -v "$tool" >/dev/null || { echo "purge.sh needs $tool" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Keys of a partition, one JSON object a line; the CLI follows the pages.
keys() {
  aws dynamodb query --table-name "$table" --consistent-read --key-condition-expression 'pk = :pk' \
    --expression-attribute-values "$(jq -n --arg pk "$1" '{":pk": {S: $pk}}')" \
    --projection-expression 'pk, sk' --query Items --output json | jq -c '.[]'
}

# The repositories whose cached name belongs to the rule: its prefix is the longest of all rules that cover the name.
repositories_of_rule() {
  keys RULES | jq -s 'map(.sk.S)' >"$work/prefixes"
  keys CATALOG | jq -r --arg rule "$1" --slurpfile prefixes "$work/prefixes" '
    .sk.S as $name
    | [$prefixes[0][], $rule | select(. == "ROOT" or (. as $prefix | $name | startswith($prefix + "/")))]
    | max_by(if . == "ROOT" then 0 else length end)
    | select(. == $rule) | $name'
}

case $what in
  rule) repositories_of_rule "${name%/}" >"$work/repositories" ;;
  *) printf '%s\n' "$name" >"$work/repositories" ;;
esac
: >"$work/keys"
while IFS= read -r repository; do
  keys "R#$repository" >"$work/held"
  if [ "$what" = tag ]; then
    jq -c --arg tag "$tag" 'select(.sk.S == "T#" + $tag or (.sk.S | startswith("H#" + $tag + "#")))' "$work/held" >>"$work/keys"
  else
    # The catalog keeps the name: functions that run have put it there and would not again.
    cat "$work/held" >>"$work/keys"
  fi
done <"$work/repositories"

# Digests that are held here and in no other repository.
: >"$work/digests"
if [ -n "$bucket" ]; then
  aws dynamodb scan --table-name "$table" --consistent-read --projection-expression 'pk, sk' --query Items --output json |
    jq -c '.[] | select((.pk.S | startswith("R#")) and (.sk.S | test("\\A[MB]#")))' >"$work/all"
  jq -r -n --slurpfile all "$work/all" --slurpfile gone "$work/keys" '
    ($gone | map({key: .pk.S, value: true}) | from_entries) as $purged
    | [$all[] | select($purged[.pk.S] | not) | .sk.S[2:]] as $others
    | ($others | map({key: ., value: true}) | from_entries) as $kept
    | [$gone[] | .sk.S | select(test("\\A[MB]#")) | .[2:]] | unique | .[] | select($kept[.] | not)' >"$work/digests"
fi

items=$(wc -l <"$work/keys")
jq -r '"\(.pk.S) \(.sk.S)"' "$work/keys" | sed "s/^/$([ $yes = yes ] && echo removed || echo would remove) /"
if [ $yes = yes ]; then
  # Pointers first: no tag may point at what is gone.
  jq -s -c 'sort_by(if .sk.S | startswith("T#") then 0 else 1 end) as $all | range(0; $all | length; 25) | $all[.:. + 25]' "$work/keys" |
    while IFS= read -r batch; do
      jq -c --arg table "$table" '{($table): map({DeleteRequest: {Key: .}})}' <<<"$batch" >"$work/batch"
      # DynamoDB hands back what it did not get to.
      for try in 1 2 3 4 5 6; do
        aws dynamodb batch-write-item --request-items "file://$work/batch" --query UnprocessedItems --output json >"$work/left"
        [ "$(jq -s 'map(length) | add // 0' "$work/left")" = 0 ] && break
        [ "$try" = 6 ] && { echo "purge.sh: table $table takes no more writes now: run it again in a minute" >&2; exit 1; }
        sleep "$try"
        mv "$work/left" "$work/batch"
      done
    done
fi
while IFS= read -r digest; do
  hex=${digest#*:}
  key="blobs/${digest%%:*}/${hex:0:2}/$hex"
  if [ $yes = yes ]; then
    aws s3api delete-object --bucket "$bucket" --key "$key" >/dev/null
    echo "removed s3://$bucket/$key"
  else
    echo "would remove s3://$bucket/$key"
  fi
done <"$work/digests"
echo "$([ $yes = yes ] && echo removed || echo 'would remove') $items entries and $(wc -l <"$work/digests") objects$([ $yes = yes ] || echo '; give --yes to do it')"
