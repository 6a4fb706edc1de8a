"""The scripts of infra/ as an operator runs them, with an aws command that answers as the case says."""
import json
import os
import shutil
import subprocess
import tempfile

import registry
from stack import ROOT

TOOLS = ("awk base64 bash cat cmp cp curl cut date dirname env grep head jq mktemp mv rm sed seq sha256sum sleep sort "
         "tail tr wc").split()

# (what the account is, arguments, what the output holds, whether a change is needed)
USUAL = {"concurrency": "1000", "role": "None", "secrets": "weir/users ecr-pullthroughcache/docker-hub"}
BEFORE_DEPLOY = [
    ("an account that is ready", {}, [], "all ok", False),
    ("too little concurrency", {"concurrency": "699"}, [], "the deploy would fail", True),
    ("a new account", {"concurrency": "10"},
     ["RegistryConcurrency=0", "WaitConcurrency=0", "AuthorizerConcurrency=0", "FillConcurrency=0",
      "ControlConcurrency=0"], "all ok", False),
    ("the least that is enough", {"concurrency": "700"}, [], "all ok", False),
    ("a thousand nodes at once", {"concurrency": "1000"}, ["WaitConcurrency=3000"], "the deploy would fail", True),
    ("a thousand nodes and the quota for it", {"concurrency": "4000"}, ["WaitConcurrency=3000"], "all ok", False),
    ("a role that is in use", {"role": "arn:aws:iam::1:role/logs"}, [], "GatewayLogRole=existing", True),
    ("a role that is in use and kept", {"role": "arn:aws:iam::1:role/logs"}, ["GatewayLogRole=existing"],
     "all ok", False),
    ("no role to keep", {}, ["GatewayLogRole=existing"], "deploy with GatewayLogRole=create", True),
    ("no users", {"secrets": "ecr-pullthroughcache/docker-hub"}, [], "nobody could log in", True),
    ("users of another name", {"secrets": "team/users ecr-pullthroughcache/docker-hub"}, ["UsersSecret=team/users"],
     "all ok", False),
    ("no account for Docker Hub", {"secrets": "weir/users"}, [], "no account for Docker Hub", True),
]
ACCOUNT = """#!/usr/bin/env bash
case "$1 $2" in
  "lambda get-account-settings") echo "$CONCURRENCY" ;;
  "apigateway get-account") echo "$ROLE" ;;
  "secretsmanager describe-secret") [[ " $SECRETS " == *" $4 "* ]] ;;
  *) echo "unexpected: aws $*" >&2; exit 2 ;;
esac
"""
# (fault, the check that must find it)
FAULTS = [
    ("a second stage", "no second stage is open at /Stage/"),
    ("no challenge for a wrong password", "a wrong password: 401 that asks again"),
    ("length of HEAD", "HEAD manifest: Content-Length is the manifest's"),
    ("percent-encoded path", "GET manifest by percent-encoded digest"),
    ("base64 without Accept", "GET manifest without Accept"),
    ("base64 without Accept", "an error without Accept is JSON too"),
    ("a signature that is dropped", "a signed call of the admin API arrives"),
    ("a tick that fails", "one refresh tick ends well"),
    ("a fill that never runs", "one fill passes bus and queue and ends well"),
]
STACK = """#!/usr/bin/env bash
case "$1 $2" in
  "cloudformation describe-stack-resource") echo "weir-$6" ;;
  "cloudformation describe-stacks") case "$6" in
      *EcrEndpoint*) [ "$FAULT" = "no admin API" ] || echo "https://admin.example/ecr" ;;
      *ControlKeysSecret*) echo "arn:secret" ;;
    esac ;;
  "secretsmanager get-secret-value") [ "$4" = arn:secret ] && echo '{"weir-admin":"the-secret"}' ;;
  "ecr describe-registry") [ "$AWS_ACCESS_KEY_ID/$AWS_SECRET_ACCESS_KEY $4" = "weir-admin/the-secret https://admin.example/ecr" ] &&
    [ "$FAULT" != "a signature that is dropped" ] ;;
  "lambda invoke") if [ "$FAULT" = "a tick that fails" ]; then echo '{"StatusCode": 200, "FunctionError": "Unhandled"}'
    else echo '{"StatusCode": 200}'; fi ;;
  "events put-events") jq -e '.[0].Detail | fromjson | .digest' "${4#file://}" >/dev/null && echo 0 ;;
  "logs filter-log-events") if [ "$FAULT" = "a fill that never runs" ]; then echo 0; else echo 1; fi ;;
  *) echo "unexpected: aws $*" >&2; exit 2 ;;
esac
"""
KEYS = """#!/usr/bin/env bash
case "$1 $2 $4" in
  "secretsmanager get-secret-value weir/signing-keys") cat "$SECRET" ;;
  "secretsmanager put-secret-value weir/signing-keys") cat "${6#file://}" >"$SECRET.new" && mv "$SECRET.new" "$SECRET" ;;
  *) echo "unexpected: aws $*" >&2; exit 2 ;;
esac
"""


def run(script, arguments, aws, environment):
    """Exit code and output, with no other tools on the PATH than the script says it needs."""
    with tempfile.TemporaryDirectory() as folder:
        for tool in TOOLS:
            os.symlink(shutil.which(tool), os.path.join(folder, tool))
        with open(os.path.join(folder, "aws"), "w", encoding="utf-8") as file:
            file.write(aws)
        os.chmod(os.path.join(folder, "aws"), 0o755)
        if "PORT" in environment:
            with open(os.path.join(folder, ".curlrc"), "w", encoding="utf-8") as file:
                file.write(f'connect-to = "::127.0.0.1:{environment["PORT"]}"\n')
        done = subprocess.run([os.path.join(ROOT, "infra", script), *arguments], stdout=subprocess.PIPE, cwd=ROOT,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120, check=False,
                              env={"PATH": folder, "HOME": folder, "CURL_HOME": folder, **environment})
        return done.returncode, done.stdout.decode(errors="replace")


def before_deploy():
    for what, account, arguments, held, change in BEFORE_DEPLOY:
        environment = {name.upper(): value for name, value in {**USUAL, **account}.items()}
        status, told = run("before-deploy.sh", arguments, ACCOUNT, environment)
        if status != int(change) or held not in told:
            yield f"{what}: ended with {status}: {told}"


def smoke_test(fault, host="weir.example", stack="weir"):
    with registry.running(fault) as port:
        environment = {"PORT": str(port), "FAULT": fault, "WEIR_SMOKE_PAUSE": "0"}
        if stack:
            environment["WEIR_STACK"] = stack
        return run("smoke-test.sh", [f"http://{host}", f"{registry.USER}:{registry.PASSWORD}",
                                     f"{registry.REPOSITORY}:{registry.TAG}"], STACK, environment)


def smoke_finds_each_fault():
    status, told = smoke_test("")
    if status != 0 or not told.rstrip().endswith("all ok"):
        yield f"a sound registry: ended with {status}: {told}"
    for fault, wanted in FAULTS:
        status, told = smoke_test(fault)
        failed = [line for line in told.splitlines() if line.startswith("failed")]
        expected = {name for other, name in FAULTS if other == fault}
        if status != 1 or not any(line.startswith(f"failed  {wanted}") for line in failed):
            yield f"{fault}: not found by '{wanted}': {told}"
        elif len(failed) != len(expected):
            yield f"{fault}: also failed: {failed}"


def smoke_says_what_it_skips():
    for host, stack, wanted, unwanted in (("localhost", "", "no second stage", "no second stage is open"),
                                          ("127.0.0.1", "weir", "no second stage", "skipped without WEIR_STACK"),
                                          ("weir.example", "", "skipped without WEIR_STACK", "skipped at a loopback")):
        status, told = smoke_test("", host, stack)
        first, rest = told.split("\n", 1)
        if status != 0 or wanted not in first or unwanted in first or (not stack and "refresh tick" in rest):
            yield f"{host}: ended with {status}: {told}"


def signing_keys():
    """From the key that the stack made to one that replaced it."""
    with tempfile.TemporaryDirectory() as folder:
        secret = os.path.join(folder, "secret")
        first = {"k1": "0123456789abcdef0123456789abcdef"}
        with open(secret, "w", encoding="utf-8") as file:
            json.dump(first, file)

        def after(*arguments):
            status, told = run("signing-keys.sh", ["weir", *arguments], KEYS, {"SECRET": secret})
            with open(secret, encoding="utf-8") as file:
                return status, told, json.load(file)

        status, told, keys = after("rotate")
        added = [key for name, key in keys.items() if name != "k1"]
        if status or len(added) != 1 or keys.get("k1") != first["k1"] or len(added[0]["secret"]) < 40:
            yield f"rotate: ended with {status}: {told}"
        elif added[0]["secret"] in told or first["k1"] in told:
            yield f"rotate tells a key: {told}"
        status, told, keys = after("logout", "weir:user/alice")
        if status or list(keys.get("notBefore", {})) != ["weir:user/alice"] or len(keys) != 3:
            yield f"logout: ended with {status}: {told}"
        status, told, keys = after("retire")
        if status or "k1" in keys or [key for name, key in keys.items() if name != "notBefore"] != added:
            yield f"retire: ended with {status}: {told}"
        for wrong in ([], ["logout"], ["remove"]):
            status, told, same = after(*wrong)
            if status != 2 or same != keys:
                yield f"{wrong}: ended with {status}: {told}"
