"""A parameter publishes a new version of exactly the functions that it changes: translated twice, before and after."""
import stack
from combinations import OTHERS
from invariants import FUNCTIONS, Stack

# Of the function, not of a version: a change of these publishes nothing.
NOT_IN_A_VERSION = ("ReservedConcurrentExecutions", "Tags")
# With these the stack has every function.
ALL_FUNCTIONS = {"PullSecrets": "team-c"}
NETWORK = {"SubnetIds": OTHERS["SubnetIds"][0], "SecurityGroupIds": OTHERS["SecurityGroupIds"][0]}
# What must be chosen too, so that the Rules allow the change.
TOGETHER = {
    "EndpointType": {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"},
    "Authentication": {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718", "EndpointType": "PRIVATE"},
    "DomainName": {"CertificateArn": OTHERS["CertificateArn"][0]},
    "PresignedUrlBinding": {"ClientVpcId": OTHERS["ClientVpcId"][0]},
    "SubnetIds": {"SecurityGroupIds": OTHERS["SecurityGroupIds"][0]},
    "SecurityGroupIds": {"SubnetIds": OTHERS["SubnetIds"][0]},
}
# The most that AllowedPattern, MaxLength, MaxValue and AllowedValues let in.
LONGEST = {
    "Runtime": "native", "Architecture": "x86_64", "Tracing": "off", "UsersSecret": "u" * 64,
    "RefreshInterval": "PT1234H1234M", "RefreshIdle": "PT1234H1234M", "UpstreamProxy": "http://" + "p" * 52 + ":3128",
    "EcrPublicToken": "off", "PresignedUrlSeconds": "3600", "MaxRules": "5000",
    "SubnetIds": ",".join(["subnet-0a1b2c3d4e5f60718"] * 4), "SecurityGroupIds": ",".join(["sg-0a1b2c3d4e5f60718"] * 2),
    "RegistryMemory": "10240", "AuthorizerMemory": "10240", "FillMemory": "10240", "RefreshMemory": "10240",
    "WaitMemory": "10240", "FillConcurrency": "1000000",
    "ControlMemory": "10240", "DomainName": "d" * 53, "PullSecrets": "p" * 128,
    "KmsKeyArn": "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-" + "0" * 32,
}


def deployed(template, parameters, code="s3://bucket/function.zip"):
    """Function → what a version of it holds, and what makes CloudFormation publish one."""
    translated = stack.translate(template, parameters, code)
    resolved = stack.Resolver(translated, parameters).template_resolved()
    found = Stack(resolved, parameters, "amazonaws.com")
    states = {}
    for function in found.functions:
        held = {name: value for name, value in found.properties(f"{function}Function").items()
                if name not in NOT_IN_A_VERSION}
        name, version = found.version(function)
        states[function] = (held, (name, version["Properties"]["Description"]))
    return states


def bases(defaults):
    """Where a parameter is changed: the defaults; Java; a VPC, in which SubnetIds and SecurityGroupIds change alone."""
    whole = defaults | ALL_FUNCTIONS
    return {"defaults": whole, "jvm": whole | {"Runtime": "jvm"}, "in a VPC": whole | NETWORK}


def changes(template, defaults):
    """For each parameter and function: what was changed, whether it changed the function, whether it publishes."""
    for base_name, base in bases(defaults).items():
        for parameter in defaults:
            for value in (defaults[parameter], *OTHERS[parameter]):
                if value == base[parameter]:
                    continue
                before = base | TOGETHER.get(parameter, {})
                if parameter in NETWORK and base_name != "in a VPC":
                    before = base
                after = base | TOGETHER.get(parameter, {}) | {parameter: value}
                if base_name == "in a VPC" and value == "":
                    after = base | {name: "" for name in NETWORK} if parameter in NETWORK else after
                old, new = deployed(template, before), deployed(template, after)
                for function in old.keys() & new.keys():
                    yield (f"{parameter}={value} from {base_name}", parameter, function,
                           old[function][0] != new[function][0], old[function][1] != new[function][1])


def wrong(template, defaults):
    publishes = {}
    count = 0
    for what, parameter, function, changed, published in changes(template, defaults):
        count += 1
        if changed:
            publishes.setdefault(parameter, set()).add(function)
        if changed and not published:
            yield f"{what} changes {function} and publishes no version: the alias keeps the old one"
        if published and not changed:
            yield f"{what} does not change {function} and publishes: Lambda refuses an unchanged version"
    for parameter, functions in sorted(publishes.items()):
        print(f"    {parameter} publishes {', '.join(sorted(functions))}")
    print(f"    {count} comparisons; every other parameter publishes nothing")


def new_code_publishes_all(template, defaults):
    whole = defaults | ALL_FUNCTIONS
    old, new = deployed(template, whole), deployed(template, whole, "s3://bucket/other.zip")
    for function in FUNCTIONS:
        if old[function][1][0] == new[function][1][0]:
            yield f"new code does not change the logical id of {function}'s version"


def descriptions_fit(template, defaults):
    for function, (_, (_, description)) in deployed(template, defaults | LONGEST).items():
        print(f"    the longest description of {function} has {len(description)} of 256 characters")
        if len(description) > 256:
            yield f"the longest description of {function} has {len(description)} characters"
