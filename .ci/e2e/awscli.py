"""The stock AWS CLI on a registry's admin API."""

import os
from harness import TMP, check, run


class Cli:
    """The AWS CLI, whose endpoints are Weir's and who finds credentials where the environment says."""

    def __init__(self, weir, path):
        self.path = path
        self.key = {"AWS_ACCESS_KEY_ID": weir.key[0], "AWS_SECRET_ACCESS_KEY": weir.key[1]}
        self.endpoints = {"AWS_ENDPOINT_URL_ECR": f"{weir.admin}/ecr", "AWS_ENDPOINT_URL_STS": f"{weir.admin}/sts"}

    def aws(self, credentials, *arguments):
        env = {
            **self.endpoints,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "",
            "AWS_SECRET_ACCESS_KEY": "",
            "AWS_CONFIG_FILE": f"{TMP}/aws-config",
            # The CLI keeps a role's keys in its home folder.
            "HOME": TMP,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PATH": f"{self.path}:{os.environ['PATH']}",
            **credentials,
        }
        return run("aws", *arguments, env=env)

    def ecr(self, *arguments):
        """A call of ECR's API with the registry's own control key."""
        return self.aws(self.key, "ecr", *arguments)

    def password(self):
        """What aws ecr get-login-password prints: user AWS, good for 12 hours."""
        code, output = self.ecr("get-login-password")
        check("aws ecr get-login-password gives a password for 12 hours", code == 0, output[-300:] if code else "")
        return output.strip()
