#!/usr/bin/env bash
# Looks at the account before the first deploy of a stack, and prints each finding as ok, or as change with what to do:
# the concurrency that the stack reserves, the account's role for gateway logs, the users, an account for Docker Hub.
#
# Usage: infra/before-deploy.sh [NAME=VALUE ...]
#   NAME=VALUE  parameters of template.yaml that you deploy with: RegistryConcurrency, WaitConcurrency, AuthorizerConcurrency,
#               FillConcurrency, ControlConcurrency, GatewayLogRole, UsersSecret; the others take their defaults
# Needs the AWS CLI (lambda:GetAccountSettings, apigateway:GET, secretsmanager:DescribeSecret). Ends with 1 if a change is needed.
set -euo pipefail

case ${1:-} in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
command -v aws >/dev/null || { echo "before-deploy.sh needs the AWS CLI" >&2; exit 2; }
template=$(dirname "$0")/../template.yaml
arguments=("$@")

# NAME: the value given, else template.yaml's default.
parameter() {
  local argument
  for argument in ${arguments[@]+"${arguments[@]}"}; do
    case $argument in "$1"=*) echo "${argument#*=}"; return ;; esac
  done
  awk -v name="  $1:" '$0 == name { here = 1 } here && $1 == "Default:" { print $2; exit }' "$template"
}
changes=0
ok() { printf 'ok      %s\n' "$1"; }
change() { # what, remedy
  printf 'change  %s\n        %s\n' "$1" "$2"
  changes=$((changes + 1))
}
has_secret() { aws secretsmanager describe-secret --secret-id "$1" >/dev/null 2>&1; }

# Lambda refuses a reservation that leaves less than 100 to all other functions.
reserved=0
for name in RegistryConcurrency WaitConcurrency AuthorizerConcurrency FillConcurrency ControlConcurrency; do
  reserved=$((reserved + $(parameter "$name")))
done
free=$(aws lambda get-account-settings --query AccountLimit.UnreservedConcurrentExecutions --output text)
if [ "$reserved" -eq 0 ] || [ $((free - reserved)) -ge 100 ]; then
  ok "the stack reserves $reserved of $free unreserved executions of Lambda"
else
  change "the stack reserves $reserved of $free unreserved executions of Lambda, and 100 must stay: the deploy would fail" \
    "deploy with RegistryConcurrency=0 WaitConcurrency=0 AuthorizerConcurrency=0 FillConcurrency=0 ControlConcurrency=0, or ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value $((reserved + 400 > 1000 ? reserved + 400 : 1000))"
fi

wanted=$(parameter GatewayLogRole)
role=$(aws apigateway get-account --query cloudwatchRoleArn --output text)
if [ "$wanted" = create ] && [ "$role" != None ]; then
  change "API Gateway of this account and region logs through $role, which GatewayLogRole=create would replace" \
    "deploy with GatewayLogRole=existing"
elif [ "$wanted" = existing ] && [ "$role" = None ]; then
  change "API Gateway of this account and region has no role to log through, so GatewayLogRole=existing would fail" \
    "deploy with GatewayLogRole=create"
else
  ok "GatewayLogRole=$wanted fits the account (role: $role)"
fi

users=$(parameter UsersSecret)
if has_secret "$users"; then
  ok "the secret $users is there"
else
  change "the secret $users is not there, so nobody could log in" \
    "htpasswd -nbB NAME PASSWORD prints NAME:HASH; then: aws secretsmanager create-secret --name $users --secret-string '{\"NAME\":\"HASH\"}'"
fi

if has_secret ecr-pullthroughcache/docker-hub; then
  ok "the secret ecr-pullthroughcache/docker-hub is there; its ARN belongs into infra/rules.json, as credentialArn of docker-hub"
else
  change "no account for Docker Hub: it limits anonymous pulls by address, and the functions share addresses with other customers" \
    "aws secretsmanager create-secret --name ecr-pullthroughcache/docker-hub --secret-string '{\"username\":\"USER\",\"accessToken\":\"TOKEN\"}', then its ARN into infra/rules.json, as credentialArn of docker-hub"
fi

if [ "$changes" -gt 0 ]; then
  echo "$changes to change"
  exit 1
fi
echo 'all ok'
