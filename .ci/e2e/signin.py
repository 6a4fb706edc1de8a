"""Stock clients sign in to a local Weir: the AWS CLI with keys, a web identity and a process; kubelet's credential provider."""

import base64, json, time
from awscli import Cli
from harness import TMP, Weir, check, curl, run, suite

ACCOUNT = Weir.account
ROLE = f"arn:aws:iam::{ACCOUNT}:role/weir/app"
SUBJECT = "system:serviceaccount:prod:app"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """An issuer of identity tokens, such as a cluster. Weir is given its public key, so it needs no server."""

    def __init__(self):
        self.key = f"{TMP}/issuer.pem"
        run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key)
        modulus = run("openssl", "rsa", "-in", self.key, "-noout", "-modulus")[1].strip().split("=")[1]
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}
        self.identities = json.dumps(
            {
                "oidcIssuers": [{"alias": "cluster", "issuer": "https://cluster.example.org", "jwks": {"keys": [key]}}],
                "roles": [
                    {
                        "roleName": "app",
                        "maxSessionDuration": 43200,
                        "assumeRolePolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"Federated": "cluster.example.org"},
                                    "Action": "sts:AssumeRoleWithWebIdentity",
                                    "Condition": {"StringEquals": {"cluster.example.org:sub": SUBJECT}},
                                }
                            ],
                        },
                    }
                ],
            }
        )

    def token(self, audience, subject=SUBJECT):
        now = int(time.time())
        claims = {"iss": "https://cluster.example.org", "aud": [audience], "sub": subject, "iat": now, "exp": now + 600}
        parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1"}, claims)]
        with open(f"{TMP}/unsigned", "w") as f:
            f.write(".".join(parts))
        run("openssl", "dgst", "-sha256", "-sign", self.key, "-out", f"{TMP}/signature", f"{TMP}/unsigned")
        with open(f"{TMP}/signature", "rb") as f:
            return ".".join([*parts, base64url(f.read())])


def opens(weir, password, user="AWS"):
    """The status of /v2/ for this login."""
    return curl("-o", "/dev/null", "-w", "%{http_code}", "-u", f"{user}:{password}", f"{weir.url}/v2/")


def control_keys(weir, cli):
    keys = {"AWS_ACCESS_KEY_ID": "weir", "AWS_SECRET_ACCESS_KEY": "weir-local-secret"}
    code, output = cli.aws(keys, "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
    check("aws sts get-caller-identity names the control key", f":{ACCOUNT}:user/weir/key/" in output, output.strip()[-200:])
    code, password = cli.aws(keys, "ecr", "get-login-password")
    check("aws ecr get-login-password gives a password", code == 0, "" if code == 0 else password[-300:])
    check("it opens the registry", opens(weir, password.strip()) == "200")
    check("a changed one does not", opens(weir, password.strip()[:-4] + "AAAA") == "401")
    code, output = cli.aws({**keys, "AWS_SECRET_ACCESS_KEY": "another-secret-key"}, "ecr", "get-login-password")
    check("a wrong secret is an InvalidSignatureException", code != 0 and "InvalidSignatureException" in output)
    code, output = cli.aws({**keys, "AWS_ACCESS_KEY_ID": "nobody"}, "sts", "get-caller-identity")
    check("an unknown key is an InvalidClientTokenId", code != 0 and "InvalidClientTokenId" in output)


def web_identity(weir, cli, issuer):
    token = f"{TMP}/token"
    for session, subject, wanted in (("e2e", SUBJECT, ""), ("other", "system:serviceaccount:dev:app", "AccessDenied")):
        with open(token, "w") as f:
            f.write(issuer.token(f"localhost:{weir.port}", subject))
        role = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": ROLE, "AWS_ROLE_SESSION_NAME": session}
        code, output = cli.aws(role, "ecr", "get-login-password")
        if wanted:
            check("a service account that the role doesn't trust is denied", code != 0 and wanted in output, output.strip()[-300:])
        else:
            check("the role of a service account gets a password", code == 0, "" if code == 0 else output[-300:])
            check("it opens the registry too", opens(weir, output.strip()) == "200")
            code, output = cli.aws(role, "sts", "get-caller-identity", "--query", "Arn", "--output", "text")
            check("the caller is the role's session", f":{ACCOUNT}:assumed-role/weir/app/e2e" in output, output.strip()[-200:])


def credential_process(weir, cli, issuer):
    """A profile whose keys come from a login, as infra/clients/README.md has it."""
    token = issuer.token(f"localhost:{weir.port}")
    login = json.loads(curl("-u", f"oidc:{token}", f"{weir.url}/v2/_weir/login") or "{}")
    check("an identity token gets a password at /v2/_weir/login", opens(weir, login.get("password", "")) == "200")
    with open(f"{TMP}/aws-config", "w") as f:
        f.write(
            "[profile weir]\nregion = us-east-1\n"
            f"credential_process = curl -fsS -u oidc:{token} {weir.url}/v2/_weir/credentials\n"
        )
    code, output = cli.aws({"AWS_PROFILE": "weir"}, "ecr", "get-login-password")
    check("a profile with credential_process gets a password", code == 0, "" if code == 0 else output[-300:])
    check("and it opens the registry", opens(weir, output.strip()) == "200")


def kubelet(weir, cli, issuer, go):
    binary = go.find("ecr-credential-provider")
    if not binary:
        return
    request = {
        "kind": "CredentialProviderRequest",
        "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
        "image": f"localhost:{weir.port}/up/app:1",
        "serviceAccountToken": issuer.token(f"localhost:{weir.port}"),
        "serviceAccountAnnotations": {"eks.amazonaws.com/ecr-role-arn": ROLE},
    }
    with open(f"{TMP}/request.json", "w") as f:
        json.dump(request, f)
    env = {**cli.endpoints, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    code, output = run("sh", "-c", f"{binary} get-credentials <{TMP}/request.json 2>{TMP}/provider.log", env=env)
    answer = json.loads(output) if code == 0 else {}
    with open(f"{TMP}/provider.log") as f:
        log = f.read()
    logins = list(answer.get("auth", {}).items())
    check("kubelet's ecr-credential-provider signs in", code == 0 and len(logins) == 1, log[-300:] if code else answer.get("cacheDuration"))
    for registry, login in logins:
        check("for this registry", registry.startswith("localhost"), registry)
        check("with a password that opens it", opens(weir, login["password"], login["username"]) == "200")


def signin(rules, insecure, path, go):
    """
    :param path: the folder that holds the aws command
    :param go: where kubelet's credential provider comes from
    """
    suite("sign-in: the AWS CLI and kubelet's credential provider")
    issuer = Issuer()
    weir = Weir(rules, insecure, name="signin", env={"WEIR_IDENTITIES": issuer.identities})
    cli = Cli(weir, path)
    check("nobody gets in without a login", curl("-o", "/dev/null", "-w", "%{http_code}", f"{weir.url}/v2/") == "401")
    control_keys(weir, cli)
    web_identity(weir, cli, issuer)
    credential_process(weir, cli, issuer)
    kubelet(weir, cli, issuer, go)
    weir.process.stop()
