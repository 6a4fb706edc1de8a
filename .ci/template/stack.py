"""template.yaml as CloudFormation gets it: translated by SAM's own translator, then resolved for chosen parameters."""
import copy
import logging
import os
import re

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# The translator counts what it does and complains when nobody collects the counts.
logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.CRITICAL)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NO_VALUE = object()
SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}
REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class NoPolicies:
    """The template names no managed policy by its short name, so the translator needs none."""

    def load(self):
        return {}


def source():
    with open(os.path.join(ROOT, "template.yaml"), encoding="utf-8") as file:
        return yaml_parse(file.read())


def defaults(template):
    return {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}


def translate(template, parameters, code="s3://bucket/function.zip"):
    """What SAM makes of the template; functions of parameters are left in it."""
    document = copy.deepcopy(template)
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = code
    return transform(document, dict(parameters), NoPolicies())


class Resolver:
    """CloudFormation's functions. `literal` makes pseudo parameters and resources text too: <Table>, <Table.Arn>."""

    def __init__(self, template, parameters, partition="aws", literal=True):
        self.template, self.parameters, self.literal = template, parameters, literal
        self.pseudo = {"AWS::Partition": partition, "AWS::Region": REGIONS[partition], "AWS::AccountId": "111122223333",
                       "AWS::StackName": "weir",
                       "AWS::StackId": f"arn:{partition}:cloudformation:{REGIONS[partition]}:111122223333:stack/weir/0a1b2c3d",
                       "AWS::URLSuffix": SUFFIXES[partition]}

    def template_resolved(self):
        """The template without functions of parameters and without the resources whose condition is false."""
        resources = {name: self.resolve({key: value for key, value in resource.items() if key != "Condition"})
                     for name, resource in self.template["Resources"].items() if self.is_there(resource)}
        outputs = {name: self.resolve({key: value for key, value in output.items() if key != "Condition"})
                   for name, output in self.template["Outputs"].items() if self.is_there(output)}
        return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources, "Outputs": outputs}

    def is_there(self, thing):
        return "Condition" not in thing or self.holds(thing["Condition"])

    def allowed(self):
        """Whether the template's Rules accept the parameters."""
        return all(self.truth(assertion["Assert"]) for rule in self.template["Rules"].values()
                   if self.truth(rule["RuleCondition"]) for assertion in rule["Assertions"])

    def holds(self, condition):
        return self.truth(self.template["Conditions"][condition])

    def truth(self, expression):
        (name, argument), = expression.items()
        if name == "Fn::Equals":
            left, right = (self.text(side) for side in argument)
            return left == right
        if name == "Fn::Not":
            return not self.truth(argument[0])
        if name == "Fn::Or":
            return any(self.truth(part) for part in argument)
        if name == "Fn::And":
            return all(self.truth(part) for part in argument)
        if name == "Condition":
            return self.holds(argument)
        raise ValueError(f"a condition uses {name}, which stack.py does not know")

    def text(self, value):
        if isinstance(value, dict) and value.get("Ref") in self.pseudo:
            return self.pseudo[value["Ref"]]
        return str(self.resolve(value))

    def resolve(self, node):
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, argument), = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self.call(name, argument)
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not NO_VALUE}

    def call(self, name, argument):
        if name == "Ref":
            return self.ref(argument)
        if name == "Fn::GetAtt":
            path = argument if isinstance(argument, str) else ".".join(argument)
            return f"<{path}>" if self.literal else {name: argument}
        if name == "Fn::If":
            return self.resolve(argument[1 if self.holds(argument[0]) else 2])
        if name == "Fn::Join":
            return argument[0].join(self.resolve(argument[1]))
        if name == "Fn::Split":
            return self.resolve(argument[1]).split(argument[0])
        if name == "Fn::Sub":
            return self.sub(*([argument, {}] if isinstance(argument, str) else argument))
        raise ValueError(f"the template uses {name}, which stack.py does not know")

    def ref(self, name):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.parameters:
            kind = self.template["Parameters"][name]["Type"]
            value = self.parameters[name]
            return value.split(",") if kind == "CommaDelimitedList" else int(value) if kind == "Number" else value
        if not self.literal:
            return {"Ref": name}
        return self.pseudo.get(name, f"<{name}>")

    def sub(self, text, variables):
        values = {name: self.resolve(value) for name, value in variables.items()}
        rest = {}

        def replace(match):
            name = match.group(1)
            value = values.get(name, self.parameters.get(name))
            if isinstance(value, dict):
                rest[name] = value
            if value is None and self.literal:
                value = self.pseudo.get(name, f"<{name}>")
            return match.group(0) if value is None or isinstance(value, dict) else str(value)

        replaced = re.sub(r"\$\{([A-Za-z0-9:.]+)\}", replace, text)
        if "${" not in replaced:
            return replaced
        return {"Fn::Sub": [replaced, rest] if rest else replaced}
