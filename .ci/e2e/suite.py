"""The end-to-end suites: real clients, a real upstream, outages, kills. Every figure printed was measured just now."""

import concurrent.futures, hashlib, json, os, re, signal, socket, subprocess, time
import images
from clients import Containerd, Docker, Podman, Skopeo
from deployed import deployed
from ecr import ecr
from purge import purge
from signin import signin
from harness import (
    ROOT,
    TMP,
    Moto,
    Process,
    Throttle,
    Upstream,
    Weir,
    await_http,
    check,
    curl,
    failed,
    finish,
    free_port,
    run,
    suite,
)

MIB = 1024 * 1024


def rules_of(port):
    """Rules with one prefix, up, whose upstream is the registry at this port."""
    return json.dumps(
        {"pullThroughCacheRules": [{"ecrRepositoryPrefix": "up", "upstreamRegistryUrl": f"http://localhost:{port}"}]}
    )


def big_blob(upstream, name, size):
    """Pushes a blob of random bytes to upstream; returns its digest."""
    path, chunk, sha = os.path.join(TMP, "big"), os.urandom(16 * MIB), hashlib.sha256()
    with open(path, "wb") as f:
        for number in range(size // len(chunk)):
            part = number.to_bytes(8, "big") + chunk[8:]
            sha.update(part)
            f.write(part)
    digest = "sha256:" + sha.hexdigest()
    location = re.search(
        r"(?i)location: (\S+)",
        curl("-X", "POST", "-D", "-", "-o", "/dev/null", f"{upstream.url}/v2/{name}/blobs/uploads/"),
    ).group(1)
    curl("-X", "PUT", "-T", path, "-H", "Content-Type: application/octet-stream", f"{location}&digest={digest}")
    os.remove(path)
    return digest


def sha_of(url):
    """Downloads a URL as a client that follows redirects does; returns the digest of what came."""
    child = subprocess.Popen(["curl", "-sSLf", "--max-redirs", "10", url], stdout=subprocess.PIPE)
    sha = hashlib.sha256()
    while data := child.stdout.read(MIB):
        sha.update(data)
    return "sha256:" + sha.hexdigest() if child.wait() == 0 else f"curl exit {child.returncode}"


def listens(port):
    """Whether something takes connections at the port."""
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", int(port))) == 0


def newcomer():
    """What README's first commands do in a fresh clone."""
    suite("a newcomer: fresh clone, ./mvnw -Plocal")
    clone, port = f"{TMP}/clone", str(free_port())
    run("git", "clone", "-q", ROOT, clone)
    started = time.time()
    env = {"WEIR_PORT": port, "WEIR_DATA": f"{TMP}/newcomer"}
    process = Process("newcomer", "sh", "-c", f"cd {clone} && exec ./mvnw -Plocal", env=env)
    check(
        "prints its address",
        process.await_line(f"Weir listens on http://localhost:{port}", 300),
        f"{time.time() - started:.0f} s with the build",
    )
    check(
        "prints the rules and a pull command",
        "docker-hub -> registry-1.docker.io" in process.output() and "docker pull localhost:" in process.output(),
    )
    check("answers /v2/", await_http(f"http://localhost:{port}/v2/") == 200)
    process.interrupt()
    check("Ctrl-C stops it and all it started", not listens(port), f"exit code {process.process.poll()}")
    jar = [f for f in os.listdir(f"{clone}/target/local") if f.endswith("-runner.jar")][0]
    code, output = run("java", "-jar", f"{clone}/target/local/{jar}", env={**env, "WEIR_PORT": "http"})
    check(
        "a bad setting ends the start with one line",
        code == 2 and output.count("\n") == 1 and "WEIR_PORT" in output,
        output.strip(),
    )


def pulls(upstream, weir, clients):
    """Every client pulls every image: cold, from the cache, while upstream is down, and after a restart."""
    suite(
        "real clients: by tag and by digest, OCI and Docker, 300 MB layer; then from the cache; then without upstream"
    )
    pusher = images.Pusher(upstream.url)
    made = {
        "oci": pusher.multi_arch("team/oci", "1", [2000, 3 * MIB]),
        "docker": pusher.multi_arch("team/docker", "1", [2000, 3 * MIB], docker=True),
    }
    made["large"] = pusher.image("team/large", "1", [300 * MIB, 5 * MIB])[0]
    host = f"localhost:{weir.port}/up/team"
    wanted = [f"{host}/{name}:1" for name in made] + [f"{host}/oci@{made['oci']}", f"{host}/docker@{made['docker']}"]
    for phase in ("cold", "hot", "upstream down", "restarted, upstream down"):
        if phase == "upstream down":
            upstream.process.stop()
        if phase.startswith("restarted"):
            weir.process.stop()
            weir.start()
        for client in clients:
            client.wipe()
            before, started = upstream.requests(), time.time()
            results = [(image, *client.pull(image)) for image in wanted]
            bad = [f"{image}: {output.strip()[-300:]}" for image, code, output in results if code != 0]
            asked = upstream.requests() - before
            check(
                f"{client.name} pulls {len(wanted)} references, {phase}",
                not bad,
                "; ".join(bad) or f"{time.time() - started:.1f} s, {asked} upstream requests",
            )
            if phase == "hot":
                check(f"{client.name}'s second pull asks nothing of upstream", asked == 0, asked)
    for name in made:
        headers = curl("-I", f"{weir.url}/v2/up/team/{name}/manifests/1")
        check(f"{name}: digest is upstream's", made[name] in headers)
    output = curl(f"{weir.url}/v2/up/team/none/manifests/1")
    check("a cold pull without upstream is a spec error", "UPSTREAM_UNAVAILABLE" in output, output)
    upstream.start()


def protocol(weir):
    """What no image client asks for: HEAD, Range, a push, tags, catalog, another repository's digest, a lost object."""
    suite("the API by curl")
    index = json.loads(curl(f"{weir.url}/v2/up/team/large/manifests/1"))
    layer = index["layers"][0]
    blob = f"{weir.url}/v2/up/team/large/blobs/{layer['digest']}"
    check("HEAD blob tells the length", f"Content-Length: {layer['size']}" in curl("-I", blob))
    check(
        "Range through the presigned URL",
        curl("-L", "-r", "5-104", "-o", "/dev/null", "-w", "%{http_code} %{size_download}", blob) == "206 100",
    )
    check("307 is not stored", "no-store" in curl("-D", "-", "-o", "/dev/null", blob))
    check("a push is rejected", "UNSUPPORTED" in curl("-X", "PUT", f"{weir.url}/v2/up/team/large/manifests/2"))
    check("tags", '"1"' in curl(f"{weir.url}/v2/up/team/large/tags/list"))
    check("catalog", "up/team/oci" in curl(f"{weir.url}/v2/_catalog"))
    other = f"{weir.url}/v2/up/team/oci/blobs/{layer['digest']}"
    check("a digest opens nothing in another repository", curl("-o", "/dev/null", "-w", "%{http_code}", other) == "404")
    for folder, _, files in os.walk(f"{weir.data}/s3"):
        if layer["digest"][7:] in files:
            os.remove(f"{folder}/{layer['digest'][7:]}")
    check("an object gone from S3 is healed", sha_of(blob) == layer["digest"])


def memory(upstream, weir):
    """A layer that is 16 times as large as the heap."""
    suite("a 2 GiB layer through -Xmx128m")
    digest = big_blob(upstream, "team/huge", 2048 * MIB)
    started = time.time()
    check(
        "arrives whole",
        sha_of(f"{weir.url}/v2/up/team/huge/blobs/{digest}") == digest,
        f"{time.time() - started:.0f} s, peak RSS {weir.process.peak_mib()} MiB",
    )


def two_processes(upstream, moto):
    """Two local servers that share one table and one bucket."""
    suite("two processes on one store (moto): 50 clients, one fetch; a kill in the middle of a fill; a hang-up")
    slow = Throttle(upstream.port, 25 * MIB)
    both = [Weir(rules_of(slow.port), f"localhost:{slow.port}", f"shared-{n}", moto.env) for n in (1, 2)]
    fifty_clients(upstream, both)
    killed(upstream, both, moto)
    hang_up(upstream, both[1])


def fifty_clients(upstream, both):
    """Fifty clients pull one image at once, half of them from each process."""
    pusher = images.Pusher(upstream.url)
    pusher.image("team/herd", "1", [1000, 2 * MIB, 60 * MIB])
    blobs = []

    def pull(number):
        base = f"{both[number % 2].url}/v2/up/team/herd"
        manifest = json.loads(curl("-f", f"{base}/manifests/1"))
        wanted = [manifest["config"]["digest"]] + [layer["digest"] for layer in manifest["layers"]]
        blobs[:] = wanted
        return all(sha_of(f"{base}/blobs/{digest}") == digest for digest in wanted)

    started = time.time()
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        results = list(pool.map(pull, range(50)))
    check("all 50 clients get every byte", all(results), f"{sum(results)} of 50 in {time.time() - started:.0f} s")
    counts = [upstream.requests(f"GET /v2/team/herd/blobs/{digest}") for digest in blobs]
    check("upstream sees each blob fetched once", counts == [1] * len(blobs), counts)
    check("upstream sees the manifest fetched once", upstream.requests("GET /v2/team/herd/manifests/") == 1)


def killed(upstream, both, moto):
    """A process is killed while it fills a blob."""
    digest = big_blob(upstream, "team/killed", 160 * MIB)
    path = f"/v2/up/team/killed/blobs/{digest}"
    victim = subprocess.Popen(["curl", "-sSL", "-o", "/dev/null", both[0].url + path], stderr=subprocess.DEVNULL)
    time.sleep(4)
    both[0].process.stop(signal.SIGKILL)
    victim.wait()
    started = time.time()
    check(
        "another process takes over after the lease ran out",
        sha_of(both[1].url + path) == digest,
        f"{time.time() - started:.0f} s",
    )
    code, output = moto.run(
        "aws", "s3api", "list-multipart-uploads", "--bucket", "weir", "--query", "length(Uploads || `[]`)"
    )
    check(
        "no upload is left but that of the killed process, which the bucket's rule removes",
        output.strip() in ("0", "1"),
        output.strip(),
    )


def hang_up(upstream, weir):
    """A client goes away while its blob is being filled."""
    digest = big_blob(upstream, "team/hangup", 64 * MIB)
    url = f"{weir.url}/v2/up/team/hangup/blobs/{digest}"
    run("curl", "-sSL", "--max-time", "1", "-o", "/dev/null", url)
    end = time.time() + 60
    while time.time() < end and "weir; hit" not in curl("-I", url):
        time.sleep(0.5)
    check(
        "the fill goes on when its client hangs up",
        "weir; hit" in curl("-I", url) and upstream.requests(f"GET /v2/team/hangup/blobs/{digest}") == 1,
    )


def awaited(seconds, condition):
    """Whether the condition holds within the time."""
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.5)
    return False


def refresh(upstream, client):
    """A cached tag moves upstream; the next move is interrupted by a kill."""
    suite("refresh: a tag is pushed again upstream; a kill in the middle of a move")
    pusher = images.Pusher(upstream.url)
    slow = Throttle(upstream.port, 10 * MIB)
    weir = Weir(
        rules_of(slow.port),
        f"localhost:{slow.port}",
        "refreshing",
        {"WEIR_REFRESH_INTERVAL": "PT20S", "WEIR_REFRESH_TICK": "PT1S"},
    )
    image = f"localhost:{weir.port}/up/team/moving:1"
    url = f"{weir.url}/v2/up/team/moving/manifests/1"
    old = pusher.image("team/moving", "1", [1000, MIB])[0]
    client.wipe()
    check("the tag is cached", client.pull(image)[0] == 0 and old in curl("-I", url))
    new = pusher.image("team/moving", "1", [2000, MIB])[0]
    started = time.time()
    moved = awaited(60, lambda: f"MOVED up/team/moving:1 {new}" in weir.process.output())
    check("a tick moves it without a pull", moved, f"{time.time() - started:.0f} s after the push, interval 20 s")
    client.wipe()
    before = upstream.requests("GET ")
    headers = curl("-I", url)
    check(
        "the next pull is a hit with the new digest",
        new in headers
        and "weir; hit\r" in headers + "\r"
        and client.pull(image)[0] == 0
        and upstream.requests("GET ") == before,
    )
    last = pusher.image("team/moving", "1", [100 * MIB])[0]
    layer = json.loads(curl("-H", f"Accept: {images.OCI_MANIFEST}", f"{upstream.url}/v2/team/moving/manifests/1"))[
        "layers"
    ][0]["digest"]
    # Upstream's log tells of a layer when it is through; the throttle knows earlier.
    passed = slow.passed
    check("a move is under way", awaited(60, lambda: slow.passed > passed + 20 * MIB))
    weir.process.stop(signal.SIGKILL)
    upstream.process.stop()
    weir.start()
    check("killed in the middle of it, the old tag is served", new in curl("-I", url))
    upstream.start()
    started = time.time()
    check(
        "a later tick ends the move",
        awaited(120, lambda: f"MOVED up/team/moving:1 {last}" in weir.process.output()),
        f"{time.time() - started:.0f} s after the kill",
    )
    asked, blob = upstream.requests(), f"{weir.url}/v2/up/team/moving/blobs/{layer}"
    check(
        "and its layer is here",
        "weir; hit" in curl("-I", blob) and sha_of(blob) == layer and upstream.requests() == asked,
    )
    weir.process.stop()


def main():
    """All suites, one after the other."""
    newcomer()
    code, output = run("./mvnw", "-B", "-q", "-Plocal", "package", timeout=600)
    if not check("./mvnw -Plocal package", code == 0, output[-500:] if code else ""):
        finish()
    upstream = Upstream()
    weir = Weir(rules_of(upstream.port), f"localhost:{upstream.port}")
    clients = [Docker(), Podman(), Skopeo(), Containerd()]
    pulls(upstream, weir, clients)
    protocol(weir)
    memory(upstream, weir)
    weir.process.stop()
    refresh(upstream, clients[2])
    deployed(upstream, clients)
    moto = Moto()
    signin(rules_of(upstream.port), f"localhost:{upstream.port}", moto.bin)
    ecr(moto)
    purge(moto)
    two_processes(upstream, moto)
    if failed:
        print(weir.process.output()[-2000:])
    finish()


if __name__ == "__main__":
    main()
