package dev.weir.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.oci.VerifyingInputStream.ContentMismatchException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"alpine", "library/alpine", "a/b/c", "a__b", "a.b-c", "a---b", "0"})
    void takesRepositoryNamesOfTheSpec(String value) {
        assertThat(RepositoryName.parse(value)).hasToString(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a//b", "/a", "a/", "a___b", "a..b", "..", "a/../b", "a b", "a\n", "é", "-a"})
    void refusesRepositoryNamesOutsideTheSpec(String value) {
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> RepositoryName.parse(value))
                .matches(e -> e.code() == ErrorCode.NAME_INVALID)
                .matches(e -> !String.valueOf(e.getMessage()).contains("\n"));
    }

    @Test
    void refusesRepositoryNamesOver255Characters() {
        assertThat(RepositoryName.parse("a".repeat(255)).value()).hasSize(255);
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> RepositoryName.parse("a".repeat(256)));
    }

    @ParameterizedTest
    @CsvSource({
        "latest,            TAG",
        "_1.0-x,            TAG",
        ".x,                MANIFEST_INVALID",
        "-x,                MANIFEST_INVALID",
        "a b,               MANIFEST_INVALID",
        "sha256:12,         DIGEST_INVALID",
        "md5:d41d8cd98f00b, DIGEST_INVALID",
        "sha256:,           DIGEST_INVALID",
    })
    void readsAReferenceAsTagOrDigest(String value, String outcome) {
        String actual;
        try {
            actual = Reference.parse(value) instanceof Tag ? "TAG" : "DIGEST";
        } catch (MalformedValueException e) {
            actual = e.code().name();
        }
        assertThat(actual).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"SHA256,64", "SHA512,128"})
    void digestsRoundTripAndMatchTheirBytes(Digest.Algorithm algorithm, int hexLength) {
        Digest digest = Digest.of(algorithm, HELLO);
        assertThat(digest.hex()).hasSize(hexLength);
        assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
        assertThat(digest.matches(HELLO)).isTrue();
        assertThat(digest.matches(new byte[0])).isFalse();
        assertThatExceptionOfType(MalformedValueException.class)
                .isThrownBy(() -> Digest.parse(
                        digest.toString().replace('a', 'A').replace('b', 'B').replace('e', 'E')));
    }

    @ParameterizedTest
    @CsvSource({"hello,5", "hello,-1"})
    void passesContentThatIsItsDigest(String content, long size) throws IOException {
        assertThat(verifying(content, size).readAllBytes()).isEqualTo(HELLO);
    }

    @ParameterizedTest
    @CsvSource({"hellp,5", "hell,5", "hello!,5", "hello!,-1", "hell,-1"})
    void throwsAtTheEndOfContentThatIsNotItsDigest(String content, long size) {
        assertThatExceptionOfType(ContentMismatchException.class)
                .isThrownBy(() -> verifying(content, size).readAllBytes());
    }

    private static VerifyingInputStream verifying(String content, long size) {
        return new VerifyingInputStream(
                new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)),
                Digest.of(HELLO),
                size < 0 ? OptionalLong.empty() : OptionalLong.of(size));
    }

    @Test
    void findsWhatAManifestPointsAtAndLeavesOutForeignLayersAndGarbage() {
        String a = "sha256:" + "a".repeat(64);
        String b = "sha256:" + "b".repeat(64);
        String json = "{\"config\":{\"digest\":\"" + a + "\",\"size\":1},\"layers\":[{\"digest\":\"" + b
                + "\",\"size\":2},{\"digest\":\"" + b
                + "\",\"size\":2,\"urls\":[\"http://x\"]},{\"digest\":\"no\"},7],\"subject\":{\"digest\":\""
                + b + "\",\"size\":3}}";
        ManifestLinks links = ManifestLinks.parse(json.getBytes(StandardCharsets.UTF_8));
        assertThat(links.blobs()).extracting(blob -> blob.digest().toString()).containsExactly(a, b);
        assertThat(links.subject()).isPresent();
        assertThat(ManifestLinks.parse("not json".getBytes(StandardCharsets.UTF_8))
                        .blobs())
                .isEmpty();
    }
}
