package dev.weir.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.access.BasicCredentials;
import dev.weir.access.Principal;
import dev.weir.access.token.TokenPasswords;
import dev.weir.assembly.AdminApi;
import dev.weir.assembly.SignIn;
import dev.weir.control.RegistryIdentity;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.InvalidIdentityTokenException;

/** AWS's own clients sign in. */
class SignInIT {
    private static final RegistryIdentity IDENTITY =
            new RegistryIdentity("aws", "eu-west-1", "111122223333", URI.create("https://weir.example.org"));

    private final SignIn signIn = AdminClient.signIn(Clock.systemUTC());
    private final AdminClient client =
            new AdminClient(new AdminApi(signIn, IDENTITY, AdminClient.access(IDENTITY)).handler());

    @AfterEach
    void close() {
        client.close();
    }

    /** This client leaves out the endpoint's path where a service speaks the Query protocol; others send it. */
    private static final ExecutionInterceptor PATH = new ExecutionInterceptor() {
        @Override
        public SdkHttpRequest modifyHttpRequest(
                Context.ModifyHttpRequest context, ExecutionAttributes executionAttributes) {
            return context.httpRequest().toBuilder().encodedPath("/sts").build();
        }
    };

    private StsClient sts() {
        return sts(config -> config.addExecutionInterceptor(PATH));
    }

    private StsClient sts(Consumer<ClientOverrideConfiguration.Builder> configuration) {
        return StsClient.builder()
                .endpointOverride(client.endpoint())
                .overrideConfiguration(configuration)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("test-read", "test-read-secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @Test
    void theCallersIdentityIsRead() {
        try (StsClient sts = sts()) {
            GetCallerIdentityResponse identity = sts.getCallerIdentity(request -> {});
            assertThat(identity.account()).isEqualTo("111122223333");
            assertThat(identity.arn()).isEqualTo("arn:aws:iam::111122223333:user/weir/key/read");
        }
    }

    @Test
    void withoutAPathTheProtocolTellsTheService() {
        URI root = client.endpoint().resolve("/");
        try (StsClient sts = sts(config -> {});
                EcrClient ecr = client.ecr(root, "test-read", "test-read-secret")) {
            assertThat(sts.getCallerIdentity(request -> {}).account()).isEqualTo("111122223333");
            assertThat(ecr.describeRegistry(request -> {}).registryId()).isEqualTo("111122223333");
        }
    }

    @Test
    void aWrongWebIdentityIsAnExceptionOfTheClient() {
        try (StsClient sts = sts()) {
            assertThatThrownBy(() -> sts.assumeRoleWithWebIdentity(
                            request -> request.roleArn("arn:aws:iam::111122223333:role/weir/ci")
                                    .roleSessionName("build")
                                    .webIdentityToken("not-a-token")))
                    .isInstanceOf(InvalidIdentityTokenException.class);
        }
    }

    @Test
    void anAuthorizationTokenIsAPasswordForTwelveHours() {
        try (EcrClient ecr = client.ecr("test-read", "test-read-secret")) {
            AuthorizationData data =
                    ecr.getAuthorizationToken(request -> {}).authorizationData().get(0);
            assertThat(data.proxyEndpoint()).isEqualTo("https://weir.example.org");
            assertThat(data.expiresAt())
                    .isBetween(
                            Clock.systemUTC().instant().plus(Duration.ofHours(11)),
                            Clock.systemUTC().instant().plus(Duration.ofHours(12)));
            BasicCredentials login =
                    BasicCredentials.find("Basic " + data.authorizationToken()).orElseThrow();
            assertThat(login.username()).isEqualTo("AWS");
            TokenPasswords passwords = new TokenPasswords(signIn.tokens());
            assertThat(passwords.isFor(login)).isTrue();
            assertThat(passwords.verify(login, "weir.example.org")).contains(Principal.key("read"));
        }
    }

    @Test
    @SuppressWarnings("deprecation") // scripts still name registries
    void aPasswordOfAnotherRegistryIsNotIssued() {
        try (EcrClient ecr = client.admin()) {
            assertThatThrownBy(() -> ecr.getAuthorizationToken(request -> request.registryIds("999999999999")))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("111122223333");
        }
    }

    @Test
    void aPasswordWithAnotherUserNameOrAnotherFormIsNotOurs() {
        TokenPasswords passwords = new TokenPasswords(signIn.tokens());
        assertThat(passwords.isFor(new BasicCredentials("alice", "weir-v1.x"))).isFalse();
        assertThat(passwords.isFor(new BasicCredentials("AWS", "k8s-aws-v1.x"))).isFalse();
        assertThat(passwords.verify(new BasicCredentials("AWS", "weir-v1.k1.e30.x"), ""))
                .isEmpty();
    }
}
