package dev.weir.gate;

import dev.weir.access.Principal;
import dev.weir.access.policy.AccessRequest;
import dev.weir.access.policy.ConditionKeys;
import dev.weir.access.policy.Decision;
import dev.weir.access.policy.PolicyDocument;
import dev.weir.access.policy.PolicyEvaluator;
import dev.weir.oci.Digest;
import dev.weir.oci.Platform;
import dev.weir.oci.Reference;
import dev.weir.oci.Tag;
import dev.weir.rules.Release;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the policies say of one repository to one principal. Pure.
 *
 * @param documents all that count for the repository
 * @param resource the repository's ARN
 * @param keys of the repository and the request, whatever the image: {@code weir:Rule}, {@code weir:UpstreamRegistry}
 * @param release the image that may be served before its time
 */
record RepositoryPolicy(
        List<PolicyDocument> documents,
        Principal principal,
        String resource,
        Map<String, List<String>> keys,
        Optional<Release> release) {
    /** Older than any image: to ask what is said of an image whatever its age. */
    private static final Instant LONG_AGO = Instant.EPOCH;

    private static final BigDecimal SECONDS_OF_AN_HOUR = BigDecimal.valueOf(3600);

    /** Whether a statement asks about more than who, what and which repository. */
    boolean looksAtImages() {
        return asksAbout(ConditionKeys.FIRST_SEEN_HOURS)
                || asksAbout(ConditionKeys.IMAGE_DIGEST)
                || asksAbout(ConditionKeys.PLATFORM)
                || asksAbout(ConditionKeys.IMAGE_TAG);
    }

    /** Whether what is said of an image can be known only when its digest is. */
    boolean looksAtDigests() {
        return asksAbout(ConditionKeys.IMAGE_DIGEST) || asksAbout(ConditionKeys.PLATFORM);
    }

    boolean looksAtTags() {
        return asksAbout(ConditionKeys.IMAGE_TAG);
    }

    /** Whether what is said of an image depends on whether the cache holds it. */
    boolean looksAtCache() {
        return asksAbout(ConditionKeys.CACHED);
    }

    private boolean asksAbout(String key) {
        return documents.stream().anyMatch(document -> document.asksAbout(key));
    }

    /** Of an action in the repository, whatever the image. */
    Decision decide(PullAction action, Instant now) {
        return decide(action, Map.of(), now);
    }

    /** Of an action on a tag or a digest of which nothing is known yet; its age doesn't count. */
    Decision decide(PullAction action, Reference reference, Held held, Instant now) {
        Map<String, List<String>> more = new TreeMap<>();
        more.put(ConditionKeys.CACHED, List.of(Boolean.toString(held == Held.HELD)));
        more.put(ConditionKeys.FIRST_SEEN_HOURS, List.of(hours(LONG_AGO, now)));
        more.put(
                reference instanceof Tag ? ConditionKeys.IMAGE_TAG : ConditionKeys.IMAGE_DIGEST,
                List.of(reference.toString()));
        return decide(action, more, now);
    }

    /** Of the pull of an image. */
    Judgement judge(Image image, Held held, Instant now) {
        Decision decision = pull(image, image.firstSeen(), held, now);
        if (decision.isAllowed()) {
            return new Judgement(
                    isReleasedByStatement(image, held, now) ? Judgement.Kind.RELEASED : Judgement.Kind.ALLOWED,
                    decision);
        }
        Decision grown = pull(image, LONG_AGO, held, now);
        if (!grown.isAllowed()) {
            return new Judgement(Judgement.Kind.DENIED, decision);
        }
        return release.filter(found -> found.isValidAt(now))
                .filter(found -> image.digests().contains(found.digest()))
                .map(found -> new Judgement(Judgement.Kind.RELEASED, by(found)))
                .orElseGet(() -> new Judgement(Judgement.Kind.TOO_YOUNG, decision));
    }

    private static Decision by(Release release) {
        return new Decision(
                Decision.Outcome.ALLOWED,
                "tag " + Release.KEY + " of the repository until " + release.until() + ": " + release.reason());
    }

    /** Whether a statement about ages leaves the image out by naming its digest. */
    private boolean isReleasedByStatement(Image image, Held held, Instant now) {
        if (!asksAbout(ConditionKeys.FIRST_SEEN_HOURS) || !asksAbout(ConditionKeys.IMAGE_DIGEST)) {
            return false;
        }
        Image unnamed = new Image(List.of(Digest.of(new byte[0])), image.tag(), image.firstSeen(), image.platform());
        return !pull(unnamed, image.firstSeen(), held, now).isAllowed()
                && pull(unnamed, LONG_AGO, held, now).isAllowed();
    }

    /** When an image that is too young is served; empty when no time that a statement names does it. */
    Optional<Instant> freeAt(Image image, Instant now) {
        return documents.stream()
                .flatMap(document -> document.valuesOf(ConditionKeys.FIRST_SEEN_HOURS).stream())
                .map(hours -> image.firstSeen().plus(age(hours)))
                .flatMap(at -> Stream.of(at, at.plusSeconds(1)))
                .filter(at -> at.isAfter(now))
                .sorted()
                .filter(at -> judge(image, Held.HELD, at).isServed())
                .findFirst();
    }

    private static Duration age(String hours) {
        return Duration.ofSeconds(new BigDecimal(hours)
                .multiply(SECONDS_OF_AN_HOUR)
                .setScale(0, RoundingMode.CEILING)
                .longValue());
    }

    private Decision pull(Image image, Instant firstSeen, Held held, Instant now) {
        Map<String, List<String>> more = new TreeMap<>();
        more.put(ConditionKeys.CACHED, List.of(Boolean.toString(held == Held.HELD)));
        more.put(ConditionKeys.FIRST_SEEN_HOURS, List.of(hours(firstSeen, now)));
        more.put(
                ConditionKeys.IMAGE_DIGEST,
                image.digests().stream().map(Digest::toString).toList());
        image.tag().ifPresent(tag -> more.put(ConditionKeys.IMAGE_TAG, List.of(tag.value())));
        image.platform().ifPresent(platform -> more.put(ConditionKeys.PLATFORM, List.of(text(platform))));
        return decide(PullAction.GET_MANIFEST, more, now);
    }

    private Decision decide(PullAction action, Map<String, List<String>> more, Instant now) {
        AccessRequest request = new AccessRequest(principal, action.toString(), resource, keys)
                .with(more)
                .with(Map.of(ConditionKeys.CURRENT_TIME, List.of(now.toString())));
        return PolicyEvaluator.decide(documents, request);
    }

    /** Rounded down, so that nothing is served before its time. */
    private static String hours(Instant since, Instant now) {
        long seconds = Math.max(0, Duration.between(since, now).toSeconds());
        return BigDecimal.valueOf(seconds)
                .divide(SECONDS_OF_AN_HOUR, 6, RoundingMode.DOWN)
                .toPlainString();
    }

    private static String text(Platform platform) {
        String variant = platform.variant().isEmpty() ? "" : "/" + platform.variant();
        return platform.os() + "/" + platform.architecture() + variant;
    }
}
