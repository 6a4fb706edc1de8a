#!/usr/bin/env bash
# Lints template.yaml with cfn-lint and with SAM's own validation; then .ci/template/check.py translates it with SAM's translator
# for all combinations of parameters, checks and lints each result, and checks the files of infra/. All from PyPI, in a venv of
# their own. The last line is the sum.
# Usage: .ci/template-lint.sh [venv directory, default target/template-lint]
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${1:-target/template-lint}
if ! "$venv/bin/python" -c 'import cfnlint, samtranslator, celpy' 2>/dev/null || [ ! -x "$venv/bin/sam" ]; then
  python3 -m venv "$venv"
  # aws-sam-cli brings the translator; cel-python evaluates the admission policy of infra/policies.
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'cfn-lint==1.58.*' 'aws-sam-cli==1.170.*' 'cel-python==0.5.*'
fi
if ! command -v shellcheck >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends shellcheck >/dev/null || true
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
PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" .ci/template/check.py
