// Reads ranges of a layer as a lazily pulling containerd does, by the code of stargz-snapshotter: two while the URL that the registry
// redirects to is good, then, after a pause, two more. Prints what each read took and what it asked of whom; exits with 1 when a read
// fails or brings other bytes than the file has.
//
// Usage: lazy IMAGE DIGEST FILE PAUSE, with USERNAME and PASSWORD in the environment
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/pkg/reference"
	"github.com/containerd/stargz-snapshotter/cache"
	"github.com/containerd/stargz-snapshotter/fs/config"
	"github.com/containerd/stargz-snapshotter/fs/remote"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const rangeBytes = 100_000

// counter counts the requests that reach the registry, the redirects among its answers, and the requests that were denied.
type counter struct {
	registry, redirects, denied, ranges atomic.Int32
	host                                string
}

func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if request.URL.Host == c.host {
		c.registry.Add(1)
	}
	switch {
	case answer.StatusCode/100 == 3:
		c.redirects.Add(1)
	case answer.StatusCode == http.StatusForbidden:
		c.denied.Add(1)
	case answer.StatusCode == http.StatusPartialContent:
		c.ranges.Add(1)
	}
	return answer, nil
}

func main() {
	if len(os.Args) != 5 {
		fail(fmt.Errorf("usage: lazy IMAGE DIGEST FILE PAUSE"))
	}
	pause, err := time.ParseDuration(os.Args[4])
	fail(err)
	fail(read(os.Args[1], digest.Digest(os.Args[2]), os.Args[3], pause))
}

func read(image string, layer digest.Digest, path string, pause time.Duration) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	spec, err := reference.Parse(image)
	if err != nil {
		return err
	}
	count := &counter{host: spec.Hostname()}
	hosts := func(reference.Spec) ([]docker.RegistryHost, error) {
		client := &http.Client{Transport: count}
		login := docker.NewDockerAuthorizer(docker.WithAuthClient(client), docker.WithAuthCreds(
			func(string) (string, string, error) { return os.Getenv("USERNAME"), os.Getenv("PASSWORD"), nil }))
		return []docker.RegistryHost{{
			Client: client, Authorizer: login, Host: spec.Hostname(), Scheme: "http", Path: "/v2",
			Capabilities: docker.HostCapabilityPull | docker.HostCapabilityResolve,
		}}, nil
	}
	resolver := remote.NewResolver(config.BlobConfig{ForceSingleRangeMode: true}, nil)
	blob, err := resolver.Resolve(context.Background(), hosts, spec, ocispec.Descriptor{Digest: layer}, cache.NewMemoryCache())
	if err != nil {
		return err
	}
	defer blob.Close()
	for number, at := range []int64{0, blob.Size() / 2, blob.Size() / 4, blob.Size() - rangeBytes} {
		if number == 2 {
			time.Sleep(pause)
		}
		if err := compare(blob, file, at, count); err != nil {
			return err
		}
	}
	return nil
}

// compare reads one range from both.
func compare(blob remote.Blob, file io.ReaderAt, at int64, count *counter) error {
	got, wanted := make([]byte, rangeBytes), make([]byte, rangeBytes)
	began := time.Now()
	if _, err := blob.ReadAt(got, at); err != nil && err != io.EOF {
		return fmt.Errorf("range at %d of %d bytes: %w", at, blob.Size(), err)
	}
	took := time.Since(began)
	if _, err := file.ReadAt(wanted, at); err != nil {
		return err
	}
	if !bytes.Equal(got, wanted) {
		return fmt.Errorf("range at %d: other bytes than the file's", at)
	}
	fmt.Printf("at=%d ms=%d registry=%d redirects=%d denied=%d ranges=%d\n", at, took.Milliseconds(),
		count.registry.Load(), count.redirects.Load(), count.denied.Load(), count.ranges.Load())
	return nil
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "lazy:", err)
		os.Exit(1)
	}
}
