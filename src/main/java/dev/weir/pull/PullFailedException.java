package dev.weir.pull;

import dev.weir.oci.ErrorCode;
import dev.weir.oci.RegistryException;
import dev.weir.rules.CacheOnlyRepository;
import dev.weir.rules.Repository;
import dev.weir.rules.RetiredRepository;
import dev.weir.rules.UpstreamRepository;
import dev.weir.store.Lookup;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.UpstreamException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A pull that needed upstream and did not get what it needed, as the client is told. */
public final class PullFailedException extends RegistryException {
    private static final long serialVersionUID = 1L;

    private final transient CacheStatus status;

    private PullFailedException(ErrorCode code, String message, Optional<Duration> retryAfter, CacheStatus status) {
        super(code, message, retryAfter, null);
        this.status = status;
    }

    /** Upstream's 404 of a moment ago, told again without asking. */
    static PullFailedException remembered(String what, ErrorCode code) {
        String message =
                "resolve " + what + ": not found upstream less than " + Lookup.ABSENT_KEPT.toSeconds() + " s ago";
        return new PullFailedException(code, message, Optional.empty(), CacheStatus.HIT);
    }

    /**
     * The repository, when there is an upstream that may have what it doesn't hold.
     *
     * @param reference of what is not held: {@code :tag} or {@code @digest}
     * @param notFound the code of its absence
     */
    static UpstreamRepository requireUpstream(Repository repository, String reference, ErrorCode notFound) {
        if (repository instanceof UpstreamRepository cached) {
            return cached;
        }
        if (repository instanceof CacheOnlyRepository cacheOnly) {
            throw new PullFailedException(
                    ErrorCode.DENIED,
                    "resolve " + repository + reference + ": not cached, and " + cacheOnly.why(),
                    Optional.empty(),
                    CacheStatus.missFailed(OptionalInt.empty()));
        }
        String why = repository instanceof RetiredRepository retired
                ? "pull through cache rule '" + retired.prefix() + "' is deleted: create it again to fetch"
                : "no pull through cache rule fetches for this repository: put the image into it (aws ecr put-image)";
        String message = "resolve " + repository + reference + ": not held, and " + why;
        throw new PullFailedException(
                notFound, message, Optional.empty(), CacheStatus.notConsulted(CacheStatus.detailOf(repository)));
    }

    /** A setting of the rule denies it. */
    static PullFailedException denied(String why) {
        return new PullFailedException(
                ErrorCode.DENIED, why, Optional.empty(), CacheStatus.notConsulted(ErrorCode.DENIED.name()));
    }

    /** A manifest's digest, asked for as a blob. */
    static PullFailedException isManifest(String what) {
        String message = "resolve " + what + ": is a manifest of this repository, not a blob";
        return new PullFailedException(ErrorCode.BLOB_UNKNOWN, message, Optional.empty(), CacheStatus.HIT);
    }

    /** Another request fetches the same manifest, and takes longer than this one waits. */
    static PullFailedException stillFetching(String what) {
        String message = "fetch " + what + ": another request is still fetching it, try again";
        return comeBack(ErrorCode.UPSTREAM_TIMEOUT, message, Duration.ofSeconds(1));
    }

    /** A HEAD whose size neither upstream nor a fill within the request's time has told. */
    static PullFailedException sizeUnknown(String what) {
        String message = "resolve " + what + ": upstream tells no size, and the blob is still being filled, try again";
        return comeBack(ErrorCode.UPSTREAM_TIMEOUT, message, Duration.ofSeconds(10));
    }

    /** The principal has brought in as much as it may for now. */
    static PullFailedException budgetSpent(String message, Duration retryAfter) {
        return comeBack(ErrorCode.TOOMANYREQUESTS, message, retryAfter);
    }

    private static PullFailedException comeBack(ErrorCode code, String message, Duration after) {
        return new PullFailedException(code, message, Optional.of(after), CacheStatus.missFailed(OptionalInt.empty()));
    }

    /** The one place where upstream's failures become ours. An upstream 401 is never our 401. */
    private static PullFailedException of(UpstreamException why, ErrorCode notFound) {
        ErrorCode code =
                switch (why.kind()) {
                    case NOT_FOUND -> notFound;
                    case UNAUTHORIZED -> ErrorCode.DENIED;
                    case RATE_LIMITED -> ErrorCode.TOOMANYREQUESTS;
                    case UNAVAILABLE -> ErrorCode.UPSTREAM_UNAVAILABLE;
                    case TIMEOUT -> ErrorCode.UPSTREAM_TIMEOUT;
                    case INVALID -> ErrorCode.UPSTREAM_INVALID;
                };
        return new PullFailedException(
                code, String.valueOf(why.getMessage()), why.retryAfter(), CacheStatus.missFailed(why.status()));
    }

    /** The rule's credential can't be read. */
    private static PullFailedException of(CredentialException why) {
        return new PullFailedException(
                ErrorCode.DENIED,
                String.valueOf(why.getMessage()),
                Optional.empty(),
                CacheStatus.missFailed(OptionalInt.empty()));
    }

    /** What the pull gives; its failures as the client is told. */
    static <T> T translating(ErrorCode notFound, Supplier<T> pull) {
        try {
            return pull.get();
        } catch (UpstreamException e) {
            throw of(e, notFound);
        } catch (CredentialException e) {
            throw of(e);
        }
    }

    /** Whether Weir itself decided so for this repository: by a setting of its rule, or since the caller may not make Weir fetch. */
    boolean isDecisionOn(Repository repository) {
        return code() == ErrorCode.DENIED
                && (repository instanceof CacheOnlyRepository
                        || status.detail().equals(Optional.of(ErrorCode.DENIED.name())));
    }

    public CacheStatus status() {
        return status;
    }
}
