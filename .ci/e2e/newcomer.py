"""What README's first commands do in a fresh clone."""

import os, socket, time
from harness import ROOT, TMP, Process, await_http, check, free_port, run, suite


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
    _, mapping = run("sh", "-c", f"grep -ls {clone}/target/local/classes.jsa /proc/[0-9]*/maps")
    check("the JVM has its classes from the archive of the build", mapping.count("\n") == 1)
    process.interrupt()
    check("Ctrl-C stops it and all it started", not listens(port), f"exit code {process.process.poll()}")
    jar = [f for f in os.listdir(f"{clone}/target/local") if f.endswith("-runner.jar")][0]
    code, output = run("java", "-jar", f"{clone}/target/local/{jar}", env={**env, "WEIR_PORT": "http"})
    check(
        "a bad setting ends the start with one line",
        code == 2 and output.count("\n") == 1 and "WEIR_PORT" in output,
        output.strip(),
    )
