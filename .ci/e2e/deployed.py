"""The packaged functions behind the emulated gateway: each client logs in and pulls, cold and hot."""

import base64, glob, os, re, time
import images
from awscli import Cli
from harness import ROOT, TMP, Process, check, curl, free_port, run, suite

MIB = 1024 * 1024


class Deployed:
    """The stack of template.yaml on this machine: dev.weir.deployed.DeployedMain, of the tests."""

    name, user, password = "stack", "alice", "secret"
    account = "111122223333"
    # A secret that is there, as the end of its ARN has it.
    secret = "private-AbCdEf"

    def __init__(self, upstream, artifact, *parameters):
        """:param parameters: of the deployment, NAME=VALUE"""
        self.port = free_port()
        self.host, self.url = f"localhost:{self.port}", f"http://localhost:{self.port}"
        path = os.path.join(TMP, "test.classpath")
        code, output = run(
            "./mvnw",
            "-B",
            "-q",
            "dependency:build-classpath",
            f"-Dmdep.outputFile={path}",
            "-Dmdep.includeScope=test",
            timeout=600,
        )
        check("Maven tells the tests' class path", code == 0, output[-300:] if code else "")
        with open(path) as f:
            class_path = f"target/test-classes:target/classes:{f.read()}"
        # A client that tries TLS first would wait 10 s: this server takes the handshake for the start of a request.
        flags = ["-Dsun.net.httpserver.nodelay=true", "-Dsun.net.httpserver.maxReqTime=2"]
        self.process = Process(
            "gateway",
            "java",
            *flags,
            "-cp",
            class_path,
            "dev.weir.deployed.DeployedMain",
            artifact,
            str(self.port),
            f"localhost:{upstream.port}",
            *parameters,
        )
        if not self.process.await_line("Gateway listens on"):
            raise SystemExit("the gateway did not start")
        told = re.search(r"Admin API listens on (\S+), its key is (\S+) (\S+)", self.process.output())
        self.admin, self.key = told.group(1), told.groups()[1:]
        print(f"  runs {artifact} {' '.join(parameters)}")


def zipped(upstream, clients, path):
    """The suite, for the zip of the JVM build. path holds the aws command."""
    suite("as deployed: gateway, authorizer, functions as processes; multi-arch and a 1 GB layer")
    pulls(upstream, clients, "target/function.zip", "deployed", 1024 * MIB, path)


def native(upstream, clients, path):
    """The suite, for the executable of the native build, or else for the jar that native-image would compile."""
    suite("as deployed, native: the executable, or the jar that native-image would compile; multi-arch and a 64 MB layer")
    built = glob.glob(f"{ROOT}/target/native/function.zip") or glob.glob(f"{ROOT}/target/native/*-runner.jar")
    if built:
        pulls(upstream, clients, built[0], "native", 64 * MIB, path)
    else:
        print("  SKIPPED: .ci/native.sh leaves what it built in target/native, and did not run here")


def pulls(upstream, clients, artifact, name, large, path):
    """Every client pulls a multi-arch image and a large one, as a user and then with a password for 12 hours; name keeps the
    artifacts' images apart."""
    pusher = images.Pusher(upstream.url)
    for client in clients:
        pusher.multi_arch(f"{name}/{client.name}", "multi", [2000, 3 * MIB])
        pusher.image(f"{name}/{client.name}", "large", [large, 5 * MIB])
    weir = Deployed(upstream, artifact)
    base = weir.url
    check(
        "a request without credentials is challenged",
        'Basic realm="weir"' in curl("-D", "-", "-o", "/dev/null", f"{base}/v2/"),
    )
    smoke(weir, base, pusher, name)
    host, token = weir.host, Cli(weir, path).password()
    for phase, user, password in (("cold", weir.user, weir.password), ("hot", "AWS", token)):
        for client in clients:
            check(f"{client.name} logs in as {user}", client.login(host, user, password))
            wanted = [f"{host}/up/{name}/{client.name}:{tag}" for tag in ("multi", "large")]
            client.wipe()
            before, started = upstream.requests(), time.time()
            bad = [
                f"{image}: {output.strip()[-300:]}"
                for image in wanted
                for code, output in [client.pull(image)]
                if code != 0
            ]
            asked = upstream.requests() - before
            check(
                f"{client.name} pulls through the functions, {phase}",
                not bad,
                "; ".join(bad) or f"{time.time() - started:.1f} s, {asked} upstream requests",
            )
            if phase == "hot":
                check(f"{client.name}'s second pull through the functions asks nothing of upstream", asked == 0, asked)
    hosts(weir, base, clients[3], name, f"localhost:{upstream.port}")
    for client in clients:
        client.wipe()
    weir.process.stop()


def smoke(weir, base, pusher, name):
    """infra/smoke-test.sh as an operator runs it after a deploy, the cache still cold."""
    pusher.multi_arch(f"{name}/smoke", "1", [2000, 3 * MIB])
    image, host = f"up/{name}/smoke:1", f"localhost:{weir.port}"
    code, output = run("infra/smoke-test.sh", base, f"{weir.user}:{weir.password}", image)
    first, *lines, last = output.strip().splitlines()
    fine = (
        code == 0
        and first.startswith("registry ")
        and last == "all ok"
        and all(line.startswith("ok ") for line in lines)
    )
    check("the smoke test finds nothing wrong", fine, f"{len(lines)} checks" if fine else output)
    check("and pulls with a client", f"copies {host}/{image}" in output)
    code, output = run("infra/smoke-test.sh", base, f"{weir.user}:wrong", image)
    check(
        "the smoke test fails with a wrong password",
        code == 1 and "failed  GET /v2/: 200 (got 401)" in output,
        "" if code == 1 else output,
    )


def hosts(weir, base, containerd, name, registry):
    """containerd pulls an image by its upstream's name, with infra/clients/containerd/hosts.toml filled in."""
    folder = f"{TMP}/certs.d/{registry}"
    os.makedirs(folder, exist_ok=True)
    token = base64.b64encode(f"{weir.user}:{weir.password}".encode()).decode()
    with open(f"{ROOT}/infra/clients/containerd/hosts.toml") as example, open(f"{folder}/hosts.toml", "w") as f:
        f.write(
            example.read()
            .replace("https://WEIR_HOST/v2/docker-hub", f"{base}/v2/up")
            .replace("BASE64_OF_USER_AND_PASSWORD", token)
        )
    containerd.wipe()
    code, output = containerd.ctr(
        "images",
        "pull",
        "--hosts-dir",
        f"{TMP}/certs.d",
        "--snapshotter",
        "native",
        f"{registry}/{name}/{containerd.name}:multi",
    )
    check("containerd pulls an upstream's images by infra/clients' hosts.toml", code == 0, output[-300:] if code else "")
