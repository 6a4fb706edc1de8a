package dev.weir.access.iam;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Tokens as {@code aws eks get-token} writes them, with any part of them changed. The signature is made up. */
public final class EksTokens {
    public static final String REGISTRY = "weir.example.org";
    /** Its id holds account 029608264753. */
    public static final String ACCESS_KEY_ID = "ASIAQNZGKIQY56JQ7WML";

    public static final String ACCOUNT = "029608264753";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private EksTokens() {}

    public static String at(Instant signedAt) {
        return token("https://sts.us-east-1.amazonaws.com/?" + query(parameters(signedAt)));
    }

    public static String token(String url) {
        return "k8s-aws-v1."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(StandardCharsets.UTF_8));
    }

    public static Map<String, String> parameters(Instant signedAt) {
        String date = DATE.format(signedAt);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("Action", "GetCallerIdentity");
        parameters.put("Version", "2011-06-15");
        parameters.put("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        parameters.put("X-Amz-Credential", ACCESS_KEY_ID + "/" + date.substring(0, 8) + "/us-east-1/sts/aws4_request");
        parameters.put("X-Amz-Date", date);
        parameters.put("X-Amz-Expires", "60");
        parameters.put("X-Amz-SignedHeaders", "host;x-k8s-aws-id");
        parameters.put("X-Amz-Security-Token", "IQoJb3JpZ2luX2VjE+/=~*");
        parameters.put("X-Amz-Signature", "1b4247e2fa554489aa3763624ef2b60e7a3e5463bacefc131eb382fd5d7d732a");
        return parameters;
    }

    public static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
