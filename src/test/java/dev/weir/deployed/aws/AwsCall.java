package dev.weir.deployed.aws;

/**
 * A call of AWS that a function made.
 *
 * @param service as the signature's scope names it: {@code dynamodb}, {@code s3}, {@code events}, {@code secretsmanager}, {@code sts}, {@code
 *     ecr}, {@code ecr-public}
 * @param operation {@code GetItem}; a part of a transaction is {@code TransactWriteItems/Put}
 * @param resource {@code table}, {@code table/index/name}, bucket, event bus, secret or role; {@code ?} where there is none
 */
public record AwsCall(String service, String operation, String resource) {}
