"""Clients written in Go that Debian has no package of: built from the module proxy in the background, and kept for the next run."""

import glob, hashlib, os, shutil, threading, time
from harness import ROOT, Process

CACHE = os.environ.get("WEIR_E2E_GO", "/tmp/weir-e2e-go")
LAZY = f"{ROOT}/.ci/e2e/lazy"
PROVIDER = "k8s.io/cloud-provider-aws/cmd/ecr-credential-provider"
HELM = "helm.sh/helm/v3/cmd/helm"
COSIGN = "github.com/sigstore/cosign/v3/cmd/cosign"


def install(package, version):
    """Prints to which file, $OUT, a package is built."""
    name = package.rsplit("/", 1)[1]
    return version, f"GOBIN=$PWD go install {package}@{version} && mv {name} $OUT"


def lazy():
    """The program in .ci/e2e/lazy; its version is what its files say."""
    files = b"".join(open(path, "rb").read() for path in sorted(glob.glob(f"{LAZY}/*")))
    return hashlib.sha256(files).hexdigest()[:12], f"cd {LAZY} && go build -mod=readonly -o $OUT ."


def provider(version):
    """Not go install: the module has replace directives, which go install refuses."""
    return version, f"go mod init weir.test && GOFLAGS=-mod=mod go get {PROVIDER}@{version} && go build -o $OUT {PROVIDER}"


# Name → version and how it is built, the quickest first.
TOOLS = {
    "lazy": lazy(),
    "helm": install(HELM, "v3.22.0"),
    "ecr-credential-provider": provider("v1.37.1"),
    "cosign": install(COSIGN, "v3.1.3"),
}


class GoTools:
    """Builds the tools one after the other, at the lowest priority."""

    def __init__(self, names):
        self.built = {name: threading.Event() for name in names}
        self.notes = {}
        threading.Thread(target=self.build_all, daemon=True).start()

    def build_all(self):
        for name, built in self.built.items():
            try:
                self.notes[name] = build(name)
            except OSError as e:
                self.notes[name] = f"can't be built: {e}"
            built.set()

    def find(self, name):
        """The file of a tool; None, and said why, where it can't be had. Waits until it is built."""
        self.built[name].wait()
        path = file_of(name)
        if os.path.exists(path):
            print(f"  {name} {TOOLS[name][0]}: {self.notes[name]}")
            return path
        print(f"  SKIPPED {name}: {self.notes[name]}")
        return None


def file_of(name):
    return f"{CACHE}/{name}-{TOOLS[name][0]}"


def build(name):
    """Builds a tool unless it is there; returns a line that tells what happened."""
    path, began = file_of(name), time.time()
    if os.path.exists(path):
        return "built by an earlier run"
    if not shutil.which("go"):
        return "Go is not installed"
    folder = f"{path}.{os.getpid()}"
    os.makedirs(folder)
    command = f"cd {folder} && {TOOLS[name][1]}"
    process = Process(f"go-{name}", "nice", "-n", "19", "sh", "-c", command, env={"OUT": f"{folder}/out"})
    code = process.process.wait()
    if code == 0:
        os.rename(f"{folder}/out", path)
    shutil.rmtree(folder, ignore_errors=True)
    return f"built in {time.time() - began:.0f} s" if code == 0 else f"can't be built (Go, module proxy): {process.output()[-500:]}"
