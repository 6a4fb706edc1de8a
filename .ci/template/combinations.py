"""Choices of parameters such that every two values that the template's Rules allow together are tried together."""
import itertools
import random

from stack import Resolver

KEY = "arn:aws:kms:us-east-1:111122223333:key/"

# What each parameter may also be, beside its default: for each condition of the template a value on either side of it.
OTHERS = {
    "Runtime": ["jvm"],
    "Architecture": ["x86_64"],
    "EndpointType": ["PRIVATE"],
    "VpcEndpointId": ["vpce-0a1b2c3d4e5f60718"],
    "AllowedSourceCidrs": ["203.0.113.0/24,198.51.100.0/24"],
    "Authentication": ["off"],
    "UsersSecret": ["team/users"],
    "AdminApi": ["off"],
    "DomainName": ["registry.example.com"],
    "CertificateArn": ["arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"],
    "ThrottleRate": ["10000"],
    "ThrottleBurst": ["5000"],
    "AddressRateLimit": ["3000"],
    "KmsKeyArn": [KEY + "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"],
    "FormerKmsKeyArns": [KEY + "1", KEY + "1," + KEY + "2"],
    "PresignedUrlBinding": ["cidrs", "vpc"],
    "PresignedUrlSeconds": ["60"],
    "ClientVpcId": ["vpc-0a1b2c3d4e5f60718"],
    "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60718,subnet-1a1b2c3d4e5f60718"],
    "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60718,sg-1a1b2c3d4e5f60718"],
    "UpstreamProxy": ["http://proxy.example.com:3128"],
    "UpstreamEcrRepositoryArns": ["arn:aws:ecr:*:111122223333:repository/*",
                                  "arn:aws:ecr:us-east-1:111122223333:repository/a,arn:aws:ecr:us-east-1:444455556666:repository/b/*"],
    "UpstreamRoleArns": ["arn:aws:iam::444455556666:role/weir-pull",
                         "arn:aws:iam::444455556666:role/weir-pull,arn:aws:iam::777788889999:role/team/weir-pull"],
    "EcrPublicToken": ["on"],
    "PullSecrets": ["team-a,team-b"],
    "RefreshSchedule": ["rate(1 hour)"],
    "RefreshInterval": ["PT6H"],
    "RefreshIdle": ["P90D"],
    "MaxRules": ["50"],
    "RegistryMemory": ["1024"],
    "AuthorizerMemory": ["1024"],
    "FillMemory": ["3538"],
    "WaitMemory": ["512"],
    "ControlMemory": ["1024"],
    "RefreshMemory": ["1024"],
    "RegistryConcurrency": ["0"],
    "WaitConcurrency": ["0"],
    "AuthorizerConcurrency": ["0"],
    "FillConcurrency": ["0"],
    "ControlConcurrency": ["0"],
    "Tracing": ["off"],
    "LogRetentionDays": ["90"],
    "AlarmTopicArn": ["arn:aws:sns:us-east-1:111122223333:oncall"],
    "GatewayLogRole": ["existing"],
    "Partition": ["aws-cn", "aws-us-gov"],
}


class Choices:
    """All values of all parameters, the partition of AWS among them, and what the template's Rules allow."""

    def __init__(self, template, defaults):
        self.template = template
        self.values = {name: [default, *OTHERS[name]] for name, default in {**defaults, "Partition": "aws"}.items()}

    def allowed(self, choice):
        parameters = {name: value for name, value in choice.items() if name != "Partition"}
        return Resolver(self.template, parameters, choice["Partition"]).allowed()

    def filled(self, fixed, rng):
        """A random choice that holds the fixed values and is allowed; None if the Rules allow none."""
        for _ in range(200):
            choice = {name: rng.choice(values) for name, values in self.values.items()} | fixed
            if self.allowed(choice):
                return choice
        return None

    def product(self, names):
        """Every combination of the named parameters' values that can be made allowed; the others are random."""
        rng = random.Random(2)
        for values in itertools.product(*(self.values[name] for name in names)):
            choice = self.filled(dict(zip(names, values)), rng)
            if choice:
                yield choice

    def covering(self, strength):
        """Rows until every allowed tuple of `strength` values is in one, and how many tuples are not allowed."""
        rng = random.Random(1)
        names = sorted(self.values)
        open_tuples = {tuple(zip(group, values)) for group in itertools.combinations(names, strength)
                       for values in itertools.product(*(self.values[name] for name in group))}
        rows, impossible = [], 0
        while open_tuples:
            wanted = min(open_tuples)
            candidates = [row for row in (self.filled(dict(wanted), rng) for _ in range(12)) if row]
            if not candidates:
                impossible += 1
                open_tuples.discard(wanted)
                continue
            covered = [set(itertools.combinations([(name, row[name]) for name in names], strength))
                       for row in candidates]
            gains = [len(open_tuples & tuples) for tuples in covered]
            best = gains.index(max(gains))
            rows.append(candidates[best])
            open_tuples -= covered[best]
        return rows, impossible
