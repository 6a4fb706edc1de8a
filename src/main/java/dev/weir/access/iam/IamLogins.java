package dev.weir.access.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.access.BasicCredentials;
import dev.weir.access.Fingerprint;
import dev.weir.access.PasswordVerifier;
import dev.weir.access.Principal;
import dev.weir.time.WallClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Verifies that the password of user {@code AWS} is a token by which STS names a principal of an allowed account. What STS said is
 * remembered by the hash of the whole token until it expires.
 */
public final class IamLogins implements PasswordVerifier {
    private static final String USERNAME = "AWS";
    /** Failures are counted whatever registry the token is for. */
    private static final String ANY_REGISTRY = "any";

    private static final int MAX_REMEMBERED = 10_000;

    private record Known(String account, Principal principal, Instant expiresAt) {}

    private final CallerIdentities callers;
    private final Supplier<Set<String>> allowedAccounts;
    private final Partition partition;
    private final Clock clock;
    private final Cache<Fingerprint, Known> known;

    /** @param allowedAccounts twelve digits each; principals of others are not asked about */
    public IamLogins(
            CallerIdentities callers, Supplier<Set<String>> allowedAccounts, Partition partition, Clock clock) {
        this.callers = callers;
        this.allowedAccounts = allowedAccounts;
        this.partition = partition;
        this.clock = clock;
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(Duration.ofMinutes(20))
                .ticker(WallClock.tickerOf(clock))
                .build();
    }

    @Override
    public boolean isFor(BasicCredentials credentials) {
        return credentials.username().equals(USERNAME) && IamToken.isToken(credentials.password());
    }

    /** The access key id. */
    @Override
    public String claimedName(BasicCredentials credentials) {
        return find(credentials.password(), ANY_REGISTRY)
                .map(IamToken::accessKeyId)
                .orElse("");
    }

    private Optional<IamToken> find(String token, String registryHost) {
        try {
            return Optional.of(IamToken.parse(token, registryHost, partition, clock.instant()));
        } catch (IamTokenException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Principal> remembered(BasicCredentials credentials, String registryHost) {
        return remembered(credentials.password(), registryHost);
    }

    @Override
    public Optional<Principal> verify(BasicCredentials credentials, String registryHost) {
        return verify(credentials.password(), registryHost);
    }

    private Optional<Principal> remembered(String token, String registryHost) {
        return Optional.ofNullable(known.getIfPresent(Fingerprint.of(registryHost, token)))
                .filter(one -> clock.instant().isBefore(one.expiresAt()))
                .filter(one -> allowedAccounts.get().contains(one.account()))
                .map(Known::principal);
    }

    /**
     * Who has signed the token; empty when it is not acceptable.
     *
     * <p>Errors: those of {@link CallerIdentities#find}.
     */
    public Optional<Principal> verify(String token, String registryHost) {
        Optional<Principal> remembered = remembered(token, registryHost);
        return remembered.isPresent()
                ? remembered
                : find(token, registryHost).flatMap(parsed -> ask(parsed, Fingerprint.of(registryHost, token)));
    }

    private Optional<Principal> ask(IamToken token, Fingerprint fingerprint) {
        Set<String> allowed = allowedAccounts.get();
        boolean isForeign = AccessKeyAccount.find(token.accessKeyId())
                .filter(account -> !allowed.contains(account))
                .isPresent();
        if (allowed.isEmpty() || isForeign) {
            return Optional.empty();
        }
        Optional<CallerIdentity> caller = callers.find(token).filter(found -> allowed.contains(found.account()));
        Optional<Principal> principal = caller.flatMap(found -> found.principal(partition));
        principal.ifPresent(
                named -> known.put(fingerprint, new Known(caller.orElseThrow().account(), named, token.expiresAt())));
        return principal;
    }
}
