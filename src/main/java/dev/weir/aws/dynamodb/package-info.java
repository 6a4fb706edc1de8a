/**
 * The table in DynamoDB. Only {@link dev.weir.aws.dynamodb.DynamoDbTable} is for others; nothing of the SDK leaves the package, but the
 * client that is handed in.
 */
@NullMarked
package dev.weir.aws.dynamodb;

import org.jspecify.annotations.NullMarked;
