"""infra/load-rules.sh and a table on moto: what the script rejects, writes, leaves alone and removes."""

import json, os
from harness import ROOT, TMP, check, run, suite

TABLE = "rules"
SCRIPT = "infra/load-rules.sh"


def rules(moto):
    """The suite."""
    suite("infra/load-rules.sh: agrees with the parser; writes, changes, rejects; more than 100 changes")
    verdicts()
    code, output = moto.run(
        "aws",
        "dynamodb",
        "create-table",
        "--table-name",
        TABLE,
        "--billing-mode",
        "PAY_PER_REQUEST",
        "--attribute-definitions",
        "AttributeName=pk,AttributeType=S",
        "AttributeName=sk,AttributeType=S",
        "--key-schema",
        "AttributeName=pk,KeyType=HASH",
        "AttributeName=sk,KeyType=RANGE",
    )
    if check("the table is there", code == 0, output if code else ""):
        load(moto)


def verdicts():
    """The script and the parser agree on each document that RulesDocumentTest gives to the parser."""
    wrong = []
    with open(f"{ROOT}/src/test/resources/dev/weir/rules/documents.jsonl") as lines:
        cases = [json.loads(line) for line in lines]
    for case in cases:
        code, output = run(SCRIPT, "--check", document(case["document"]))
        reasons = output.count(f"{TMP}/rules.json: ")
        if (code, reasons > 0) != ((0, False) if case["accepted"] else (1, True)):
            wrong.append(f"{case['case']}: {code} {output}")
    check("--check and the parser agree", cases and not wrong, "; ".join(wrong) or f"{len(cases)} documents")


def document(value):
    """Writes the value as JSON to a file; returns the path."""
    path = os.path.join(TMP, "rules.json")
    with open(path, "w") as f:
        json.dump(value, f)
    return path


def load(moto):
    """Loads the shipped rules, the same again, changed ones, a bad file, and more than one batch."""

    def items():
        code, output = moto.run(
            "aws", "dynamodb", "scan", "--table-name", TABLE, "--query", "Items", "--output", "json"
        )
        return {f"{item.pop('pk')['S']} {item.pop('sk')['S']}": item for item in json.loads(output)}

    code, output = moto.run(SCRIPT, TABLE)
    shipped = sorted(items())
    check(
        "the shipped rules are written",
        code == 0 and len(shipped) == 8 and output.count("written ") == 8,
        output if code else "",
    )
    check(
        "as Weir reads them",
        items()["RULES quay"] == {"upstreamRegistryUrl": {"S": "quay.io"}, "upstreamRepositoryPrefix": {"S": "ROOT"}},
        items()["RULES quay"],
    )
    code, output = moto.run(SCRIPT, TABLE)
    check("run again, nothing changes", code == 0 and output.strip() == f"{TABLE} holds 8 rules", output)

    arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/quay"
    exclusion = [{"filterType": "WILDCARD", "filter": "latest"}]
    changed = {
        "pullThroughCacheRules": [
            {
                "ecrRepositoryPrefix": "quay/",
                "upstreamRegistryUrl": "https://Quay.IO/",
                "upstreamRepositoryPrefix": "acme/",
                "credentialArn": arn,
                "refreshInterval": "PT1H",
                "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
                "imageTagMutabilityExclusionFilters": exclusion,
            },
            {"ecrRepositoryPrefix": "github", "upstreamRegistryUrl": "ghcr.io"},
        ],
        "repositories": [
            {"repositoryName": "github/a/b"},
            {"repositoryName": "github/a/b", "imageTagMutability": "IMMUTABLE"},
        ],
    }
    code, output = moto.run(SCRIPT, TABLE, document(changed))
    check(
        "a changed file is written, the rest removed",
        code == 0 and (output.count("written "), output.count("removed ")) == (2, 6),
        output,
    )
    wanted = {
        "RULES quay": {
            "upstreamRegistryUrl": {"S": "quay.io"},
            "upstreamRepositoryPrefix": {"S": "acme"},
            "credentialArn": {"S": arn},
            "refreshInterval": {"S": "PT1H"},
            "imageTagMutability": {"S": "IMMUTABLE_WITH_EXCLUSION"},
            "imageTagMutabilityExclusionFilters": {"L": [{"S": "latest"}]},
        },
        "RULES github": {"upstreamRegistryUrl": {"S": "ghcr.io"}, "upstreamRepositoryPrefix": {"S": "ROOT"}},
        "REPOSITORIES github/a/b": {
            "imageTagMutability": {"S": "IMMUTABLE"},
            "imageTagMutabilityExclusionFilters": {"L": []},
        },
    }
    check("the items are the file's", items() == wanted, "" if items() == wanted else items())

    bad = {
        "pullThroughCacheRules": [
            {"ecrRepositoryPrefix": "quay", "upstreamRegistryUrl": "quay.io", "refreshInterval": "PT0M"}
        ]
    }
    code, output = moto.run(SCRIPT, TABLE, document(bad))
    check(
        "a bad file is rejected with the reason",
        code == 1 and 'refreshInterval "PT0M" of quay' in output,
        output.strip(),
    )
    check("and the table is as it was", items() == wanted)

    many = {
        "pullThroughCacheRules": [],
        "repositories": [{"repositoryName": f"github/{n}", "imageTagMutability": "IMMUTABLE"} for n in range(249)],
    }
    code, output = moto.run(SCRIPT, TABLE, document(many))
    check(
        "252 changes go through",
        code == 0 and len(items()) == 249 and (output.count("written "), output.count("removed ")) == (249, 3),
        output[-300:] if code else f"{len(items())} items",
    )
