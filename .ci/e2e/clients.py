"""docker, podman, skopeo and containerd: each logs in, pulls an image and wipes its own store."""

import json, os, shutil
from harness import TMP, Process, check, run

POLICY = os.path.join(TMP, "policy.json")
with open(POLICY, "w") as f:
    json.dump({"default": [{"type": "insecureAcceptAnything"}]}, f)


AUTH = os.path.join(TMP, "auth.json")


class Skopeo:
    name = "skopeo"
    credentials = ()

    def login(self, host, user, password):
        self.credentials = ("--src-creds", f"{user}:{password}")
        return True

    def pull(self, image):
        target = os.path.join(TMP, "skopeo")
        shutil.rmtree(target, ignore_errors=True)
        return run(
            "skopeo",
            "--policy",
            POLICY,
            "copy",
            "--all",
            "--src-tls-verify=false",
            *self.credentials,
            f"docker://{image}",
            f"dir:{target}",
        )

    def for_one(self):
        """The login for commands that have one registry."""
        return ("--creds", self.credentials[1]) if self.credentials else ()

    def inspect(self, image):
        return run("skopeo", "inspect", "--tls-verify=false", *self.for_one(), f"docker://{image}")

    def wipe(self):
        pass


class Podman:
    name = "podman"
    flags = [
        "--root",
        f"{TMP}/podman/root",
        "--runroot",
        f"{TMP}/podman/run",
        "--storage-driver",
        "vfs",
        "--events-backend",
        "none",
    ]

    def login(self, host, user, password):
        return (
            run(
                "podman",
                *self.flags,
                "login",
                "--tls-verify=false",
                "--authfile",
                AUTH,
                "-u",
                user,
                "-p",
                password,
                host,
            )[0]
            == 0
        )

    def pull(self, image):
        return run(
            "podman",
            *self.flags,
            "pull",
            *(["--authfile", AUTH] if os.path.exists(AUTH) else []),
            "-q",
            "--tls-verify=false",
            "--signature-policy",
            POLICY,
            image,
        )

    def wipe(self):
        run("podman", *self.flags, "rmi", "-a", "-f")


class Docker:
    name = "docker"

    def __init__(self):
        self.socket = f"unix://{TMP}/docker.sock"
        self.daemon = Process(
            "dockerd",
            "/usr/sbin/dockerd",
            "-H",
            self.socket,
            "--data-root",
            f"{TMP}/docker/data",
            "--exec-root",
            f"{TMP}/docker/exec",
            "--pidfile",
            f"{TMP}/docker.pid",
            "--iptables=false",
            "--ip6tables=false",
            "--bridge=none",
            "--storage-driver=vfs",
        )
        check("dockerd starts", self.daemon.await_line("API listen on"))

    def docker(self, *arguments):
        return run("/usr/bin/docker", "--config", f"{TMP}/docker-config", "-H", self.socket, *arguments)

    def login(self, host, user, password):
        return self.docker("login", "-u", user, "-p", password, host)[0] == 0

    def pull(self, image):
        return self.docker("pull", "-q", image)

    def wipe(self):
        ids = self.docker("images", "-q", "--no-trunc")[1].split()
        if ids:
            self.docker("rmi", "-f", *set(ids))


class Containerd:
    name = "containerd"

    def __init__(self):
        config = f"{TMP}/containerd.toml"
        self.address = f"{TMP}/containerd.sock"
        with open(config, "w") as f:
            f.write(
                f'version = 2\nroot = "{TMP}/containerd/root"\nstate = "{TMP}/containerd/state"\n'
                f'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "{self.address}"\n'
            )
        self.daemon = Process("containerd", "containerd", "-c", config)
        check("containerd starts", self.daemon.await_line("containerd successfully booted"))

    credentials = ()

    def login(self, host, user, password):
        self.credentials = ("--user", f"{user}:{password}")
        return True

    def ctr(self, *arguments):
        return run("ctr", "-a", self.address, *arguments)

    def pull(self, image):
        return self.ctr(
            "images", "pull", "--plain-http", *self.credentials, "--snapshotter", "native", "--all-platforms", image
        )

    def wipe(self):
        for image in self.ctr("images", "ls", "-q")[1].split():
            self.ctr("images", "rm", "--sync", image)
