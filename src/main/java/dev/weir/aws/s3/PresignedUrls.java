package dev.weir.aws.s3;

import dev.weir.store.BlobAccess;
import dev.weir.store.UrlLife;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** URLs of objects, signed with the client's credentials of the moment. The SDK's presigner is asked once, for the bucket's address. */
final class PresignedUrls {
    private static final String SAMPLE_KEY = "sample";
    private static final Pattern REGION = Pattern.compile("X-Amz-Credential=[^&]*?%2F\\d{8}%2F([a-z0-9-]+)%2Fs3%2F");

    private final S3Client s3;
    private final Supplier<S3Presigner> presigner;
    private final String bucket;
    private final Duration life;
    private volatile @Nullable UrlSigner signer;

    /**
     * @param s3 whose credentials sign
     * @param presigner makes one; it is closed after it was asked
     */
    PresignedUrls(S3Client s3, Supplier<S3Presigner> presigner, String bucket, UrlLife life) {
        this.s3 = s3;
        this.presigner = presigner;
        this.bucket = bucket;
        this.life = life.duration();
    }

    URI sign(String key, BlobAccess access, Instant now) {
        return signer().sign(
                        key,
                        access,
                        life,
                        s3.serviceClientConfiguration()
                                .credentialsProvider()
                                .resolveIdentity()
                                .join(),
                        now);
    }

    private UrlSigner signer() {
        UrlSigner known = signer;
        if (known == null) {
            URI sample = sample();
            Matcher region = REGION.matcher(sample.getRawQuery());
            if (!region.find()) {
                throw new IllegalStateException("bucket '" + bucket + "': the SDK's URL names no region");
            }
            String path = sample.getRawPath();
            URI address = URI.create(sample.getScheme() + "://" + sample.getRawAuthority()
                    + path.substring(0, path.length() - SAMPLE_KEY.length()));
            known = new UrlSigner(address, region.group(1));
            signer = known;
        }
        return known;
    }

    private URI sample() {
        try (S3Presigner once = presigner.get()) {
            return URI.create(once.presignGetObject(request -> request.signatureDuration(life)
                            .getObjectRequest(object -> object.bucket(bucket).key(SAMPLE_KEY)))
                    .url()
                    .toString());
        }
    }
}
