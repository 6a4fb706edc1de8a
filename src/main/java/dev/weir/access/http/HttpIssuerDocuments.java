package dev.weir.access.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.oidc.IssuerDocuments;
import dev.weir.access.oidc.OidcIssuer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Discovery: the issuer's configuration, which must name the issuer, and the key set that it leads to.
 *
 * <p>Source: OpenID Connect Discovery 1.0, section 4.
 */
public final class HttpIssuerDocuments implements IssuerDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsDocuments https;

    public HttpIssuerDocuments(HttpsDocuments https) {
        this.https = https;
    }

    @Override
    public String jwks(OidcIssuer issuer) throws IOException {
        JsonNode configuration = JSON.readTree(get(issuer.discovery()));
        if (!configuration.path("issuer").asText("").equals(issuer.issuer().toString())) {
            throw new IOException("the configuration at " + issuer.discovery() + " names another issuer");
        }
        return new String(get(uri(configuration.path("jwks_uri").asText(""))), StandardCharsets.UTF_8);
    }

    private static URI uri(String text) throws IOException {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("jwks_uri is not a URL");
        }
    }

    private byte[] get(URI uri) throws IOException {
        HttpsDocuments.Document answer = https.get(uri, Map.of());
        if (answer.status() != 200) {
            throw new IOException(uri.getHost() + " answered " + answer.status());
        }
        return answer.body();
    }
}
