#!/usr/bin/env bash
# Makes the table's pull through cache rules those of a file: writes new and changed ones, then removes the others. Run it
# again and nothing changes. A document that Weir could not read is refused whole, each reason on a line.
# Up to 100 changes are one transaction; more go in transactions of 100, so one that is cut short must be run again.
#
# Usage: infra/load-rules.sh TABLE [FILE]
#        infra/load-rules.sh --check [FILE]   says what is wrong with FILE, ends with 1 if something is; needs only jq
#   TABLE  the stack's output TableName
#   FILE   as `aws ecr describe-pull-through-cache-rules` prints it (default infra/rules.json)
# Needs the AWS CLI (dynamodb:Query, PutItem and DeleteItem on the table) and jq.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
table=$1
file=${2:-$(dirname "$0")/rules.json}
tools="aws jq"
[ "$table" = --check ] && tools=jq
for tool in $tools; do
  command -v "$tool" >/dev/null || { echo "load-rules.sh needs $tool" >&2; exit 2; }
done
[ -r "$file" ] || { echo "load-rules.sh cannot read $file" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# How dev.weir.rules.RulesDocument reads: a field that is no text, or empty, is not there.
# shellcheck disable=SC2016
reading='
  def find($field): (objects | .[$field] | strings | select(. != "")) // null;
  def each($field): objects | .[$field] | .[]?;
  def text: if type == "string" then . elif type == "object" or type == "array" then "" else tojson end;
  def filters: [each("imageTagMutabilityExclusionFilters") | if type == "object" and has("filter") then .filter | text else "" end];
'

# One line for each thing that is wrong. src/test/resources/dev/weir/rules/documents.jsonl holds this and Java to the same
# verdicts. refreshInterval is narrower here: whole parts without a sign, of at most nine digits.
if ! jq -s -r "$reading"'
  def is($grammar): test("\\A(?:\($grammar))\\z");
  def path: "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*" | "\(.)(?:/\(.))*";
  # What is stored, and read again, has no slash at its end.
  def is_prefix: is("\(path)/?|ROOT") and length <= 256 and (rtrimstr("/") | length) >= 2;
  def is_upstream:
    ascii_downcase | sub("\\Ahttps://"; "") | rtrimstr("/")
    | is("(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(?::[0-9]{1,5})?")
      and ([scan(":([0-9]+)\\z")[0] | tonumber] | all(. >= 1 and . <= 65535));
  def is_credential:
    is("arn:aws(?:-[a-zA-Z0-9_]+)*:secretsmanager:[a-zA-Z0-9:-]+:secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]+")
    and length >= 50 and length <= 612;
  def is_role:
    is("arn:aws(?:-[a-zA-Z0-9_]+)*:iam::[0-9]{12}:role/(?:[!-~]+/)?[a-zA-Z0-9_+=,.@-]{1,64}") and length <= 2048;
  def seconds:
    capture("\\A[Pp](?:(?<d>[0-9]{1,9})[Dd])?(?:[Tt](?=.)(?:(?<h>[0-9]{1,9})[Hh])?(?:(?<m>[0-9]{1,9})[Mm])?(?:(?<s>[0-9]{1,9})[Ss])?)?\\z")
    | map_values(. // "0" | tonumber) | .d * 86400 + .h * 3600 + .m * 60 + .s;
  def is_interval: ([seconds] | add // 0) >= 60;

  def mutability($what):
    (find("imageTagMutability") // "MUTABLE") as $value
    | if ($value | is("(?:MUTABLE|IMMUTABLE)(?:_WITH_EXCLUSION)?") | not)
          or ($value | endswith("_WITH_EXCLUSION")) != (filters | length > 0)
      then "imageTagMutability \"\($value)\" of \($what) with \(filters | length) exclusion filters: allowed is MUTABLE or IMMUTABLE without, MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION with filters"
      else empty end,
      if (filters | length) > 5 or (filters | all(is("[0-9a-zA-Z._*-]{1,128}")) | not)
      then "imageTagMutabilityExclusionFilters \(filters) of \($what): allowed are five of a tag\u0027s characters and *"
      else empty end,
      (each("imageTagMutabilityExclusionFilters") | objects | .filterType // "WILDCARD" | text | select(. != "WILDCARD")
        | "filterType \"\(.)\" of \($what) is not WILDCARD");
  def repository:
    find("repositoryName") as $name
    | if $name == null then "a repository has no repositoryName"
      elif $name | is(path) and length <= 255 then mutability($name)
      else "repositoryName \"\($name)\" is not lower-case path components of at most 255 characters" end;
  def rule:
    find("ecrRepositoryPrefix") as $prefix
    | find("upstreamRegistryUrl") as $url
    | find("upstreamRepositoryPrefix") as $upstream_prefix
    | find("credentialArn") as $credential
    | find("customRoleArn") as $role
    | find("refreshInterval") as $interval
    | if $prefix == null then "a rule has no ecrRepositoryPrefix"
      elif $prefix | is_prefix then empty
      else "ecrRepositoryPrefix \"\($prefix)\" is not ROOT or lower-case path components of 2 to 256 characters" end,
      if $url == null then "rule \($prefix) has no upstreamRegistryUrl"
      elif $url | is_upstream then empty
      else "upstreamRegistryUrl \"\($url)\" of \($prefix) is not [https://]host[:port] with a port from 1 to 65535 and without a path" end,
      if $upstream_prefix == null or ($upstream_prefix | is_prefix) then empty
      else "upstreamRepositoryPrefix \"\($upstream_prefix)\" of \($prefix) is not ROOT or lower-case path components of 2 to 256 characters" end,
      if $credential == null or ($credential | is_credential) then empty
      else "credentialArn \"\($credential)\" of \($prefix) is not arn:aws:secretsmanager:<region>:<account>:secret:ecr-pullthroughcache/<name>, 50 to 612 characters" end,
      if $role == null or ($role | is_role) then empty
      else "customRoleArn \"\($role)\" of \($prefix) is not arn:aws:iam::<account>:role/<name>, 20 to 2048 characters" end,
      if $interval == null or ($interval | is_interval) then empty
      else "refreshInterval \"\($interval)\" of \($prefix) is not an ISO 8601 duration of at least PT1M, such as PT24H" end,
      mutability($prefix);

  if length != 1 then "is not one JSON document"
  else .[0]
    | (each("repositories") | repository),
      if [objects.pullThroughCacheRules | arrays] == [] then "has no list \"pullThroughCacheRules\""
      else .pullThroughCacheRules
        | (.[] | rule),
          ([.[] | find("ecrRepositoryPrefix") // "" | rtrimstr("/")] | group_by(.)[] | select(length > 1)
            | "has \(length) rules for prefix \"\(.[0])\"")
      end
  end' "$file" >"$work/problems" 2>"$work/unreadable"; then
  sed 's/^/is not JSON: /' "$work/unreadable" >"$work/problems"
fi
if [ -s "$work/problems" ]; then
  while IFS= read -r problem; do printf '%s: %s\n' "$file" "$problem" >&2; done <"$work/problems"
  exit 1
fi
if [ "$table" = --check ]; then
  exit 0
fi

# Items as dev.weir.aws.DynamoDbRules reads them. Of a repository that stands there twice the last counts.
jq "$reading"'
  def mutability: if (find("imageTagMutability") // "MUTABLE") == "MUTABLE" then {} else {
    imageTagMutability: {S: .imageTagMutability},
    imageTagMutabilityExclusionFilters: {L: [filters[] | {S: .}]}
  } end;
  [.pullThroughCacheRules[]
  | {pk: {S: "RULES"}, sk: {S: .ecrRepositoryPrefix | rtrimstr("/")}} + (
      {
        upstreamRegistryUrl: .upstreamRegistryUrl | ascii_downcase | ltrimstr("https://") | rtrimstr("/"),
        upstreamRepositoryPrefix: (find("upstreamRepositoryPrefix") // "ROOT") | rtrimstr("/"),
        credentialArn: find("credentialArn"),
        customRoleArn: find("customRoleArn"),
        refreshInterval: find("refreshInterval")
      }
      | with_entries(select(.value != null) | .value = {S: .value})) + mutability]
  + ([each("repositories") | {pk: {S: "REPOSITORIES"}, sk: {S: .repositoryName}} + mutability] | group_by(.sk.S) | map(last))
  ' "$file" >"$work/wanted"
for partition in RULES REPOSITORIES; do
  aws dynamodb query --table-name "$table" --consistent-read --key-condition-expression 'pk = :pk' \
    --expression-attribute-values "{\":pk\": {\"S\": \"$partition\"}}" --query Items --output json >"$work/present-$partition"
done
jq -s add "$work/present-RULES" "$work/present-REPOSITORIES" >"$work/present"

# New and changed ones first, so that no reader misses a rule that only changed its place.
jq -n --arg table "$table" --slurpfile wanted "$work/wanted" --slurpfile present "$work/present" '
  $wanted[0] as $wanted | $present[0] as $present
  | [$wanted[] | select(. as $rule | $present | index($rule) | not) | {Put: {TableName: $table, Item: .}}]
  + [$present[] | select(. as $old | all($wanted[]; .sk != $old.sk or .pk != $old.pk)) | {Delete: {TableName: $table, Key: {pk, sk}}}]
  ' >"$work/changes"
changes=$(jq length "$work/changes")
for ((from = 0; from < changes; from += 100)); do
  jq --argjson from "$from" '.[$from:$from + 100]' "$work/changes" >"$work/batch"
  aws dynamodb transact-write-items --transact-items "file://$work/batch" >/dev/null
  jq -r '.[] | if .Put then "written \(.Put.Item.sk.S)" else "removed \(.Delete.Key.sk.S)" end' "$work/batch"
done
echo "$table holds $(jq 'map(select(.pk.S == "RULES")) | length' "$work/wanted") rules"
