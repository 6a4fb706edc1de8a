package dev.weir.access.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.access.LoginUnavailableException;
import dev.weir.access.iam.CallerIdentities;
import dev.weir.access.iam.CallerIdentity;
import dev.weir.access.iam.IamToken;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the signed request that a token holds.
 *
 * <p>Source: STS API, GetCallerIdentity.
 */
public final class StsCallerIdentities implements CallerIdentities {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpsDocuments https;

    public StsCallerIdentities(HttpsDocuments https) {
        this.https = https;
    }

    @Override
    public Optional<CallerIdentity> find(IamToken token) {
        try {
            HttpsDocuments.Document answer = https.get(token.url(), Map.of("x-k8s-aws-id", token.registryHost()));
            if (answer.status() == 400 || answer.status() == 403) {
                return rejected(answer);
            }
            if (answer.status() != 200) {
                throw new IOException("STS answered " + answer.status());
            }
            return Optional.of(identity(JSON.readTree(answer.body())));
        } catch (IOException e) {
            throw new LoginUnavailableException("STS at " + token.stsHost() + " can't be asked", e);
        }
    }

    /** STS tells that it throttles by 400. */
    private static Optional<CallerIdentity> rejected(HttpsDocuments.Document answer) throws IOException {
        String code = JSON.readTree(answer.body()).at("/Error/Code").asText("");
        if (code.startsWith("Throttl")) {
            throw new IOException("STS throttles");
        }
        return Optional.empty();
    }

    private static CallerIdentity identity(JsonNode answer) throws IOException {
        JsonNode result = answer.at("/GetCallerIdentityResponse/GetCallerIdentityResult");
        String account = result.path("Account").asText("");
        String arn = result.path("Arn").asText("");
        if (account.isEmpty() || arn.isEmpty()) {
            throw new IOException("STS answered without an account or an ARN");
        }
        return new CallerIdentity(account, arn, result.path("UserId").asText(""));
    }
}
