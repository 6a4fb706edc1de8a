"""The registry that Weir pulls from, a slow way to it, and what is pushed there by hand."""

import hashlib, json, os, re, socket, struct, threading, time
from harness import TMP, Process, await_http, curl, free_port

MIB = 1024 * 1024


class Upstream:
    """A real registry (docker-registry) and its access log."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = os.path.join(TMP, f"registry-{self.port}.yml")
        with open(self.config, "w") as f:
            f.write(
                "version: 0.1\nlog: {level: info}\n"
                f"storage: {{filesystem: {{rootdirectory: {TMP}/registry-{self.port}}}}}\n"
                f"http: {{addr: 127.0.0.1:{self.port}}}\n"
            )
        self.start()

    def start(self):
        self.process = Process("upstream", "docker-registry", "serve", self.config)
        await_http(self.url + "/v2/")

    def requests(self, pattern=r"(GET|HEAD) /v2/."):
        return len(re.findall(r'"' + pattern, self.process.output()))

    def fetched_once(self, path, size):
        """Whether the blob was fetched once: more than 32 MiB in parts of 8, the first by a request for all that is then cut.

        A request is logged when it has ended, which may be after its client has all that it wants.
        """
        once, end = (-(-size // (8 * MIB)) if size > 32 * MIB else 1), time.time() + 10
        while (seen := self.requests(f"GET {path}")) < once and time.time() < end:
            time.sleep(0.2)
        return seen == once


class Throttle:
    """A slow upstream: passes bytes on to a port and its answers back at a given rate."""

    def __init__(self, target, bytes_per_second):
        self.target, self.rate, self.passed = target, bytes_per_second, 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.server.accept()
            try:
                upstream = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.serve, args=(client, upstream), daemon=True).start()

    def serve(self, client, upstream):
        """Ends what upstream is sending once the client has gone: it would wait for room for a minute, and log nothing until then."""
        upstream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        back = threading.Thread(target=self.pump, args=(upstream, client, self.rate), daemon=True)
        back.start()
        self.pump(client, upstream, None)
        back.join()
        client.close()
        upstream.close()

    def pump(self, source, sink, rate):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
                if rate:
                    self.passed += len(data)
                    time.sleep(len(data) / rate)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


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
