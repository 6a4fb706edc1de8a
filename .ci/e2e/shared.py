"""Two local servers that share one table and one bucket."""

import concurrent.futures, json, signal, subprocess, time
import images
from harness import Weir, check, curl, run, sha_of, suite
from upstream import MIB, Throttle, big_blob, rules_of


def two_processes(upstream, moto):
    """Two local servers that share one table and one bucket."""
    suite("two processes on one store (moto): 50 clients, one fetch; a kill in the middle of a fill; a hang-up")
    slow = Throttle(upstream.port, 25 * MIB)
    both = [Weir(rules_of(slow.port), f"localhost:{slow.port}", f"shared-{n}", moto.env) for n in (1, 2)]
    fifty_clients(upstream, both)
    killed(upstream, slow, both, moto)
    hang_up(upstream, both[1])


def fifty_clients(upstream, both):
    """Fifty clients pull one image at once, half of them from each process."""
    pusher = images.Pusher(upstream.url)
    pusher.image("team/herd", "1", [1000, 2 * MIB, 60 * MIB])
    blobs = []

    def pull(number):
        base = f"{both[number % 2].url}/v2/up/team/herd"
        manifest = json.loads(curl("-f", f"{base}/manifests/1"))
        blobs[:] = [manifest["config"], *manifest["layers"]]
        return all(sha_of(f"{base}/blobs/{blob['digest']}") == blob["digest"] for blob in blobs)

    started = time.time()
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        results = list(pool.map(pull, range(50)))
    check("all 50 clients get every byte", all(results), f"{sum(results)} of 50 in {time.time() - started:.0f} s")
    once = [upstream.fetched_once(f"/v2/team/herd/blobs/{blob['digest']}", blob["size"]) for blob in blobs]
    check("upstream sees each blob, or each part of it, fetched once", all(once), once)
    check("upstream sees the manifest fetched once", upstream.requests("GET /v2/team/herd/manifests/") == 1)


def killed(upstream, slow, both, moto):
    """A process is killed while it fills a blob."""
    digest = big_blob(upstream, "team/killed", 160 * MIB)
    path = f"/v2/up/team/killed/blobs/{digest}"
    before = slow.passed
    victim = subprocess.Popen(["curl", "-sSL", "-o", "/dev/null", both[0].url + path], stderr=subprocess.DEVNULL)
    end = time.time() + 60
    while slow.passed - before < 24 * MIB and time.time() < end:
        time.sleep(0.02)
    both[0].process.stop(signal.SIGKILL)
    part = (slow.passed - before) // MIB
    check("a process is killed in the middle of a fill", 24 <= part < 140, f"{part} of 160 MiB had come")
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
        "weir; hit" in curl("-I", url) and upstream.fetched_once(f"/v2/team/hangup/blobs/{digest}", 64 * MIB),
    )
