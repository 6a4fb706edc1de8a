"""Clients that read a layer part by part, or slowly, while the URLs that they were sent to expire after five seconds."""

import json, os, re, time
import images
from harness import TMP, awaited, check, curl, run, sha_of, suite

MIB = 1024 * 1024
LIFE = 5


def lazy(weir, upstream, reader, logins, clients):
    """:param reader: the program of .ci/e2e/lazy, or None
    :param clients: that pull a large image whole"""
    suite(f"{weir.name}, URLs that expire after {LIFE} s: a lazily pulling client, a slow one, and whole pulls of a 300 MB layer")
    name = f"{weir.name}/lazily"
    digest = images.Pusher(upstream.url).image(name, "1", [2000, 300 * MIB])[0]
    manifest = json.loads(curl("-H", f"Accept: {images.OCI_MANIFEST}", f"{upstream.url}/v2/{name}/manifests/1"))
    layer, file = manifest["layers"][1]["digest"], f"{TMP}/{weir.name}-layer"
    curl("-o", file, f"{upstream.url}/v2/{name}/blobs/{layer}")
    if reader:
        cold(weir, reader, name, (layer, file), logins[0])
    for client in clients:
        client.login(weir.host, weir.user, weir.password)
        client.wipe()
        started = time.time()
        code, output = client.pull(f"{weir.host}/up/{name}:1")
        check(f"{client.name} pulls it", code == 0, f"{time.time() - started:.1f} s" if code == 0 else output[-300:])
        client.wipe()
    expired(weir, f"{weir.url}/v2/up/{name}/blobs/{layer}", layer, logins[0])
    if reader:
        for user, password in logins:
            ranges(upstream, reader, (f"{weir.host}/up/{name}:1", layer, file), user, password)
    os.remove(file)


def cold(weir, reader, name, wanted, login):
    """A layer that is still being filled can't be read in parts: containerd would pull it whole. Soon it can."""
    user, password = login
    curl("-u", f"{user}:{password}", "-o", "/dev/null", f"{weir.url}/v2/up/{name}/manifests/1")
    started, tries = time.time(), []

    def reads():
        tries.append(run(reader, f"{weir.host}/up/{name}:1", *wanted, "0s", env={"USERNAME": user, "PASSWORD": password}))
        return tries[-1][0] == 0

    fine = awaited(90, reads)
    told = f"{time.time() - started:.0f} s after its manifest was pulled, at try {len(tries)}"
    check("a cold layer can be read in parts as soon as it is stored", fine, told if fine else tries[-1][1][-300:])


def expired(weir, blob, layer, login):
    """A download that began goes on after its URL expired; a new one by that URL is denied."""
    user, password = login
    headers = curl("-u", f"{user}:{password}", "-D", "-", "-o", "/dev/null", blob)
    url = re.search(r"(?i)^location: (\S+)", headers, re.M).group(1)
    url = url if url.startswith("http") else weir.url + url
    started = time.time()
    whole = sha_of(url, "--limit-rate", "30M")
    seconds = time.time() - started
    check("a download that began goes on after its URL expired", whole == layer and seconds > LIFE, f"{seconds:.1f} s")
    status = curl("-r", "0-99", "-o", "/dev/null", "-w", "%{http_code}", url)
    check("then the URL is denied", status == "403", status)


def ranges(upstream, reader, wanted, user, password):
    """The program reads twice, waits until the URL has expired, and reads twice again."""
    before = upstream.requests()
    code, output = run(reader, *wanted, f"{LIFE + 2}s", env={"USERNAME": user, "PASSWORD": password}, timeout=120)
    reads = [dict(part.split("=") for part in line.split()) for line in output.splitlines() if line.startswith("at=")]
    fine = code == 0 and len(reads) == 4
    if not check(f"stargz-snapshotter's code reads four ranges as {user}", fine, "" if fine else output[-500:]):
        return
    redirects, denied, took = ([int(read[key]) for read in reads] for key in ("redirects", "denied", "ms"))
    # Before the first read it asks for the size by HEAD, which a URL that is signed for GET denies.
    check("one redirect served the first two", redirects[:2] == [1, 1], f"{took[0]} ms and {took[1]} ms")
    again = redirects[2:] == [2, 2] and denied[2:] == [denied[1] + 1] * 2
    told = f"{took[2]} ms and {took[3]} ms" if again else reads
    check("after the pause the old URL was denied, and the registry gave another", again, told)
    check("upstream was asked for nothing", upstream.requests() == before, upstream.requests() - before)
