package dev.weir.gate;

import static dev.weir.gate.GateUnderTest.ALLOW_DEV_IMPORT;
import static dev.weir.gate.GateUnderTest.ALLOW_PULL;
import static dev.weir.gate.GateUnderTest.DEV;
import static dev.weir.gate.GateUnderTest.HOLD_PROD;
import static dev.weir.gate.GateUnderTest.PROD;
import static dev.weir.gate.GateUnderTest.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.GateUnderTest.Built;
import dev.weir.registry.RegistryResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Of an image that is held for a principal, no request of the principal gets a byte, whatever was asked before. */
class DeniedBytesPropertyTest {
    @SuppressWarnings("NullAway") // made before the first try
    private static GateUnderTest gate;

    @SuppressWarnings("NullAway") // made before the first try
    private static Built held;

    @BeforeContainer
    static void start() throws IOException {
        gate = new GateUnderTest(Files.createTempDirectory("weir-denied"));
        gate.policy(
                ALLOW_PULL,
                ALLOW_DEV_IMPORT,
                "{'Effect':'Allow','Principal':'*','Action':'ecr:BatchImportUpstreamImage'}",
                HOLD_PROD);
        held = gate.build("app", "1", "secret");
        gate.get(DEV, "/v2/up/app/manifests/1");
        gate.get(DEV, "/v2/up/app/manifests/" + held.image());
        gate.get(DEV, "/v2/up/app/blobs/" + held.layer());
    }

    @AfterContainer
    static void stop() {
        gate.close();
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> prefix = Arbitraries.of(
                "/v2/",
                "/v2/_wait/",
                "/v2//",
                "/v2/at-2100-01-01/",
                "/v2/at-2100-01-02/",
                "/v2/at-2100-01-01/at-2100-01-01/",
                "/V2/",
                "/v2/./");
        Arbitrary<String> name =
                Arbitraries.of("up/app", "app", "up/app/", "up//app", "UP/app", "up/app/../app", "up/other");
        Arbitrary<String> kind = Arbitraries.of("manifests", "blobs", "referrers", "manifests/x/blobs");
        Arbitrary<String> reference = Arbitraries.of(
                "1",
                held.index().toString(),
                held.image().toString(),
                held.layer().toString(),
                "1@" + held.index(),
                "x@" + held.image(),
                held.layer().toString().toUpperCase(java.util.Locale.ROOT));
        Arbitrary<String> query = Arbitraries.of(
                "",
                "?wait=1",
                "?wait=99",
                "?n=1",
                "?artifactType=x",
                "?next=x",
                "?ns=" + gate.upstream.hostAndPort(),
                "?ns=docker.io");
        return Combinators.combine(prefix, name, kind, reference, query)
                .as((p, n, k, r, q) -> p + n + "/" + k + "/" + r + q);
    }

    @Property(tries = 400)
    void aDeniedPrincipalObtainsNoByteOfADeniedImage(
            @ForAll("paths") String path, @ForAll boolean isHead, @ForAll boolean devAsksFirst) {
        if (devAsksFirst) {
            gate.get(DEV, path);
        }
        RegistryResponse answer = gate.send(PROD, isHead ? "HEAD" : "GET", path);

        assertThat(answer.headers().getOrDefault("Location", ""))
                .as(path)
                .doesNotContain(held.layer().hex());
        assertThat(body(answer)).as(path).doesNotContain("\"is\":\"secret\"").doesNotContain("layers\"");
        boolean isServed = answer.status() == 200 || answer.status() == 307;
        assertThat(isServed
                        && List.of(held.index(), held.image(), held.layer()).stream()
                                .anyMatch(digest -> digest.toString()
                                        .equals(answer.headers().get("Docker-Content-Digest"))))
                .as(path)
                .isFalse();
    }
}
