"""A registry behind a gateway that misbehaves in one named way, for smoke-test.sh to find."""
import base64
import contextlib
import hashlib
import http.server
import json
import threading

USER, PASSWORD, REPOSITORY, TAG = "alice", "secret", "up/team/app", "1"
TYPE = "application/vnd.oci.image.manifest.v1+json"
BLOBS = [b"{}", bytes(range(256)) * 8]


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": TYPE,
                       "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                                  "digest": digest(BLOBS[0]), "size": len(BLOBS[0])},
                       "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar",
                                   "digest": digest(BLOBS[1]), "size": len(BLOBS[1])}]}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fault = ""

    def answer(self, status, body=b"", **headers):
        length = 0 if self.fault == "length of HEAD" and self.command == "HEAD" and body == MANIFEST else len(body)
        if self.fault == "base64 without Accept" and "Accept" not in self.headers and body:
            body = base64.b64encode(body)
            length = len(body)
        self.send_response(status)
        for name, value in {"Content-Length": length, **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def error(self, status, code, **headers):
        self.answer(status, json.dumps({"errors": [{"code": code, "message": code}]}).encode(), **headers)

    def refused(self):
        sent = self.headers.get("Authorization", "")
        if sent == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return False
        challenge = {"WWW_Authenticate": 'Basic realm="weir"'}
        if self.fault == "no challenge for a wrong password" and sent.startswith("Basic " + "YWxpY2U6"):
            challenge = {"x_amzn_Remapped_WWW_Authenticate": 'Basic realm="weir"'}
        self.error(401, "UNAUTHORIZED", **challenge)
        return True

    def route(self):
        if self.path.startswith("/bucket/"):
            return self.bucket(self.path[len("/bucket/"):])
        if self.path.startswith("/Stage/"):
            return self.error(401, "UNAUTHORIZED") if self.fault == "a second stage" else self.error(403, "DENIED")
        if self.refused():
            return None
        if self.command not in ("GET", "HEAD"):
            return self.error(405, "UNSUPPORTED")
        if self.path == "/v2/":
            return self.answer(200, b"{}")
        path = self.path if self.fault == "percent-encoded path" else self.path.replace("%3A", ":")
        if path in (f"/v2/{REPOSITORY}/manifests/{TAG}", f"/v2/{REPOSITORY}/manifests/{digest(MANIFEST)}"):
            return self.answer(200, MANIFEST, Content_Type=TYPE, Docker_Content_Digest=digest(MANIFEST))
        if path.startswith(f"/v2/{REPOSITORY}/blobs/"):
            return self.answer(307, Location="http://bucket.example/bucket/" + path.rsplit("/", 1)[1],
                               Cache_Control="no-store")
        return self.error(404, "NAME_UNKNOWN")

    def bucket(self, wanted):
        blob = next(blob for blob in BLOBS if digest(blob) == wanted)
        if "Range" in self.headers:
            return self.answer(206, blob[:100])
        return self.answer(200, blob)

    do_GET = do_HEAD = do_PUT = route

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def running(fault=""):
    """The registry's port, on loopback."""
    handler = type("Faulty", (Handler,), {"fault": fault})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
