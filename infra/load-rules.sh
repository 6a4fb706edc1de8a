#!/usr/bin/env bash
# Makes the table's pull through cache rules those of a file: writes new and changed ones, removes the others, all in one
# transaction. Run it again and nothing changes.
#
# Usage: infra/load-rules.sh TABLE [FILE]
#   TABLE  the stack's output TableName
#   FILE   as `aws ecr describe-pull-through-cache-rules` prints it (default infra/rules.json)
# Needs the AWS CLI (dynamodb:Query, PutItem and DeleteItem on the table) and jq.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
for tool in aws jq; do
  command -v "$tool" >/dev/null || { echo "load-rules.sh needs $tool" >&2; exit 2; }
done
table=$1
file=${2:-$(dirname "$0")/rules.json}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line for each thing that is wrong. The grammar is ECR's; refreshInterval is Weir's own.
problems=$(jq -r '
  def text: if type == "string" then . else "" end;
  def mutability($what):
    (.imageTagMutability // "MUTABLE" | text) as $value
    | (.imageTagMutabilityExclusionFilters // []) as $filters
    | if ($value | test("^(IM)?MUTABLE(_WITH_EXCLUSION)?$"))
          and (($value | endswith("_WITH_EXCLUSION")) == ($filters | length > 0))
          and ($filters | length) <= 5
          and ($filters | all(.filter | text | test("^[0-9a-zA-Z._*-]{1,128}$"))) then empty
      else "imageTagMutability \"\($value)\" of \($what) is not one of ECR, or its exclusion filters do not fit it" end;
  ((.repositories // [])[] | mutability(.repositoryName)),
  if (.pullThroughCacheRules | type) != "array" then "pullThroughCacheRules is not a list"
  else .pullThroughCacheRules
  | (if length > 50 then "\(length) rules, at most 50 are allowed" else empty end),
    (group_by(.ecrRepositoryPrefix | text | rtrimstr("/"))[] | select(length > 1)
      | "ecrRepositoryPrefix \(.[0].ecrRepositoryPrefix) stands there \(length) times"),
    (.[]
      | (.ecrRepositoryPrefix | text) as $prefix
      | (if ($prefix | test("^(([a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*/?|ROOT)$"))
            and ($prefix | length) >= 2 and ($prefix | length) <= 30 then empty
         else "ecrRepositoryPrefix \"\($prefix)\" is not ROOT or 2 to 30 characters of lower-case path components" end),
        (if .upstreamRegistryUrl | text | test("^(https://)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/?$") then empty
         else "upstreamRegistryUrl \"\(.upstreamRegistryUrl)\" of \($prefix) is not [https://]host[:port]" end),
        (if .upstreamRepositoryPrefix == null
            or (.upstreamRepositoryPrefix | text
              | test("^(([a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*/?|ROOT)$")) then empty
         else "upstreamRepositoryPrefix \"\(.upstreamRepositoryPrefix)\" of \($prefix) is not ROOT or lower-case path components" end),
        (if .credentialArn == null
            or (.credentialArn | text
              | test("^arn:aws(-\\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache/[a-zA-Z0-9/_+=.@-]+$")) then empty
         else "credentialArn of \($prefix) is not that of a secret named ecr-pullthroughcache/..." end),
        (if .refreshInterval == null or (.refreshInterval | text | test("^P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?)?$")) then empty
         else "refreshInterval \"\(.refreshInterval)\" of \($prefix) is not an ISO 8601 duration of at least PT1M" end),
        mutability($prefix)
    )
  end' "$file")
if [ -n "$problems" ]; then
  while IFS= read -r problem; do echo "$file: $problem" >&2; done <<<"$problems"
  exit 1
fi

# Items as dev.weir.aws.DynamoDbRules writes them.
jq 'def mutability: if (.imageTagMutability // "MUTABLE") == "MUTABLE" then {} else {
    imageTagMutability: {S: .imageTagMutability},
    imageTagMutabilityExclusionFilters: {L: [(.imageTagMutabilityExclusionFilters // [])[] | {S: .filter}]}
  } end;
  [.pullThroughCacheRules[]
  | (.ecrRepositoryPrefix | rtrimstr("/")) as $prefix
  | {pk: {S: "RULES"}, sk: {S: $prefix}} + (
      {
        upstreamRegistryUrl: .upstreamRegistryUrl | ltrimstr("https://") | rtrimstr("/"),
        upstreamRepositoryPrefix: (.upstreamRepositoryPrefix // "ROOT") | rtrimstr("/"),
        credentialArn, customRoleArn, refreshInterval
      }
      | with_entries(select(.value != null) | .value = {S: .value})) + mutability]
  + [(.repositories // [])[] | {pk: {S: "REPOSITORIES"}, sk: {S: .repositoryName}} + mutability]' "$file" >"$work/wanted"
aws dynamodb query --table-name "$table" --consistent-read \
  --key-condition-expression 'pk = :rules' --expression-attribute-values '{":rules": {"S": "RULES"}}' \
  --query Items --output json >"$work/present-rules"
aws dynamodb query --table-name "$table" --consistent-read \
  --key-condition-expression 'pk = :rules' --expression-attribute-values '{":rules": {"S": "REPOSITORIES"}}' \
  --query Items --output json >"$work/present-repositories"
jq -s add "$work/present-rules" "$work/present-repositories" >"$work/present"

jq -n --arg table "$table" --slurpfile wanted "$work/wanted" --slurpfile present "$work/present" '
  $wanted[0] as $wanted | $present[0] as $present
  | [$wanted[] | select(. as $rule | $present | index($rule) | not) | {Put: {TableName: $table, Item: .}}]
  + [$present[] | select(. as $old | all($wanted[]; .sk != $old.sk or .pk != $old.pk)) | {Delete: {TableName: $table, Key: {pk, sk}}}]
  ' >"$work/changes"
if [ "$(jq length "$work/changes")" -gt 0 ]; then
  aws dynamodb transact-write-items --transact-items "file://$work/changes" >/dev/null
fi
jq -r '.[] | if .Put then "written \(.Put.Item.sk.S)" else "removed \(.Delete.Key.sk.S)" end' "$work/changes"
echo "$table holds $(jq 'map(select(.pk.S == "RULES")) | length' "$work/wanted") rules"
