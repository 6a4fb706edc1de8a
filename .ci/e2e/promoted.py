"""From dev to prod: an image is promoted by the stock AWS CLI, and production pulls nothing else, whatever becomes of upstream."""

import json, time
import images
from harness import ROOT, awaited, check, run, suite

MIB = 1024 * 1024
POLICY = f"file://{ROOT}/infra/policies/registry-dev-prod.json"
NAME = "prod/app"


def promoted(weir, upstream, docker, skopeo, cli):
    """:param weir: with the users dev and prod of infra/policies/registry-dev-prod.json, who have one password"""
    suite(f"a promoted repository through {weir.name}: docker and skopeo, as dev and as prod, with and without upstream")
    cached = f"up/{weir.name}/app"
    digest = images.Pusher(upstream.url).multi_arch(f"{weir.name}/app", "1", [2000, 3 * MIB])
    ecr(cli, "put-registry-policy", "--policy-text", POLICY)
    skopeo.login(weir.host, "dev", weir.password)
    check("dev brings the image in", awaited(60, lambda: skopeo.pull(f"{weir.host}/{cached}:1")[0] == 0))
    promote(cli, cached)
    skopeo.login(weir.host, "prod", weir.password)
    denied = awaited(60, lambda: "ProdOnlyPromoted" in skopeo.inspect(f"{weir.host}/{cached}:1")[1])
    check("prod is denied dev's image, by the name of the statement", denied)
    started = time.time()
    known = awaited(60, lambda: skopeo.inspect(f"{weir.host}/{NAME}:1")[0] == 0)
    check("prod may pull what was promoted, once every process knows the repository", known, f"{time.time() - started:.0f} s")
    check("docker logs in as prod", docker.login(weir.host, "prod", weir.password))
    for phase in ("upstream up", "upstream down"):
        if phase == "upstream down":
            upstream.process.stop()
        before = upstream.requests()
        pulled(weir, docker, skopeo, digest, phase)
        check(f"upstream was asked for nothing, {phase}", upstream.requests() == before, upstream.requests() - before)
        code, output = docker.pull(f"{weir.host}/{cached}:1")
        check(f"docker is denied dev's image, {phase}", code != 0 and "denied" in output.lower(), output.strip()[-200:])
    upstream.start()
    ecr(cli, "delete-registry-policy")


def ecr(cli, *arguments):
    """A call that has to succeed; returns what it printed."""
    code, output = cli.ecr(*arguments)
    check(f"aws ecr {arguments[0]}", code == 0, output[-300:] if code else "")
    return output


def promote(cli, cached):
    """As README has it: the manifest of the cached image is put into a repository that no rule covers."""
    ecr(cli, "create-repository", "--repository-name", NAME)
    query = ("--query", "images[0].imageManifest", "--output", "text")
    manifest = ecr(cli, "batch-get-image", "--repository-name", cached, "--image-ids", "imageTag=1", *query)
    # The CLI ends its text with a line feed, which is no part of the manifest; so does the shell's $(…).
    image = ("--image-tag", "1", "--image-manifest", manifest.rstrip("\n"))
    ecr(cli, "put-image", "--repository-name", NAME, *image)


def pulled(weir, docker, skopeo, digest, phase):
    """Both clients get the promoted image, which is the one that upstream had."""
    image = f"{weir.host}/{NAME}:1"
    docker.wipe()
    code, output = docker.pull(image)
    check(f"docker pulls it, {phase}", code == 0, output[-300:] if code else "")
    code, output = skopeo.pull(image)
    check(f"skopeo copies it with both platforms, {phase}", code == 0, output[-300:] if code else "")
    code, output = skopeo.inspect(image)
    told = json.loads(output) if code == 0 else {}
    check(f"skopeo inspect tells upstream's digest, {phase}", told.get("Digest") == digest, output[-300:] if code else "")
    code, output = run("skopeo", "list-tags", "--tls-verify=false", *skopeo.for_one(), f"docker://{weir.host}/{NAME}")
    check(f"skopeo lists its tag, {phase}", code == 0 and json.loads(output)["Tags"] == ["1"], output[-300:] if code else "")
