"""Random clients, an upstream that misbehaves, and kills of both; afterwards all that is stored verifies.

soak.py SECONDS [SEED]. Needs target/local, which ./mvnw -Plocal package builds, and nothing but Python.
"""

import collections, hashlib, json, os, random, signal, sys, threading, time, urllib.error, urllib.request
from harness import ROOT, Process, Weir, await_http, check, finish, free_port, suite
from soak_upstream import BLOBS, MANIFESTS, REPOSITORIES

# What a client may be told while things fail: not 500, and never bytes that are wrong.
HONEST = {404, 429, 502, 504}
CLIENTS = 6


class Soak:
    def __init__(self, seconds, seed):
        self.rng, self.end = random.Random(seed), time.time() + seconds
        self.upstream_port = free_port()
        self.upstream = None
        self.results, self.wrong, self.lock = collections.Counter(), [], threading.Lock()
        self.start_upstream(15)
        rules = {
            "pullThroughCacheRules": [
                {"ecrRepositoryPrefix": "up", "upstreamRegistryUrl": f"http://127.0.0.1:{self.upstream_port}"}
            ]
        }
        self.weir = Weir(
            json.dumps(rules),
            f"127.0.0.1:{self.upstream_port}",
            env={"WEIR_REFRESH_INTERVAL": "PT5S", "WEIR_REFRESH_TICK": "PT3S"},
        )

    def start_upstream(self, faults):
        script = f"{ROOT}/.ci/e2e/soak_upstream.py"
        self.upstream = Process("upstream", sys.executable, script, str(self.upstream_port), str(faults))
        await_http(f"http://127.0.0.1:{self.upstream_port}/v2/")

    def get(self, path, method="GET", headers=None):
        """Status, headers and body; status 0 where the server can't be reached."""
        request = urllib.request.Request(self.weir.url + path, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.headers, b""
        except (OSError, ValueError):
            return 0, {}, b""
        except Exception as e:  # http.client's, of a server that was killed in the middle of an answer
            return (0, {}, b"") if type(e).__module__ == "http.client" else self.note(f"{path}: {e!r}")

    def note(self, what):
        with self.lock:
            self.wrong.append(what)
        return 0, {}, b""

    def told(self, what, status):
        with self.lock:
            self.results[f"{what} {status}"] += 1
        if status not in {0, 200, 206} | HONEST:
            self.note(f"{what}: status {status}")
        return status in (200, 206)

    def client(self, number):
        rng = random.Random(number)
        while time.time() < self.end:
            name = f"team/r{rng.randrange(REPOSITORIES)}"
            digests = self.manifest(name)
            for digest in rng.sample(digests, len(digests)):
                self.blob(rng, name, digest)
            if not digests:
                time.sleep(0.2)

    def manifest(self, name, reference="1"):
        """The digests of the image's blobs; none when it was not to be had."""
        status, headers, body = self.get(f"/v2/up/{name}/manifests/{reference}")
        if not self.told("manifest", status):
            return []
        if (name, "sha256:" + hashlib.sha256(body).hexdigest()) not in MANIFESTS:
            self.note(f"{name}:{reference} is not what upstream has: {body[:100]!r}")
            return []
        manifest = json.loads(body)
        return [entry["digest"] for entry in [manifest["config"], *manifest["layers"]]]

    def blob(self, rng, name, digest):
        data, path = BLOBS[name, digest], f"/v2/up/{name}/blobs/{digest}"
        kind = rng.choice(["GET", "GET", "HEAD", "Range"])
        first = rng.randrange(len(data))
        headers = {"Range": f"bytes={first}-"} if kind == "Range" else {}
        status, answered, body = self.get(path, "HEAD" if kind == "HEAD" else "GET", headers)
        if not self.told(kind, status):
            return False
        told = answered.get("Content-Length")
        if kind == "HEAD":
            good = told in (str(len(data)), None)
        else:
            good = body == (data[first:] if status == 206 else data)
        return good or self.note(f"{kind} {name}@{digest} of {len(data)} bytes: length {told}, {len(body)} bytes")[0]

    def killer(self):
        while time.time() < self.end - 5:
            time.sleep(self.rng.uniform(3, 9))
            if self.rng.random() < 0.5:
                self.weir.process.stop(signal.SIGKILL)
                self.results["kills of Weir"] += 1
                self.weir.start()
            else:
                self.upstream.stop(signal.SIGKILL)
                self.results["kills of upstream"] += 1
                time.sleep(self.rng.uniform(0.5, 3))
                self.start_upstream(15)

    def load(self):
        threads = [threading.Thread(target=self.client, args=(n,), daemon=True) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        self.killer()
        # Once more in the middle of the load: what is half-written now must not be read later.
        self.weir.process.stop(signal.SIGKILL)
        for thread in threads:
            thread.join(90)
        check("clients were served", self.results["manifest 200"] > 50 and self.results["GET 200"] > 50, dict(self.results))
        check("nothing wrong was served", not self.wrong, self.wrong[:5])

    def verify(self):
        self.upstream.stop(signal.SIGKILL)
        self.start_upstream(0)
        self.weir.start()
        time.sleep(20)  # pauses for failures end within 15 s, the negative cache aside
        check("with upstream well, every tag comes with all its blobs", *self.pull_all())
        self.upstream.stop(signal.SIGKILL)
        check("and again from the cache, without upstream", *self.pull_all())
        self.weir.process.stop()
        self.files()

    def pull_all(self):
        """Tags may move between the two pulls, so what is pulled is the tag of each time; a failure is tried for a minute."""
        missing = []
        for number in range(REPOSITORIES):
            name, end = f"team/r{number}", time.time() + 60
            while not (digests := self.manifest(name)) and time.time() < end:
                time.sleep(1)
            missing += [] if digests else [name]
            for digest in digests:
                while (got := self.get(f"/v2/up/{name}/blobs/{digest}")[2]) != BLOBS[name, digest] and time.time() < end:
                    time.sleep(1)
                missing += [] if got == BLOBS[name, digest] else [f"{name}@{digest}"]
        return not missing, missing[:5] or f"{REPOSITORIES} tags"

    def files(self):
        bad, count = [], 0
        for folder, _, names in os.walk(os.path.join(self.weir.data, "blobs")):
            for name in names:
                count += 1
                with open(os.path.join(folder, name), "rb") as f:
                    if hashlib.sha256(f.read()).hexdigest() != name:
                        bad.append(name)
        check("every stored blob hashes to its name", count > 10 and not bad, bad[:5] or f"{count} files")
        left = os.listdir(os.path.join(self.weir.data, "uploads"))
        left += [name for name in os.listdir(self.weir.data) if "tmp" in name.lower()]
        check("no temporary file is left", not left, left[:5])


if __name__ == "__main__":
    seconds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    suite(f"soak: {seconds} s of {CLIENTS} clients, faults and kills; seed {seed}")
    soak = Soak(seconds, seed)
    soak.load()
    soak.verify()
    finish()
