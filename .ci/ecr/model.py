#!/usr/bin/env python3
"""Writes the part of botocore's model of ECR that Weir checks requests by: each operation's input, without the words.

usage: model.py [--check]     --check only says whether the file in the repository is what this botocore gives
"""
import gzip
import importlib.util
import json
import pathlib
import sys

TARGET = pathlib.Path(__file__).parents[2] / "src/main/resources/dev/weir/control/ecr-model.json"
KEPT = ("type", "required", "pattern", "min", "max", "enum")
# Patterns that a backtracking matcher needs exponential time for, and what means the same.
LINEAR = {
    r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$": r"^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$",
}


def shape(model):
    kept = {key: model[key] for key in KEPT if key in model}
    if "pattern" in kept:
        kept["pattern"] = LINEAR.get(kept["pattern"], kept["pattern"])
    if "members" in model:
        kept["members"] = {name: member["shape"] for name, member in model["members"].items()}
    if "member" in model:
        kept["member"] = model["member"]["shape"]
    return kept


def used(shapes, name, found):
    if name not in found:
        found[name] = shape(shapes[name])
        for part in [*found[name].get("members", {}).values(), *filter(None, [found[name].get("member")])]:
            used(shapes, part, found)
    return found


def trimmed():
    data = pathlib.Path(importlib.util.find_spec("botocore").origin).parent / "data/ecr/2015-09-21/service-2.json.gz"
    model = json.loads(gzip.decompress(data.read_bytes()))
    operations = {name: operation["input"]["shape"] for name, operation in sorted(model["operations"].items())}
    shapes = {}
    for name in operations.values():
        used(model["shapes"], name, shapes)
    return {
        "source": "botocore data/ecr/2015-09-21/service-2.json, Apache License 2.0",
        "targetPrefix": model["metadata"]["targetPrefix"],
        "operations": operations,
        "shapes": dict(sorted(shapes.items())),
    }


def main():
    text = json.dumps(trimmed(), indent=1) + "\n"
    if "--check" in sys.argv:
        same = TARGET.read_text() == text
        print(f"{TARGET.name} is {'' if same else 'not '}what this botocore gives")
        return 0 if same else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
