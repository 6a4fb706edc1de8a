"""The end-to-end suites: real clients, a real upstream, outages, kills. Every figure printed was measured just now.

Usage: suite.py [SUITE…]   all of them without a name; WEIR_E2E_BUILT=yes takes what target/local holds
"""

import functools, os, sys, time
from artifacts import charts, signatures
from awscli import Cli
from clients import Containerd, Docker, Podman, Skopeo
from deployed import Deployed, native, zipped
from ecr import commands, ecr
from gotools import GoTools
from harness import ROOT, Moto, Weir, check, failed, finish, run, suite
from lazy import LIFE, lazy
from local import memory, protocol, pulls
from newcomer import newcomer
from promoted import promoted
from purge import purge
from refresh import refresh
from shared import two_processes
from signin import signin
from upstream import Upstream, rules_of

# Of the password "secret".
HASH = "$2y$05$159hPx4hy1aohg2eln.0debM3ZfMm1kLR.lZCrka0OFHN8FQ01gJi"


class World:
    """What the suites share. Each part is made when a suite first asks for it."""

    def __init__(self, go):
        self.go = go

    @functools.cached_property
    def built(self):
        """The local server; nothing works without."""
        if os.environ.get("WEIR_E2E_BUILT") == "yes":
            return True
        code, output = run("./mvnw", "-B", "-q", "-Plocal", "package", timeout=900)
        if not check("./mvnw -Plocal package", code == 0, output[-500:] if code else ""):
            finish()
        return True

    def weir(self, name, env=None):
        """A local server with one rule, up."""
        return self.built and Weir(rules_of(self.upstream.port), f"localhost:{self.upstream.port}", name, env)

    @functools.cached_property
    def upstream(self):
        return Upstream()

    @functools.cached_property
    def docker(self):
        return Docker()

    @functools.cached_property
    def containerd(self):
        return Containerd()

    @functools.cached_property
    def clients(self):
        return [self.docker, Podman(), Skopeo(), self.containerd]

    @functools.cached_property
    def moto(self):
        return Moto()


def local(world):
    weir = world.weir("weir")
    pulls(world.upstream, weir, world.clients)
    protocol(weir)
    memory(world.upstream, weir)
    weir.process.stop()
    if failed:
        print(weir.process.output()[-2000:])


def executable(world):
    """What a local registry does by the executable of .ci/native.sh."""
    suite("the local registry's executable")
    Weir.executable = f"{ROOT}/target/native/weir-local"
    if os.path.exists(Weir.executable):
        for name in ("local", "signin", "ecr"):
            SUITES[name](world)
    else:
        print("  SKIPPED: .ci/native.sh leaves it in target/native, and did not run here or could not compile")
    Weir.executable = None


def tools(world, weir):
    """What isn't an ordinary pull. The policy of the last suite is known everywhere for half a minute after it."""
    cli = Cli(weir, world.moto.bin)
    logins = ((weir.user, weir.password), ("AWS", cli.password()))
    for name, tried in (("helm", charts), ("cosign", signatures)):
        path = world.go.find(name)
        if path:
            tried(weir, world.upstream, path, logins)
    lazy(weir, world.upstream, world.go.find("lazy"), logins, [Podman(), world.containerd])
    promoted(weir, world.upstream, world.docker, Skopeo(), cli)
    weir.process.stop()


def tools_local(world):
    users = "\n".join(f"{name}:{HASH}" for name in (Weir.user, "dev", "prod"))
    tools(world, world.weir("laptop", {"WEIR_USERS": users, "WEIR_URL_LIFE": f"PT{LIFE}S"}))


def tools_deployed(world):
    suite("as deployed, for the suites that follow")
    weir = Deployed(world.upstream, "target/function.zip", f"PresignedUrlSeconds={LIFE}")
    suite("README's rules with the stock AWS CLI, through the HTTP API of the stack")
    commands(weir, f"{world.moto.bin}:{os.environ['PATH']}")
    tools(world, weir)


SUITES = {
    "newcomer": lambda world: newcomer(),
    "local": local,
    "executable": executable,
    "refresh": lambda world: world.built and refresh(world.upstream, Skopeo()),
    "deployed": lambda world: zipped(world.upstream, world.clients, world.moto.bin),
    "native": lambda world: native(world.upstream, world.clients, world.moto.bin),
    "tools-local": tools_local,
    "tools-deployed": tools_deployed,
    "signin": lambda world: world.built
    and signin(rules_of(world.upstream.port), f"localhost:{world.upstream.port}", world.moto.bin, world.go),
    "ecr": lambda world: world.built and ecr(world.moto),
    "purge": lambda world: purge(world.moto),
    "shared": lambda world: world.built and two_processes(world.upstream, world.moto),
}
# What is built in Go for a suite.
GO = {"tools-local": ("lazy", "helm", "cosign"), "tools-deployed": ("lazy", "helm", "cosign"), "signin": ("ecr-credential-provider",)}
GO["executable"] = GO["signin"]  # which it runs


def main(names):
    """The suites, one after the other, and how long each took."""
    unknown = set(names) - set(SUITES)
    if unknown:
        raise SystemExit(f"no suite is called {', '.join(sorted(unknown))}: there are {', '.join(SUITES)}")
    names = names or list(SUITES)
    world = World(GoTools(dict.fromkeys(tool for name in names for tool in GO.get(name, ()))))
    times = {}
    for name in names:
        began = time.time()
        SUITES[name](world)
        times[name] = time.time() - began
        print(f"-- {name}: {times[name]:.0f} s")
    print(f"-- all suites: {sum(times.values()):.0f} s: " + ", ".join(f"{name} {took:.0f}" for name, took in times.items()))
    finish()


if __name__ == "__main__":
    main(sys.argv[1:])
