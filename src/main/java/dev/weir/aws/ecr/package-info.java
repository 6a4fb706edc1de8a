/** The tokens that Amazon ECR gives to whoever may pull from it, as upstream credentials. */
@NullMarked
package dev.weir.aws.ecr;

import org.jspecify.annotations.NullMarked;
