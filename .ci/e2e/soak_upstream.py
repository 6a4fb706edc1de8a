"""An upstream registry that misbehaves: soak_upstream.py PORT FAULTS, where FAULTS is how many in a hundred answers are bad.

Its content is derived from names, so a copy that was killed and started again serves the same. Tags move every few seconds.
"""

import hashlib, json, random, re, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPOSITORIES, VERSIONS, MOVES_AFTER = 12, 3, 20
OCI = "application/vnd.oci.image.manifest.v1+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def image(repository, version):
    """The manifest's bytes and the blobs by digest. A base layer is common to all repositories."""
    rng = random.Random(f"{repository} {version}")
    layers = [random.Random("base").randbytes(1_500_000)]
    layers += [rng.randbytes(rng.choice([500, 20_000, 300_000, 2_500_000])) for _ in range(2)]
    config = json.dumps({"architecture": "amd64", "os": "linux", "of": f"{repository} {version}"}).encode()
    blobs = {digest_of(data): data for data in [config, *layers]}
    entries = [{"mediaType": "application/octet-stream", "digest": d, "size": len(b)} for d, b in blobs.items()]
    manifest = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": entries[0], "layers": entries[1:]}).encode()
    return manifest, blobs


MANIFESTS, BLOBS, TAGGED = {}, {}, {}
for number in range(REPOSITORIES):
    for version in range(VERSIONS):
        name = f"team/r{number}"
        manifest, blobs = image(name, version)
        MANIFESTS[name, digest_of(manifest)] = manifest
        TAGGED[name, version] = digest_of(manifest)
        BLOBS.update({(name, digest): data for digest, data in blobs.items()})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults = 0

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        match = re.fullmatch(r"/v2/(.+)/(manifests|blobs)/([^/?]+)(\?.*)?", self.path)
        if not match:
            return self.send(200 if self.path == "/v2/" else 404, b"{}", with_body)
        name, kind, reference = match.group(1), match.group(2), match.group(3)
        if kind == "manifests" and not reference.startswith("sha256:"):
            reference = TAGGED.get((name, int(time.time() / MOVES_AFTER) % VERSIONS), "")
        data = (MANIFESTS if kind == "manifests" else BLOBS).get((name, reference))
        if random.randrange(100) < self.faults:
            return self.misbehave(data or b"", kind, reference, with_body)
        if data is None:
            return self.send(404, b"", with_body)
        headers = {"Content-Type": OCI, "Docker-Content-Digest": reference} if kind == "manifests" else {}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked and kind == "blobs":
            first, last = int(asked.group(1)), int(asked.group(2) or len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            return self.send(206, data[first : last + 1], with_body, headers)
        self.send(200, data, with_body, headers)

    def misbehave(self, data, kind, reference, with_body):
        fault = random.choice(["503", "500", "429", "html", "cut", "wrong", "empty", "slow", "hang up"])
        if fault in ("503", "500"):
            self.send(int(fault), b"<h1>sorry</h1>", with_body)
        elif fault == "429":
            self.send(429, b"", with_body, {"Retry-After": "1"})
        elif fault == "html":
            self.send(200, b"<html>Log in</html>", with_body, {"Content-Type": "text/html"})
        elif fault == "cut":
            self.send(200, data, with_body, cut=len(data) // 2)
        elif fault == "wrong":
            self.send(200, bytes(len(data)), with_body, {"Docker-Content-Digest": reference})
        elif fault == "empty":
            self.send(200, b"", with_body)
        elif fault == "slow":
            time.sleep(2)
            self.send(504, b"", with_body)
        self.close_connection = True

    def send(self, status, body, with_body, headers=None, cut=None):
        self.send_response(status)
        for header, value in (headers or {}).items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body[:cut] if cut is not None else body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, request, address):
        """A client that went away is no error."""


if __name__ == "__main__":
    Handler.faults = int(sys.argv[2])
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
