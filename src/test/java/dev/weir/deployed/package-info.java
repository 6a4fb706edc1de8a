/**
 * The stack of template.yaml on this machine: its functions as processes of the packaged artifact, behind an emulated gateway,
 * with emulators in the place of AWS; and the tests that run on it.
 */
@NullMarked
package dev.weir.deployed;

import org.jspecify.annotations.NullMarked;
