package dev.weir.access.iam;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A token of {@code aws eks get-token --cluster-name <registry host>}: a presigned GetCallerIdentity of STS, checked in every part
 * but its signature, which only STS can verify. Prints nothing of it.
 *
 * <p>Shape: {@code k8s-aws-v1.} and the unpadded base64url of the URL, at most 4,096 bytes.
 *
 * <p>Why the host of the registry is signed: a token for one registry, or for a cluster, says nothing to another.
 *
 * <p>Source: aws-iam-authenticator, pkg/token/token.go; AWS Signature Version 4, "Authenticating requests: using query parameters".
 *
 * @param registryHost the value of header {@code x-k8s-aws-id}, which is signed
 */
public record IamToken(String stsHost, Map<String, String> parameters, String registryHost, Instant expiresAt) {
    static final String PREFIX = "k8s-aws-v1.";

    private static final int MAX_LENGTH = 4096;
    private static final Duration MAX_AGE = Duration.ofMinutes(15);
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);
    private static final int MAX_EXPIRES_SECONDS = 900;
    private static final Pattern BASE64URL = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern CREDENTIAL =
            Pattern.compile("([A-Z0-9]{16,128})/([0-9]{8})/([a-z0-9-]{1,32})/sts/aws4_request");
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Whether a password claims to be such a token. */
    public static boolean isToken(String password) {
        return password.startsWith(PREFIX);
    }

    /**
     * @param registryHost this registry, as images name it
     * @param partition where STS has to be
     * @throws IamTokenException which says what is not acceptable, without quoting it
     */
    public static IamToken parse(String password, String registryHost, Partition partition, Instant now) {
        if (registryHost.isEmpty()) {
            throw new IamTokenException("this registry was called by a name that is not its own");
        }
        URI url = url(password);
        String region = partition
                .regionOfStsHost(String.valueOf(url.getRawAuthority()))
                .orElseThrow(() -> new IamTokenException("the host is not an STS host of partition " + partition.id()));
        TokenQuery query = TokenQuery.parse(String.valueOf(url.getRawQuery()));
        query.required("action", Pattern.compile("GetCallerIdentity"));
        query.required("version", Pattern.compile("2011-06-15"));
        query.required("x-amz-algorithm", Pattern.compile("AWS4-HMAC-SHA256"));
        query.required("x-amz-signedheaders", Pattern.compile("host;x-k8s-aws-id"));
        query.required("x-amz-signature", Pattern.compile("[0-9a-f]{64}"));
        String expires = query.required("x-amz-expires", Pattern.compile("[0-9]{1,3}"));
        if (Integer.parseInt(expires) > MAX_EXPIRES_SECONDS) {
            throw new IamTokenException("x-amz-expires is over " + MAX_EXPIRES_SECONDS);
        }
        String date = query.required("x-amz-date", Pattern.compile("[0-9]{8}T[0-9]{6}Z"));
        Instant signedAt = signedAt(date, now);
        checkScope(query.required("x-amz-credential", CREDENTIAL), date, region);
        return new IamToken(url.getRawAuthority(), Map.copyOf(query.values()), registryHost, signedAt.plus(MAX_AGE));
    }

    private static URI url(String password) {
        if (password.length() > MAX_LENGTH) {
            throw new IamTokenException("the token has more than " + MAX_LENGTH + " bytes");
        }
        if (!isToken(password)) {
            throw new IamTokenException("the token does not begin with " + PREFIX);
        }
        URI url;
        try {
            url = new URI(decoded(password.substring(PREFIX.length())));
        } catch (URISyntaxException e) {
            throw new IamTokenException("the token is not a URL");
        }
        if (!"https".equals(url.getScheme())) {
            throw new IamTokenException("the URL is not https");
        }
        if (!"/".equals(url.getRawPath())) {
            throw new IamTokenException("the path of the URL is not /");
        }
        if (url.getRawFragment() != null) {
            throw new IamTokenException("the URL has a fragment");
        }
        return url;
    }

    private static String decoded(String text) {
        if (!BASE64URL.matcher(text).matches()) {
            throw new IamTokenException("the token is not unpadded base64url");
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return StandardCharsets.US_ASCII
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new IamTokenException("the token is not unpadded base64url of ASCII");
        }
    }

    private static Instant signedAt(String date, Instant now) {
        Instant signedAt;
        try {
            signedAt = DATE.parse(date, Instant::from);
        } catch (DateTimeException e) {
            throw new IamTokenException("x-amz-date is not a time");
        }
        if (signedAt.plus(MAX_AGE).isBefore(now)) {
            throw new IamTokenException("the token is more than 15 minutes old");
        }
        if (signedAt.isAfter(now.plus(MAX_AHEAD))) {
            throw new IamTokenException("the token is signed more than 5 minutes ahead");
        }
        return signedAt;
    }

    private static void checkScope(String credential, String date, String region) {
        Matcher scope = CREDENTIAL.matcher(credential);
        if (!scope.matches()
                || !date.startsWith(scope.group(2))
                || !scope.group(3).equals(region)) {
            throw new IamTokenException("the credential scope is not that of the date and of the host's region");
        }
    }

    /** Of whoever has signed; not verified. */
    public String accessKeyId() {
        String credential = parameters.getOrDefault("x-amz-credential", "");
        return credential.substring(0, credential.indexOf('/'));
    }

    /** The URL anew, from the parts that were checked: nothing of the caller's own text is forwarded. */
    public URI url() {
        Map<String, String> spelled = new TreeMap<>();
        parameters.forEach((name, value) -> spelled.put(spelling(name), value));
        return URI.create("https://" + stsHost + "/?"
                + spelled.entrySet().stream()
                        .map(one -> one.getKey() + "=" + encoded(one.getValue()))
                        .collect(Collectors.joining("&")));
    }

    /** As signers write the names: the names are signed too. */
    private static String spelling(String name) {
        return switch (name) {
            case "action" -> "Action";
            case "version" -> "Version";
            case "x-amz-algorithm" -> "X-Amz-Algorithm";
            case "x-amz-credential" -> "X-Amz-Credential";
            case "x-amz-date" -> "X-Amz-Date";
            case "x-amz-expires" -> "X-Amz-Expires";
            case "x-amz-security-token" -> "X-Amz-Security-Token";
            case "x-amz-signature" -> "X-Amz-Signature";
            case "x-amz-signedheaders" -> "X-Amz-SignedHeaders";
            default -> throw new IllegalStateException("no parameter of a presigned URL: " + name);
        };
    }

    /** As RFC 3986 and SigV4 have it. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    @Override
    public String toString() {
        return "IamToken[" + stsHost + "]";
    }
}
