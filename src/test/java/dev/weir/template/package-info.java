/**
 * template.yaml read as a program reads it: what each function may touch, what it is told, what the gateway answers. Needs
 * no SAM, no network and none of the main code.
 */
@NullMarked
package dev.weir.template;

import org.jspecify.annotations.NullMarked;
