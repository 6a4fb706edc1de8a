"""Translates template.yaml with SAM's translator for all combinations, checks and lints each, and infra/'s files."""
import collections
import json
import re
import shutil
import sys

from cfnlint.api import lint
from cfnlint.config import ManualArgs

import combinations
import infra
import invariants
import stack
import versions

# W3011, W1033: as in template.yaml's Metadata. W3005: a dependency that SAM writes though a reference says it too.
IGNORED = ["W3011", "W1033", "W3005"]
# The conditions of these are used together; those of other parameters each decide one property.
ENTANGLED = ["Runtime", "EndpointType", "Authentication", "DomainName", "AddressRateLimit", "KmsKeyArn",
             "FormerKmsKeyArns", "PresignedUrlBinding", "SubnetIds", "UpstreamProxy", "Tracing", "GatewayLogRole"]
results = collections.Counter()


def check(what, problems):
    problems = list(problems)
    results["failed" if problems else "passed"] += 1
    print(f"  {'FAILED' if problems else 'ok    '} {what}", flush=True)
    for problem in problems[:20]:
        print(f"         {problem}")


def parameters_of(choice):
    return {name: value for name, value in choice.items() if name != "Partition"}


def stack_of(translated, choice):
    resolver = stack.Resolver(translated, parameters_of(choice), choice["Partition"])
    return invariants.Stack(resolver.template_resolved(), choice, stack.SUFFIXES[choice["Partition"]])


def lint_problems(translated, choice):
    resolved = stack.Resolver(translated, parameters_of(choice), choice["Partition"], literal=False).template_resolved()
    arguments = ManualArgs(regions=[stack.REGIONS[choice["Partition"]]], ignore_checks=IGNORED)
    for match in lint(json.dumps(resolved), config=arguments):
        yield f"{match.rule.id} {match.message}"


def shown(choice, choices):
    return ", ".join(f"{name}={value}" for name, value in choice.items() if value != choices.values[name][0])


def main():
    template = stack.source()
    defaults = stack.defaults(template)
    choices = combinations.Choices(template, defaults)
    every = set(template["Parameters"]) == set(combinations.OTHERS) - {"Partition"}
    check("every parameter is tried with another value", [] if every else ["combinations.py and template.yaml differ"])

    pairs, impossible = choices.covering(2)
    print(f"  {len(pairs)} choices hold every pair of values that the Rules allow ({impossible} pairs are not allowed)")
    # AlwaysDeploy: the id of the deployment is made of the time.
    translations = {re.sub(r"(ApiDeployment|deployment id: )[0-9a-f]+", r"\g<1>1", json.dumps(
        stack.translate(template, parameters_of(choice)), sort_keys=True)) for choice in pairs}
    check(f"SAM translates all {len(pairs)}, and to one result: it leaves parameters alone",
          [] if len(translations) == 1 else [f"{len(translations)} different results"])
    translated = json.loads(translations.pop())
    for number, choice in enumerate(pairs, 1):
        check(f"cfn-lint {number} of {len(pairs)}: {shown(choice, choices)}", lint_problems(translated, choice))

    tried, problems = 0, collections.defaultdict(set)
    for choice in (*pairs, *choices.product(ENTANGLED)):
        tried += 1
        found = stack_of(translated, choice)
        for invariant in invariants.ALL:
            problems[invariant].update(f"{problem}" for problem in invariant(found))
    for invariant in invariants.ALL:
        check(f"{invariant.__name__.replace('_', ' ')}, in {tried} combinations", sorted(problems[invariant]))

    check("a parameter publishes a version of the functions it changes, and of no other",
          versions.wrong(template, defaults))
    check("new code publishes a version of every function", versions.new_code_publishes_all(template, defaults))
    check("a version's description fits whatever the parameters", versions.descriptions_fit(template, defaults))
    for what, problems_found in infra.checks():
        check(what, problems_found)
    skipped = 0 if shutil.which("shellcheck") else 1
    if skipped:
        print("  SKIPPED shellcheck, which is not installed here")
    print(f"{results['passed']} passed, {results['failed']} failed, {skipped} skipped")
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
