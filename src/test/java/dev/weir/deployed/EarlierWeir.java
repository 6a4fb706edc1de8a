package dev.weir.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.access.Principal;
import dev.weir.assembly.Adapters;
import dev.weir.assembly.Assembly;
import dev.weir.assembly.Options;
import dev.weir.oci.Digest;
import dev.weir.registry.Front;
import dev.weir.registry.RegistryRequest;
import dev.weir.registry.RegistryResponse;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.table.Table;
import dev.weir.table.TableRules;
import dev.weir.upstream.UpstreamTimeouts;
import dev.weir.upstream.http.HttpUpstreamRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The deployed registry as it was some time ago, in this process: over the same table and bucket, by a clock that is late. The
 * functions' own clock is that of the machine.
 */
final class EarlierWeir {
    private final Assembly assembly;

    /** @param upstream {@code host:port} of a registry that speaks http */
    EarlierWeir(DeployedWeir weir, String upstream, Duration ago) {
        Clock then = Clock.offset(Clock.systemUTC(), ago.negated());
        InsecureUpstreams insecure = InsecureUpstreams.parse(List.of(upstream));
        Table table = weir.table();
        assembly = new Assembly(
                new Adapters(
                        new TableRules(table, insecure),
                        table,
                        weir.contents(),
                        new HttpUpstreamRegistry(
                                rule -> Optional.empty(), insecure, UpstreamTimeouts.DEFAULT, then, wait -> {}),
                        events -> {}),
                Options.of(Front.SENDS_CONTENT_LENGTH, Duration.ofSeconds(20))
                        .withInlineFillBytes(Long.MAX_VALUE)
                        .withTime(then, wait -> {}));
    }

    /** Somebody pulled the tag and the blob then. Returns the tag's digest. */
    Digest pulled(String user, String repository, String tag, Digest blob) {
        Digest digest = Digest.parse(
                get(user, repository + "/manifests/" + tag).headers().getOrDefault("Docker-Content-Digest", ""));
        get(user, repository + "/blobs/" + blob);
        return digest;
    }

    private RegistryResponse get(String user, String path) {
        RegistryResponse answer = assembly.registry()
                .handle(new RegistryRequest("GET", "/v2/" + path, Map.of(), Map.of(), "earlier", Principal.user(user)));
        assertThat(answer.status()).as(path).isIn(200, 307);
        return answer;
    }
}
