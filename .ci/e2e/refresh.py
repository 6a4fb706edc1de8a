"""A cached tag moves upstream; the next move is interrupted by a kill."""

import json, signal, time
import images
from harness import Weir, awaited, check, curl, sha_of, suite
from upstream import MIB, Throttle, rules_of


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
