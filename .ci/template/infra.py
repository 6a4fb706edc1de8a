"""The files of infra/ that tell other systems what to do: policies, kubelet's files, scripts."""
import email
import fnmatch
import glob
import json
import os
import re
import shutil
import subprocess

import celpy
import yaml

import scripts
from invariants import DIALERS
from stack import ROOT

INFRA = os.path.join(ROOT, "infra")
# What an operator replaces.
VALUES = {"PARTITION": "aws", "REGION": "us-east-1", "ACCOUNT": "111122223333", "API_ID": "a1b2c3d4e5",
          "BUCKET": "weir-bucket", "TABLE": "weir-Table", "STACK": "weir", "DEPLOY_ROLE": "deploy", "UPSTREAM_ACCOUNT": "444455556666",
          "EXEMPT_ROLE": "nodes", "WEIR_HOST": "weir.example.com"}
SCP_LIMIT = 5120
ARN = "arn:aws:{}:us-east-1:111122223333:{}"
ROLE = "arn:aws:iam::111122223333:role/"
TABLE, BUS = ARN.format("dynamodb", "table/weir-Table"), ARN.format("events", "event-bus/weir")
FUNCTION = ARN.format("lambda", "function:weir-FillFunction-1A2B:live")
USERS = ARN.format("secretsmanager", "secret:weir/users-AbCdEf")
AUTHORIZER = "weir-AuthorizerRole-1A2B"
# (role, action, resource, denied)
SCP_CASES = [
    ("admin", "dynamodb:PutItem", TABLE, True), ("admin", "dynamodb:DeleteTable", TABLE, True),
    ("admin", "dynamodb:GetItem", TABLE, False), ("weir-FillRole-1A2B", "dynamodb:PutItem", TABLE, False),
    ("deploy", "dynamodb:PutItem", TABLE, False), (AUTHORIZER, "dynamodb:PutItem", TABLE, True),
    ("admin", "dynamodb:PutItem", ARN.format("dynamodb", "table/other"), False),
    ("admin", "lambda:UpdateFunctionCode", FUNCTION, True), ("admin", "lambda:InvokeFunction", FUNCTION, True),
    ("admin", "lambda:PutFunctionConcurrency", FUNCTION, True), ("deploy", "lambda:UpdateAlias", FUNCTION, False),
    ("admin", "lambda:UpdateFunctionCode", ARN.format("lambda", "function:other"), False),
    ("weir-WaitRole-1A2B", "dynamodb:PutItem", TABLE, False), ("weir-WaitRole-1A2B", "events:PutEvents", BUS, False),
    ("admin", "events:PutEvents", BUS, True), ("weir-RegistryRole-1A2B", "events:PutEvents", BUS, False),
    ("admin", "events:RemoveTargets", ARN.format("events", "rule/weir/weir-FillFunctionBlobFillRequested"), True),
    ("admin", "events:DisableRule", ARN.format("events", "rule/weir-RefreshFunctionTick-1A2B"), True),
    ("admin", "secretsmanager:GetSecretValue", USERS, True), ("admin", "secretsmanager:PutSecretValue", USERS, True),
    (AUTHORIZER, "secretsmanager:GetSecretValue", USERS, False),
    ("weir-FillRole-1A2B", "secretsmanager:GetSecretValue", USERS, True),
    ("admin", "iam:CreateRole", ROLE + "weir-RegistryRole-mine", True),
    ("admin", "iam:CreateRole", ROLE + "weir-WaitRole-mine", True),
    ("admin", "iam:CreateRole", ROLE + "other", False),
    ("admin", "s3:PutObject", "arn:aws:s3:::weir-bucket/blobs/sha256/aa", True),
    ("admin", "s3:PutBucketPolicy", "arn:aws:s3:::weir-bucket", True),
    ("admin", "apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages/v2", True),
    ("admin", "ecr:BatchGetImage", ARN.format("ecr", "repository/x"), True),
    ("nodes", "ecr:BatchGetImage", ARN.format("ecr", "repository/x"), False),
    ("weir-FillRole-1A2B", "ecr:BatchGetImage", ARN.format("ecr", "repository/x"), False),
    ("weir-ControlRole-1A2B", "ecr:BatchGetImage", ARN.format("ecr", "repository/x"), False),
    ("weir-ControlRole-1A2B", "dynamodb:PutItem", TABLE, False),
    (AUTHORIZER, "ecr:BatchGetImage", ARN.format("ecr", "repository/x"), True),
]
OURS, OTHERS = "weir.example.com/docker-hub/library/alpine:3", "docker.io/library/alpine:3"
# (a pod's spec beside its one good container, admitted)
POD_CASES = [
    ({}, True),
    ({"containers": [{"image": OTHERS}]}, False),
    ({"containers": [{"image": "weir.example.com.evil.example/alpine"}]}, False),
    ({"initContainers": [{"image": OURS}]}, True), ({"initContainers": [{"image": OTHERS}]}, False),
    ({"ephemeralContainers": [{"image": OURS}]}, True), ({"ephemeralContainers": [{"image": OTHERS}]}, False),
    ({"volumes": [{"name": "tmp", "emptyDir": {}}]}, True),
    ({"volumes": [{"name": "model", "image": {"reference": OURS}}]}, True),
    ({"volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "model", "image": {"reference": OTHERS}}]}, False),
    ({"volumes": [{"name": "model", "image": {"pullPolicy": "Always"}}]}, False),
]


def read(path):
    with open(os.path.join(INFRA, path), encoding="utf-8") as file:
        text = file.read()
    return re.sub(r"\b(" + "|".join(VALUES) + r")\b", lambda match: VALUES[match.group(1)], text)


def listed(value):
    return value if isinstance(value, list) else [value]


def matches(text, patterns):
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in listed(patterns))


def scp():
    policy = json.loads(read("policies/scp-only-weir.json"))
    size = len(json.dumps(policy, separators=(",", ":")))
    if size > SCP_LIMIT:
        yield f"the policy has {size} characters, a service control policy at most {SCP_LIMIT}"
    for role, action, resource, denied in SCP_CASES:
        found = any(matches(action, statement["Action"]) and matches(resource, statement["Resource"])
                    and not matches(ROLE + role, statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"])
                    for statement in policy["Statement"])
        if found != denied:
            yield f"{action} on {resource} by {role} is {'denied' if found else 'not denied'}"


def upstream_role():
    """The example of a role that Weir assumes is one that the stack lets it assume, and its permissions suffice."""
    trust = json.loads(read("policies/ecr-upstream-role-trust.json"))["Statement"]
    role = json.loads(read("policies/ecr-upstream-role.json"))["Statement"]
    repository = json.loads(read("policies/ecr-upstream-repository.json"))["Statement"]
    for statement in trust:
        if statement["Condition"].get("StringEquals") != {"sts:ExternalId": "EXTERNAL_ID"}:
            yield "the role can be assumed without the external ID"
    for who, statements in (("trust", trust), ("repository", repository)):
        for function in DIALERS:
            trusted = any(matches(f"{ROLE}weir-{function}Role-1A2B", statement["Condition"]["ArnLike"]["aws:PrincipalArn"])
                          for statement in statements)
            if not trusted:
                yield f"the {who} policy does not trust {function}"
        if any(matches(f"{ROLE}weir-AuthorizerRole-1A2B", statement["Condition"]["ArnLike"]["aws:PrincipalArn"])
               for statement in statements):
            yield f"the {who} policy trusts the authorizer"
    allowed = {action for statement in role for action in listed(statement["Action"])}
    if allowed != {"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}:
        yield f"the role allows {sorted(allowed)}"


def admission():
    policy = json.loads(read("policies/kubernetes-only-weir.json"))["items"][0]
    environment = celpy.Environment()
    rules = [environment.program(environment.compile(rule["expression"])) for rule in policy["spec"]["validations"]]
    for spec, admitted in POD_CASES:
        pod = celpy.json_to_cel({"spec": {"containers": [{"image": OURS}], **spec}})
        if all(bool(rule.evaluate({"object": pod})) for rule in rules) != admitted:
            yield f"{spec} is {'denied' if admitted else 'admitted'}"


def node_config():
    message = email.message_from_string(read("clients/kubelet/eks-user-data.txt"))
    script, config = (part.get_payload() for part in message.get_payload())
    flags = dict(flag.lstrip("-").split("=", 1) for flag in yaml.safe_load(config)["spec"]["kubelet"]["flags"])
    written, = re.findall(r"cat >(\S+) <<'CONFIG'\n(.*?)\nCONFIG\n", script, re.S)
    if flags["image-credential-provider-config"] != written[0]:
        yield f"kubelet reads {flags['image-credential-provider-config']}, the script writes {written[0]}"
    providers = {provider["name"]: provider for provider in yaml.safe_load(written[1])["providers"]}
    single = yaml.safe_load(read("clients/kubelet/credential-provider-config.yaml"))["providers"][0]
    if providers.get(single["name"]) != single:
        yield "the provider for Weir is not that of credential-provider-config.yaml"
    for name in providers:
        if f"{flags['image-credential-provider-bin-dir']}/" not in script or name not in script.split("CONFIG")[0]:
            yield f"the script puts no {name} into {flags['image-credential-provider-bin-dir']}"
    if "ecr-credential-provider" not in providers:
        yield "EKS's own images have no provider"
    done = subprocess.run(["bash", "-n"], input=script.encode(), stderr=subprocess.PIPE, check=False)
    if done.returncode:
        yield done.stderr.decode()


def partitions():
    for path in glob.glob(os.path.join(INFRA, "**", "*"), recursive=True):
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    # A policy's example names its principals as an operator does, by whole ARNs.
                    if "/policies/registry-" not in path and re.search(r"arn:aws(-[a-z-]+)?:", line):
                        yield f"{os.path.relpath(path, ROOT)}:{number} names a partition: {line.strip()}"


def shellcheck():
    files = [*glob.glob(os.path.join(INFRA, "*.sh")), *glob.glob(os.path.join(ROOT, ".ci", "*.sh")),
             os.path.join(ROOT, ".ci", "run"), os.path.join(INFRA, "clients", "kubelet", "weir-credential-provider")]
    done = subprocess.run(["shellcheck", *sorted(files)], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        yield done.stdout.decode()


def checks():
    yield f"the service control policy: {len(SCP_CASES)} calls are denied or not as they should be", scp()
    yield "the policies of an ECR upstream trust the functions that dial, and no other caller", upstream_role()
    yield f"the admission policy: {len(POD_CASES)} pods are admitted or denied as they should be", admission()
    yield "the EKS user data sends kubelet to providers for Weir and for ECR", node_config()
    yield "no file of infra/ names a partition of AWS", partitions()
    yield f"before-deploy.sh: {len(scripts.BEFORE_DEPLOY)} accounts", scripts.before_deploy()
    yield f"smoke-test.sh finds nothing in a sound registry, and each of {len(scripts.FAULTS)} faults", \
        scripts.smoke_finds_each_fault()
    yield "smoke-test.sh says what it does not check", scripts.smoke_says_what_it_skips()
    yield "signing-keys.sh rotates, logs out and retires, and tells no key", scripts.signing_keys()
    if shutil.which("shellcheck"):
        yield "shellcheck finds nothing in infra/ and .ci/", shellcheck()
