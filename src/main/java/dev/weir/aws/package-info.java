/**
 * The adapters of the ports to AWS: S3 for bytes, DynamoDB for what changes, Secrets Manager for credentials, EventBridge for
 * requests to other functions.
 */
@NullMarked
package dev.weir.aws;

import org.jspecify.annotations.NullMarked;
