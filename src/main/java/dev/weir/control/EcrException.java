package dev.weir.control;

/** A failure as ECR names it: the client sees the code and the message. */
public final class EcrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** The names that ECR's model and AWS's protocols give to failures. */
    public enum Code {
        ACCESS_DENIED("AccessDeniedException"),
        IMAGE_ALREADY_EXISTS("ImageAlreadyExistsException"),
        IMAGE_DIGEST_DOES_NOT_MATCH("ImageDigestDoesNotMatchException"),
        IMAGE_NOT_FOUND("ImageNotFoundException"),
        IMAGE_TAG_ALREADY_EXISTS("ImageTagAlreadyExistsException"),
        INVALID_PARAMETER("InvalidParameterException"),
        INVALID_TAG_PARAMETER("InvalidTagParameterException"),
        LAYERS_NOT_FOUND("LayersNotFoundException"),
        LIFECYCLE_POLICY_NOT_FOUND("LifecyclePolicyNotFoundException"),
        LIMIT_EXCEEDED("LimitExceededException"),
        PULL_THROUGH_CACHE_RULE_ALREADY_EXISTS("PullThroughCacheRuleAlreadyExistsException"),
        PULL_THROUGH_CACHE_RULE_NOT_FOUND("PullThroughCacheRuleNotFoundException"),
        REFERENCED_IMAGES_NOT_FOUND("ReferencedImagesNotFoundException"),
        REGISTRY_POLICY_NOT_FOUND("RegistryPolicyNotFoundException"),
        REPOSITORY_ALREADY_EXISTS("RepositoryAlreadyExistsException"),
        REPOSITORY_NOT_EMPTY("RepositoryNotEmptyException"),
        REPOSITORY_NOT_FOUND("RepositoryNotFoundException"),
        REPOSITORY_POLICY_NOT_FOUND("RepositoryPolicyNotFoundException"),
        SECRET_NOT_FOUND("SecretNotFoundException"),
        SERIALIZATION("SerializationException"),
        SERVER("ServerException"),
        TEMPLATE_ALREADY_EXISTS("TemplateAlreadyExistsException"),
        TEMPLATE_NOT_FOUND("TemplateNotFoundException"),
        THROTTLING("ThrottlingException"),
        TOO_MANY_TAGS("TooManyTagsException"),
        UNABLE_TO_ACCESS_SECRET("UnableToAccessSecretException"),
        UNABLE_TO_DECRYPT_SECRET_VALUE("UnableToDecryptSecretValueException"),
        UNABLE_TO_GET_UPSTREAM_IMAGE("UnableToGetUpstreamImageException"),
        UNABLE_TO_GET_UPSTREAM_LAYER("UnableToGetUpstreamLayerException"),
        UNABLE_TO_LIST_UPSTREAM_IMAGE_REFERRERS("UnableToListUpstreamImageReferrersException"),
        UNKNOWN_OPERATION("UnknownOperationException"),
        UNSUPPORTED_UPSTREAM_REGISTRY("UnsupportedUpstreamRegistryException"),
        VALIDATION("ValidationException");

        private final String wireName;

        Code(String wireName) {
            this.wireName = wireName;
        }

        /** As {@code __type} on the wire. */
        public String wireName() {
            return wireName;
        }

        int status() {
            return this == SERVER ? 500 : 400;
        }
    }

    public EcrException(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** A value of the input that is not allowed. Says it as ECR does. */
    public static EcrException invalid(String path, String constraint) {
        return new EcrException(
                Code.INVALID_PARAMETER,
                "Invalid parameter at '" + path + "' failed to satisfy constraint: '" + constraint + "'");
    }

    public Code code() {
        return code;
    }
}
