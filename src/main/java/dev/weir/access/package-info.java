/**
 * Who calls, and how that is known. {@link dev.weir.access.Authenticator} is the door for everything that comes as a user and a
 * password; {@link dev.weir.access.PasswordVerifier} is one form of it.
 * What a caller may do is decided in {@code access.policy}.
 */
@NullMarked
package dev.weir.access;

import org.jspecify.annotations.NullMarked;
