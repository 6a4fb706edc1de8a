"""What is no image: a chart by helm, signatures by cosign. Each logs in as a user and by a password for 12 hours."""

import hashlib, os, time
import images
from harness import TMP, check, run, suite

MIB = 1024 * 1024
# cosign has no way to reach the public logs here, so it signs and verifies with keys alone.
ALONE = ("--allow-insecure-registry", "--allow-http-registry")
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    "templates/settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
}


def asked(upstream, call):
    """What a call returned, how many upstream requests it took, and the seconds."""
    before, started = upstream.requests(), time.time()
    result = call()
    return result, upstream.requests() - before, time.time() - started


def charts(weir, upstream, helm, logins):
    """helm pulls a chart that was pushed to the upstream."""
    suite(f"helm through {weir.name}: log in, pull cold and hot")
    env = {f"HELM_{kind}_HOME": f"{TMP}/helm/{kind.lower()}" for kind in ("CONFIG", "CACHE", "DATA")}
    for name, text in CHART.items():
        path = f"{TMP}/chart/app/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
    packed, folder = f"{TMP}/chart/app-1.0.0.tgz", f"{weir.name}/charts"
    steps = (
        ("package", f"{TMP}/chart/app", "-d", f"{TMP}/chart"),
        ("push", packed, f"oci://127.0.0.1:{upstream.port}/{folder}", "--plain-http"),
    )
    for step in steps:
        code, output = run(helm, *step, env=env)
        check(f"helm {step[0]}", code == 0, output[-300:] if code else "")
    chart = f"oci://{weir.host}/up/{folder}/app"
    code, output = run(helm, "pull", chart, "--version", "1.0.0", "--plain-http", "-d", f"{TMP}/none", env=env)
    check("without a login helm pulls nothing", code != 0 and "basic credential not found" in output, output[-300:] if code == 0 else "")
    for phase, (user, password) in zip(("cold", "hot"), logins):
        code, output = run(helm, "registry", "login", weir.host, "-u", user, "-p", password, "--plain-http", env=env)
        check(f"helm logs in as {user}", code == 0, output[-300:] if code else "")
        into = f"{TMP}/chart/{weir.name}-{phase}"
        pull = (helm, "pull", chart, "--version", "1.0.0", "--plain-http", "-d", into)
        os.makedirs(into)
        (code, output), requests, seconds = asked(upstream, lambda: run(*pull, env=env))
        same = code == 0 and sha(f"{into}/app-1.0.0.tgz") == sha(packed)
        check(f"helm pulls the chart, {phase}", same, output[-300:] if code else f"{seconds:.1f} s, {requests} upstream requests")
    check("helm's second pull asks nothing of upstream", requests == 0, requests)


def sha(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def signatures(weir, upstream, cosign, logins):
    """cosign signs an image on the upstream, once with a tag and once by a referrer, and verifies it through Weir."""
    suite(f"cosign through {weir.name}: log in, verify and tree of signatures by tag and by referrer")
    folder = f"{TMP}/cosign-{weir.name}"
    os.makedirs(folder)
    env = {"COSIGN_PASSWORD": "", "DOCKER_CONFIG": folder, "HOME": folder}
    run("sh", "-c", f"cd {folder} && {cosign} generate-key-pair", env=env)
    # cosign follows no redirect from a name to an address of this machine, as the functions' stand-in of S3 has one.
    host, made = weir.host.replace("localhost", "127.0.0.1"), {}
    for kind, bundle in (("tag", "false"), ("referrer", "true")):
        name = f"{weir.name}/signed-by-{kind}"
        digest = images.Pusher(upstream.url).image(name, "1", [2000, MIB])[0]
        format = f"--new-bundle-format={bundle}"
        signing = ("--key", f"{folder}/cosign.key", "--tlog-upload=false", "--use-signing-config=false", "--yes", format)
        code, output = run(cosign, "sign", *signing, *ALONE, f"127.0.0.1:{upstream.port}/{name}@{digest}", env=env)
        check(f"cosign signs on the upstream, by {kind}", code == 0, output[-300:] if code else "")
        made[kind] = (f"{host}/up/{name}@{digest}", format)
    for phase, (user, password) in zip(("cold", "hot"), logins):
        code, output = run(cosign, "login", host, "-u", user, "-p", password, env=env)
        check(f"cosign logs in as {user}", code == 0, output[-300:] if code else "")
        for kind, (image, format) in made.items():
            key = ("--key", f"{folder}/cosign.pub", "--insecure-ignore-tlog=true", format)
            (code, output), requests, seconds = asked(upstream, lambda: run(cosign, "verify", *key, *ALONE, image, env=env))
            fine = code == 0 and image.rpartition("@")[2] in output
            told = f"{seconds:.1f} s, {requests} upstream requests" if fine else output[-400:]
            check(f"cosign verifies the signature by {kind}, {phase}", fine, told)
            if phase == "hot" and kind == "tag":
                check("cosign's second verification asks nothing of upstream", requests == 0, requests)
    shown(cosign, env, made)
    upstream.process.stop()
    image, format = made["tag"]
    key = ("--key", f"{folder}/cosign.pub", "--insecure-ignore-tlog=true", format)
    code, output = run(cosign, "verify", *key, *ALONE, image, env=env)
    check("cosign verifies the signature by tag while upstream is down", code == 0, output[-300:] if code else "")
    upstream.start()
    run(cosign, "generate-key-pair", "--output-key-prefix", f"{folder}/other", env=env)
    key = ("--key", f"{folder}/other.pub", "--insecure-ignore-tlog=true", format)
    code, output = run(cosign, "verify", *key, *ALONE, image, env=env)
    check("with another key the signature is not valid", code != 0, output[-300:] if code == 0 else "")


def shown(cosign, env, made):
    """What cosign tells of an image's signatures."""
    for kind, (image, _) in made.items():
        code, output = run(cosign, "tree", *ALONE, image, env=env)
        wanted = ".sig" if kind == "tag" else "artifacts via OCI referrer"
        check(f"cosign tree shows the signature by {kind}", code == 0 and wanted in output and "sha256:" in output, output if code else "")
        code, output = run(cosign, "download", "signature", *ALONE, image, env=env)
        check(f"cosign downloads the signature by {kind}", code == 0 and "ayload" in output, output[-300:] if code else "")
