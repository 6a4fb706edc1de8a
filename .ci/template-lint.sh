#!/usr/bin/env bash
# Lints template.yaml with cfn-lint and with SAM's own validation, both from PyPI in a venv of their own.
# Usage: .ci/template-lint.sh [venv directory, default target/template-lint]
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${1:-target/template-lint}
if [ ! -x "$venv/bin/sam" ] || [ ! -x "$venv/bin/cfn-lint" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'cfn-lint==1.58.*' 'aws-sam-cli==1.170.*'
fi
export SAM_CLI_TELEMETRY=0
# SAM wants a region and some credentials to resolve parameters; nothing is called.
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}

"$venv/bin/cfn-lint" --version
"$venv/bin/sam" --version
"$venv/bin/cfn-lint" template.yaml
for environment in default dev prod; do
  "$venv/bin/sam" validate --lint --template template.yaml --config-env "$environment"
done
