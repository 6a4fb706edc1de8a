"""ECR's stock clients on a local registry's admin API: README's commands by the AWS CLI, infra/terraform by Terraform."""

import json, os, re, shutil
from harness import ROOT, TMP, Weir, check, run, suite

PROVIDERS = "/opt/tf-plugins"
RESOURCES = {
    "aws_ecr_" + kind
    for kind in (
        "pull_through_cache_rule",
        "repository",
        "lifecycle_policy",
        "repository_policy",
        "registry_policy",
        "repository_creation_template",
        "registry_scanning_configuration",
    )
}
SKIPPED = "SKIPPED Terraform: it or the aws provider's mirror in /opt/tf-plugins is not installed"


def keys(weir):
    """What a user exports to reach the registry."""
    return {
        "AWS_ENDPOINT_URL_ECR": f"{weir.url}/ecr",
        "AWS_ENDPOINT_URL_STS": f"{weir.url}/sts",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "weir",
        "AWS_SECRET_ACCESS_KEY": "weir-local-secret",
    }


def ecr(moto):
    """The suites. moto is where the AWS CLI is installed."""
    suite("README's rules with the stock AWS CLI, as written there")
    weir = Weir('{"pullThroughCacheRules":[]}', "", "managed")
    path = f"{moto.bin}:{os.environ['PATH']}"
    shipped(weir, path)
    commands(weir, path)
    weir.process.stop()
    suite("infra/terraform with the stock aws provider: plan, apply, no changes, update, destroy")
    if shutil.which("terraform") and os.path.isdir(PROVIDERS):
        weir = Weir('{"pullThroughCacheRules":[]}', "", "terraformed")
        terraform(weir)
        weir.process.stop()
    else:
        print(SKIPPED)


def shipped(weir, path):
    """The loop of the guided deploy makes the rules of infra/rules.json."""
    loop = re.search(r"`(jq -c .*? done)`", open(f"{ROOT}/README.md").read()).group(1)
    wanted = json.load(open(f"{ROOT}/infra/rules.json"))["pullThroughCacheRules"]
    env = {**keys(weir), "PATH": path}
    code, output = run("bash", "-c", f"cd {ROOT} && {loop}", env=env, timeout=300)
    check("the shipped rules are created", code == 0, output if code else "")
    code, output = run("aws", "ecr", "describe-pull-through-cache-rules", "--max-items", "3", env=env, timeout=120)
    first = json.loads(output)["pullThroughCacheRules"] if code == 0 else output
    names = sorted(rule["ecrRepositoryPrefix"] for rule in wanted)
    check("and shown page by page", [rule["ecrRepositoryPrefix"] for rule in first] == names[:3], output)


def readme_commands():
    """The lines of the code blocks in README's section Rules, lines that go on joined."""
    section = re.search(r"^## Rules$(.*?)^## ", open(f"{ROOT}/README.md").read(), re.S | re.M).group(1)
    blocks = re.findall(r"^```bash\n(.*?)^```", section, re.S | re.M)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def commands(weir, path):
    """Runs each command; exports hold for those that follow. Address, key, account and secret are this registry's, not the usual ones."""
    here = {
        "http://localhost:5000": weir.admin,
        "AWS_ACCESS_KEY_ID=weir ": f"AWS_ACCESS_KEY_ID={weir.key[0]} ",
        "weir-local-secret": weir.key[1],
        ":000000000000:": f":{weir.account}:",
        "hub-1a2b3c": weir.secret,
    }
    exports, answers = [], {}
    for line in readme_commands():
        command = line
        for usual, ours in here.items():
            command = command.replace(usual, ours)
        if command.startswith("export "):
            exports.append(command)
            continue
        name = command.split("aws ecr ")[1].split()[0]
        code, output = run("bash", "-c", "\n".join([*exports, command]), env={"PATH": path}, timeout=120)
        answers.setdefault(name, []).append(output)
        check(f"{name} {len(answers[name])}", code == 0, output if code else "")
    shown = json.loads(answers["describe-pull-through-cache-rules"][0])["pullThroughCacheRules"]
    check("the rule is shown with ECR's name of its upstream", shown[0]["upstreamRegistry"] == "docker-hub", shown)
    valid = json.loads(answers["validate-pull-through-cache-rule"][0])
    check("validating says what is wrong, if something is", valid["isValid"] or valid["failure"], valid)


def terraform(weir):
    """A copy of infra/terraform from nothing to nothing."""
    folder = os.path.join(TMP, f"{weir.name}-terraform")
    shutil.copytree(f"{ROOT}/infra/terraform", folder)
    with open(f"{TMP}/terraformrc", "w") as f:
        f.write(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{PROVIDERS}"\n  }}\n}}\n')
    env = {**keys(weir), "TF_CLI_CONFIG_FILE": f"{TMP}/terraformrc", "CHECKPOINT_DISABLE": "1"}
    given = {"admin_api": weir.url}

    def call(*arguments):
        variables = [f"-var={name}={value}" for name, value in given.items()] if arguments[0] not in ("init", "state") else []
        return run("terraform", f"-chdir={folder}", *arguments, "-no-color", *variables, env=env, timeout=600)

    def step(name, wanted, *arguments):
        code, output = call(*arguments)
        check(name, code == wanted, output[-1500:] if code != wanted else "")

    step("init, offline", 0, "init")
    step("plan", 2, "plan", "-detailed-exitcode")
    step("apply", 0, "apply", "-auto-approve")
    step("a second plan has no changes", 0, "plan", "-detailed-exitcode")
    kinds = {line.split(".")[0] for line in call("state", "list")[1].splitlines()}
    check("each kind of resource is there", RESOURCES <= kinds, RESOURCES - kinds or "")
    given["docker_hub_secret"] = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-1a2b3c"
    given["kept_images"] = "10"
    step("update", 0, "apply", "-auto-approve")
    step("a plan after it has no changes", 0, "plan", "-detailed-exitcode")
    step("destroy", 0, "destroy", "-auto-approve")
