"""infra/load-rules.sh against a table on moto: what it refuses, writes, leaves and removes."""
import json, os
from world import ROOT, TMP, check, run, suite

TABLE = "rules"
SCRIPT = "infra/load-rules.sh"


def rules(moto):
    suite("infra/load-rules.sh: the parser's verdicts; written once, changed, refused; more than 100 changes")
    verdicts()
    rc, told = moto.run("aws", "dynamodb", "create-table", "--table-name", TABLE, "--billing-mode", "PAY_PER_REQUEST",
                        "--attribute-definitions", "AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=S",
                        "--key-schema", "AttributeName=pk,KeyType=HASH", "AttributeName=sk,KeyType=RANGE")
    if check("the table is there", rc == 0, told if rc else ""):
        load(moto)


def verdicts():
    """What RulesDocumentTest feeds to the parser, line by line."""
    wrong = []
    with open(f"{ROOT}/src/test/resources/dev/weir/rules/documents.jsonl") as lines:
        cases = [json.loads(line) for line in lines]
    for case in cases:
        rc, told = run(SCRIPT, "--check", document(case["document"]))
        reasons = told.count(f"{TMP}/rules.json: ")
        if (rc, reasons > 0) != ((0, False) if case["accepted"] else (1, True)):
            wrong.append(f"{case['case']}: {rc} {told}")
    check("--check and the parser agree", cases and not wrong, "; ".join(wrong) or f"{len(cases)} documents")


def document(value):
    path = os.path.join(TMP, "rules.json")
    with open(path, "w") as f:
        json.dump(value, f)
    return path


def load(moto):
    def items():
        rc, told = moto.run("aws", "dynamodb", "scan", "--table-name", TABLE, "--query", "Items", "--output", "json")
        return {f"{item.pop('pk')['S']} {item.pop('sk')['S']}": item for item in json.loads(told)}

    rc, told = moto.run(SCRIPT, TABLE)
    shipped = sorted(items())
    check("the shipped rules are written", rc == 0 and len(shipped) == 8 and told.count("written ") == 8, told if rc else "")
    check("as Weir reads them", items()["RULES quay"] == {"upstreamRegistryUrl": {"S": "quay.io"}, "upstreamRepositoryPrefix": {"S": "ROOT"}}, items()["RULES quay"])
    rc, told = moto.run(SCRIPT, TABLE)
    check("run again, nothing changes", rc == 0 and told.strip() == f"{TABLE} holds 8 rules", told)

    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/quay"
    exclusion = [{"filterType": "WILDCARD", "filter": "latest"}]
    changed = {"pullThroughCacheRules": [
        {"ecrRepositoryPrefix": "quay/", "upstreamRegistryUrl": "https://Quay.IO/", "upstreamRepositoryPrefix": "acme/", "credentialArn": arn, "refreshInterval": "PT1H",
         "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": exclusion},
        {"ecrRepositoryPrefix": "github", "upstreamRegistryUrl": "ghcr.io"}],
        "repositories": [{"repositoryName": "github/a/b"}, {"repositoryName": "github/a/b", "imageTagMutability": "IMMUTABLE"}]}
    rc, told = moto.run(SCRIPT, TABLE, document(changed))
    check("a changed file is written, the rest removed", rc == 0 and (told.count("written "), told.count("removed ")) == (2, 6), told)
    wanted = {
        "RULES quay": {"upstreamRegistryUrl": {"S": "quay.io"}, "upstreamRepositoryPrefix": {"S": "acme"}, "credentialArn": {"S": arn}, "refreshInterval": {"S": "PT1H"},
                       "imageTagMutability": {"S": "IMMUTABLE_WITH_EXCLUSION"}, "imageTagMutabilityExclusionFilters": {"L": [{"S": "latest"}]}},
        "RULES github": {"upstreamRegistryUrl": {"S": "ghcr.io"}, "upstreamRepositoryPrefix": {"S": "ROOT"}},
        "REPOSITORIES github/a/b": {"imageTagMutability": {"S": "IMMUTABLE"}, "imageTagMutabilityExclusionFilters": {"L": []}}}
    check("the items are the file's", items() == wanted, "" if items() == wanted else items())

    bad = {"pullThroughCacheRules": [{"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io", "refreshInterval": "PT0M"}]}
    rc, told = moto.run(SCRIPT, TABLE, document(bad))
    check("a bad file is refused with the reason", rc == 1 and 'refreshInterval "PT0M" of quay' in told, told.strip())
    check("and the table is as it was", items() == wanted)

    many = {"pullThroughCacheRules": [], "repositories": [{"repositoryName": f"github/{n}", "imageTagMutability": "IMMUTABLE"} for n in range(249)]}
    rc, told = moto.run(SCRIPT, TABLE, document(many))
    check("252 changes go through", rc == 0 and len(items()) == 249 and (told.count("written "), told.count("removed ")) == (249, 3), told[-300:] if rc else f"{len(items())} items")
