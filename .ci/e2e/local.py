"""A local registry and the clients: pulls, the API by curl, a layer larger than the heap."""

import json, os, time
import images
from harness import check, curl, sha_of, suite
from upstream import MIB, big_blob


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
