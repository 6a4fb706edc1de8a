/** What the table makes of DynamoDB's answers. */
@NullMarked
package dev.weir.aws.dynamodb;

import org.jspecify.annotations.NullMarked;
