/** Weir on one machine: an HTTP front, and S3 and DynamoDB inside the process. The adapters are those of production. */
@NullMarked
package dev.weir.local;

import org.jspecify.annotations.NullMarked;
