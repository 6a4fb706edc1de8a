"""infra/purge.sh and a table on moto: what it lists, removes and leaves alone."""

import json
from harness import check, suite

TABLE, BUCKET, SCRIPT = "purge", "purge-blobs", "infra/purge.sh"
SHARED, OWN = "sha256:" + "a1" * 32, "sha256:" + "b2" * 32


def purge(moto):
    """The suite. It makes a table of its own."""
    suite("infra/purge.sh: a tag, a repository, a rule; dry unless --yes")
    code, output = moto.run(
        *("aws", "dynamodb", "create-table", "--table-name", TABLE, "--billing-mode", "PAY_PER_REQUEST"),
        *("--attribute-definitions", "AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=S"),
        *("--key-schema", "AttributeName=pk,KeyType=HASH", "AttributeName=sk,KeyType=RANGE"),
    )
    check("the table is there", code == 0, output if code else "")
    moto.run("aws", "s3api", "create-bucket", "--bucket", BUCKET)
    for digest in (SHARED, OWN):
        moto.run("aws", "s3api", "put-object", "--bucket", BUCKET, "--key", key(digest))
    names = ("hub/a", "hub/b", "hub/mycorp/c", "other/d")
    put(moto, *[("RULES", prefix) for prefix in ("ROOT", "hub", "hub/mycorp")], *[("CATALOG", name) for name in names])
    held = ("T#1", "T#2", "H#1#0000#abc", f"M#{SHARED}")
    put(moto, *[(f"R#{name}", sk) for name in names for sk in held], ("R#hub/a", f"B#{OWN}"))
    cases(moto)


def cases(moto):
    """Each purges more than the one before."""
    before = items(moto)
    code, output = moto.run(SCRIPT, "--bucket", BUCKET, TABLE, "rule", "hub")
    check("without --yes nothing is removed", code == 0 and items(moto) == before and "would remove 9" in output, output)

    code, output = moto.run(SCRIPT, "--yes", TABLE, "tag", "hub/a", "1")
    gone = before - items(moto)
    check("a tag goes with its history", code == 0 and gone == {"R#hub/a T#1", "R#hub/a H#1#0000#abc"}, gone)

    code, output = moto.run(SCRIPT, "--yes", "--bucket", BUCKET, TABLE, "repository", "hub/a")
    left = {item for item in items(moto) if item.startswith("R#hub/a ")}
    check("a repository goes whole", code == 0 and not left and "CATALOG hub/a" in items(moto), left or output)
    check("with the objects that no other repository holds", objects(moto) == {key(SHARED)}, objects(moto))

    code, output = moto.run(SCRIPT, "--yes", "--bucket", BUCKET, TABLE, "rule", "hub/")
    left = {item.split()[0] for item in items(moto) if item.startswith("R#")}
    check("a rule: what its prefix owns, not what a longer one does", left == {"R#hub/mycorp/c", "R#other/d"}, left)

    code, output = moto.run(SCRIPT, "--yes", "--bucket", BUCKET, TABLE, "rule", "ROOT")
    left = {item.split()[0] for item in items(moto) if item.startswith("R#")}
    check("ROOT: what no other rule covers", left == {"R#hub/mycorp/c"}, left)

    put(moto, *[("R#hub/many", f"T#{number}") for number in range(60)])
    code, output = moto.run(SCRIPT, "--yes", TABLE, "repository", "hub/many")
    check("more than one batch", code == 0 and "removed 60 entries" in output, output[-200:])
    code, output = moto.run(SCRIPT, "--yes", TABLE, "repository", "hub/many")
    check("run again, nothing is left to remove", code == 0 and "removed 0 entries and 0 objects" in output, output)
    code, output = moto.run(SCRIPT, "--yes", TABLE, "everything", "x")
    check("a wrong call prints the usage", code == 2 and "Usage: infra/purge.sh" in output, code)


def key(digest):
    return f"blobs/sha256/{digest[7:9]}/{digest[7:]}"


def put(moto, *keys):
    """Puts items of these keys, each the partition and the sort key; each start of the CLI takes a second."""
    for at in range(0, len(keys), 25):
        batch = [{"PutRequest": {"Item": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in keys[at : at + 25]]
        moto.run("aws", "dynamodb", "batch-write-item", "--request-items", json.dumps({TABLE: batch}))


def items(moto):
    output = moto.run("aws", "dynamodb", "scan", "--table-name", TABLE, "--query", "Items", "--output", "json")[1]
    return {f"{item['pk']['S']} {item['sk']['S']}" for item in json.loads(output)}


def objects(moto):
    output = moto.run("aws", "s3api", "list-objects-v2", "--bucket", BUCKET, "--query", "Contents[].Key")[1]
    return set(json.loads(output) or [])
