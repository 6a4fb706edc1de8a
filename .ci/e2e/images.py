"""Images made from nothing and pushed to a registry over plain HTTP: no base image, no pull."""

import gzip, hashlib, io, json, os, tarfile, urllib.request

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"


def digest(data):
    """The digest of bytes, as registries write it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def request(method, url, data=None, headers=None):
    answer = urllib.request.urlopen(urllib.request.Request(url, data=data, method=method, headers=headers or {}))
    return answer.headers, answer.read()


class Pusher:
    """Pushes to one registry; each method returns the digest and the size of what it pushed."""

    def __init__(self, registry):
        self.registry = registry

    def blob(self, name, data):
        headers, _ = request("POST", f"{self.registry}/v2/{name}/blobs/uploads/", b"")
        location = headers["Location"]
        if location.startswith("/"):
            location = self.registry + location
        joint = "&" if "?" in location else "?"
        request("PUT", f"{location}{joint}digest={digest(data)}", data, {"Content-Type": "application/octet-stream"})
        return digest(data), len(data)

    def manifest(self, name, reference, media_type, document):
        data = json.dumps(document).encode()
        request("PUT", f"{self.registry}/v2/{name}/manifests/{reference}", data, {"Content-Type": media_type})
        return digest(data), len(data)

    def image(self, name, reference, layer_sizes, arch="amd64", docker=False, seed=b""):
        """One image; each of its layers is a gzipped tar of one random file. No reference: pushed by digest."""
        kind = "docker.image.rootfs.diff.tar.gzip" if docker else "oci.image.layer.v1.tar+gzip"
        layers, diff_ids = [], []
        for number, size in enumerate(layer_sizes):
            raw = io.BytesIO()
            with tarfile.open(fileobj=raw, mode="w") as tar:
                info = tarfile.TarInfo(f"file-{number}-{seed.decode()}")
                info.size = size
                tar.addfile(info, io.BytesIO(os.urandom(size)))
            diff_ids.append(digest(raw.getvalue()))
            packed = gzip.compress(raw.getvalue(), compresslevel=0, mtime=0)
            layer, length = self.blob(name, packed)
            layers.append({"mediaType": f"application/vnd.{kind}", "digest": layer, "size": length})
        config = json.dumps(
            {"architecture": arch, "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
        ).encode()
        config_digest, config_size = self.blob(name, config)
        media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
        config_type = (
            "application/vnd.docker.container.image.v1+json" if docker else "application/vnd.oci.image.config.v1+json"
        )
        document = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": {"mediaType": config_type, "digest": config_digest, "size": config_size},
            "layers": layers,
        }
        data = json.dumps(document).encode()
        return self.manifest(name, reference or digest(data), media_type, document)

    def multi_arch(self, name, tag, layer_sizes, docker=False):
        """An image index of two images, amd64 and arm64; returns its digest."""
        children = []
        media_type = DOCKER_MANIFEST if docker else OCI_MANIFEST
        for arch in ("amd64", "arm64"):
            child, size = self.image(name, None, layer_sizes, arch, docker, arch.encode())
            children.append(
                {
                    "mediaType": media_type,
                    "digest": child,
                    "size": size,
                    "platform": {"architecture": arch, "os": "linux"},
                }
            )
        index = DOCKER_INDEX if docker else OCI_INDEX
        return self.manifest(name, tag, index, {"schemaVersion": 2, "mediaType": index, "manifests": children})[0]
