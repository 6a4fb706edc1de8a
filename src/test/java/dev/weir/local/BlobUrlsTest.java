package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fake.MovableClock;
import dev.weir.local.BlobUrls.DeniedException;
import dev.weir.oci.Digest;
import dev.weir.oci.Digest.Algorithm;
import dev.weir.store.BlobAccess;
import dev.weir.store.UrlLife;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlobUrlsTest {
    private static final Digest DIGEST = Digest.of(new byte[] {1});
    private static final Digest OTHER = Digest.of(new byte[] {2});

    private final MovableClock clock = new MovableClock();
    private final BlobUrls urls = new BlobUrls(new byte[32], UrlLife.USUAL, clock);

    private Digest verify(String method, String url) {
        URI uri = URI.create(url);
        return urls.verify(method, uri.getRawPath(), uri.getRawQuery());
    }

    @ParameterizedTest
    @EnumSource
    void aUrlIsGoodForItsBlobAndMethod(BlobAccess access) {
        for (Algorithm algorithm : Algorithm.values()) {
            Digest digest = Digest.of(algorithm, new byte[] {3});
            assertThat(verify(access.name(), urls.presign(digest, access).toString()))
                    .isEqualTo(digest);
        }
    }

    @Test
    void aUrlExpiresAfterFifteenMinutes() {
        String signed = urls.presign(DIGEST, BlobAccess.GET).toString();
        clock.advance(Duration.ofMinutes(15).minusSeconds(1));
        assertThat(verify("GET", signed)).isEqualTo(DIGEST);
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> verify("GET", signed))
                .isInstanceOf(DeniedException.class)
                .hasMessage("this blob URL expired at 2100-01-01T00:15:00Z; pull again to get a new one");
    }

    @Test
    void aUrlOfAnotherKeyIsDenied() {
        byte[] key = new byte[32];
        key[31] = 1;
        String signed = new BlobUrls(key, UrlLife.USUAL, clock)
                .presign(DIGEST, BlobAccess.GET)
                .toString();
        assertThatThrownBy(() -> verify("GET", signed))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("does not match");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "another method          | HEAD | (x)             | $1              | is signed for GET, not for HEAD",
                "a method it can't have  | PUT  | (x)             | $1              | is signed for GET, not for PUT",
                "the method changed      | HEAD | method=GET      | method=HEAD     | does not match",
                "the expiry changed      | GET  | expires=4       | expires=5       | does not match",
                "the signature changed   | GET  | signature=.     | signature=      | is not a signed blob URL",
                "the signature cut       | GET  | .$              | ''              | is not a signed blob URL",
                "the signature zeroed    | GET  | signature=.*    | signature=0000000000000000000000000000000000000000000000000000000000000000 | does not match",
                "no signature            | GET  | &signature=.*   | ''              | is not a signed blob URL",
                "no query                | GET  | \\?.*           | ''              | is not a signed blob URL",
                "something added         | GET  | $               | &x=1            | is not a signed blob URL",
                "the path encoded        | GET  | sha256/         | sha256%2F       | is not a signed blob URL",
                "a path around           | GET  | /blobs/         | /blobs/../blobs/ | is not a signed blob URL",
                "another algorithm       | GET  | sha256          | md5             | is not a signed blob URL",
                "the digest cut          | GET  | .\\?            | ?               | is not a signed blob URL",
                "another folder          | GET  | /[0-9a-f]{2}/   | /00/            | does not match",
            })
    void aUrlThatWasChangedIsDenied(String what, String method, String from, String to, String message) {
        String changed = urls.presign(DIGEST, BlobAccess.GET).toString().replaceFirst(from, to);
        assertThatThrownBy(() -> verify(method, changed))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aUrlForAnotherBlobIsDenied() {
        String changed = urls.presign(DIGEST, BlobAccess.GET)
                .toString()
                .replaceFirst("/blobs/[^?]*", BlobUrls.PATH_PREFIX + BlobUrls.path(OTHER));
        assertThatThrownBy(() -> verify("GET", changed)).hasMessageContaining("does not match");
    }
}
