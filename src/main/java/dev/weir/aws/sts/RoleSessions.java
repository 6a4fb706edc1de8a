package dev.weir.aws.sts;

import dev.weir.aws.AwsClients;
import dev.weir.rules.CustomRoleArn;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Assumes the roles that rules name. A session is used at once and not kept: what is got with it lives longer than it does.
 *
 * <p>Source: STS API, AssumeRole. A session of a role that was assumed by a role lasts an hour at most.
 */
public final class RoleSessions {
    /** What the logs of the role's account call this caller. */
    private static final String SESSION_NAME = "weir";

    private final AwsClients clients;
    private final Optional<ExternalId> externalId;

    public RoleSessions(AwsClients clients, Optional<ExternalId> externalId) {
        this.clients = clients;
        this.externalId = externalId;
    }

    /**
     * The credentials of a new session. Errors: SdkException.
     *
     * @param region whose STS is asked, where the environment names none
     */
    public AwsSessionCredentials assume(CustomRoleArn role, Region region) {
        AssumeRoleRequest.Builder request =
                AssumeRoleRequest.builder().roleArn(role.value()).roleSessionName(SESSION_NAME);
        externalId.map(ExternalId::value).ifPresent(request::externalId);
        try (StsClient sts = clients.sts(region)) {
            Credentials session = sts.assumeRole(request.build()).credentials();
            return AwsSessionCredentials.create(
                    session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
        }
    }

    /** How the role's trust policy has to tell this caller, for messages. */
    public String toldBy() {
        return externalId.map(id -> " with external id '" + id.value() + "'").orElse("");
    }
}
