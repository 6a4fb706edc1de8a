"""What a suite runs in: a temporary folder, processes that are ended by their own pid, and checks that are counted."""

import atexit, hashlib, os, re, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.error, urllib.request, venv

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
TMP = tempfile.mkdtemp(prefix="weir-e2e-")
passed, failed, children = [], [], []


def check(name, ok, detail=""):
    """Counts and prints one check; returns whether it passed."""
    (passed if ok else failed).append(name)
    print(f"  {'ok    ' if ok else 'FAILED'} {name}{' (' + str(detail) + ')' if detail != '' else ''}")
    return ok


def suite(title):
    """Prints the heading of the checks that follow."""
    print(f"== {title}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*command, env=None, timeout=300):
    """Runs a command to its end; returns its exit code and its output, standard error included."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
        )
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as e:
        return 124, (e.stdout or b"").decode(errors="replace") + "\ntimed out"


class Process:
    """A process in the background; its output goes to a file of its own."""

    def __init__(self, name, *command, env=None):
        self.log = os.path.join(TMP, f"{name}-{time.time_ns()}.log")
        self.process = subprocess.Popen(
            command,
            stdout=open(self.log, "wb"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **(env or {})},
            cwd=ROOT,
        )
        children.append(self)

    def output(self):
        return open(self.log, errors="replace").read()

    def stop(self, sig=signal.SIGTERM, wait=30):
        if self.process.poll() is None:
            self.process.send_signal(sig)
            try:
                self.process.wait(wait)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def interrupt(self):
        """Ctrl-C: the terminal sends it to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            pass

    def await_line(self, text, seconds=90):
        """Waits until the process has printed the text; False if it ends first or takes too long."""
        end = time.time() + seconds
        while time.time() < end and self.process.poll() is None:
            if text in self.output():
                return True
            time.sleep(0.2)
        print(self.output()[-3000:])
        return False

    def peak_mib(self):
        """The most memory that the process has used so far."""
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) // 1024


class Weir:
    """The local server that ./mvnw -Plocal package built, started as ./mvnw -Plocal does but with 128 MiB of heap."""

    # Of a native build, instead of what runs on the JVM.
    executable = None

    # Whom WEIR_USERS may name, and the key of the admin API.
    user, password = "alice", "secret"
    key = ("weir", "weir-local-secret")
    account = "000000000000"
    # A secret, as the end of its ARN has it; a laptop doesn't look for it before a pull.
    secret = "hub-1a2b3c"

    def __init__(self, rules, insecure, name="weir", env=None, data=None):
        name += "-executable" if self.executable else ""
        self.name, self.port, self.data = name, free_port(), data or os.path.join(TMP, name)
        self.host, self.url = f"localhost:{self.port}", f"http://localhost:{self.port}"
        self.admin = self.url
        rules_file = os.path.join(TMP, f"{name}-rules.json")
        with open(rules_file, "w") as f:
            f.write(rules)
        self.env = {
            "WEIR_PORT": str(self.port),
            "WEIR_DATA": self.data,
            "WEIR_RULES": rules_file,
            "WEIR_INSECURE_UPSTREAMS": insecure,
            "DOCKER_CONFIG": TMP,
            **(env or {}),
        }
        self.start()

    def start(self):
        command = (self.executable, "-Xmx128m") if self.executable else self.java()
        self.process = Process(self.name, *command, env=self.env)
        if not self.process.await_line("Weir listens on"):
            raise SystemExit("Weir did not start: its output is above")
        await_http(self.url + "/v2/")

    @staticmethod
    def java():
        """The command that starts what ./mvnw -Plocal package built."""
        built = f"{ROOT}/target/local"
        jar = [f for f in os.listdir(built) if f.endswith("-runner.jar")][0]
        archive = f"-XX:SharedArchiveFile={built}/classes.jsa"
        return "java", f"@{ROOT}/src/local/jvm.options", "-Xmx128m", archive, "-jar", f"{built}/{jar}"


class Moto:
    """AWS on loopback: moto, and the AWS CLI that calls it, both in a virtual environment."""

    def __init__(self):
        self.bin, port = f"{TMP}/venv/bin", free_port()
        venv.create(f"{TMP}/venv", with_pip=True)
        code, output = run(
            f"{self.bin}/pip", "install", "-q", "--disable-pip-version-check", "moto[server]", "awscli", timeout=600
        )
        if not check("moto and the AWS CLI are installed", code == 0, output[-300:]):
            finish()
        self.env = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        Process("moto", f"{self.bin}/moto_server", "-H", "127.0.0.1", "-p", str(port))
        await_http(f"http://127.0.0.1:{port}/moto-api/")

    def run(self, *command):
        return run(*command, env={**self.env, "PATH": f"{self.bin}:{os.environ['PATH']}"})


def await_http(url, seconds=60):
    """Waits until the URL answers; returns the status."""
    end = time.time() + seconds
    while time.time() < end:
        try:
            return urllib.request.urlopen(url, timeout=5).status
        except urllib.error.HTTPError as answer:
            return answer.code
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"nothing answers at {url}")


def curl(*arguments, timeout=300):
    """The output of curl, which follows redirects only if -L is among the arguments."""
    return run("curl", "-sS", "--max-redirs", "10", *arguments, timeout=timeout)[1]


def sha_of(url, *options):
    """Downloads a URL as a client that follows redirects does; returns the digest of what came."""
    child = subprocess.Popen(["curl", "-sSLf", "--max-redirs", "10", *options, url], stdout=subprocess.PIPE)
    sha = hashlib.sha256()
    while data := child.stdout.read(1024 * 1024):
        sha.update(data)
    return "sha256:" + sha.hexdigest() if child.wait() == 0 else f"curl exit {child.returncode}"


def awaited(seconds, condition):
    """Whether the condition holds within the time."""
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.5)
    return False


@atexit.register
def end():
    """Ends what was started, the last first, and removes the folder."""
    for child in reversed(children):
        child.stop(wait=10)
    run("umount", "-R", f"{TMP}/docker", timeout=10)
    shutil.rmtree(TMP, ignore_errors=True)


def finish():
    """Prints the failed checks and the sum, and ends with exit code 1 if a check failed."""
    for name in failed:
        print(f"FAILED: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed")
    sys.stdout.flush()
    sys.exit(1 if failed else 0)
