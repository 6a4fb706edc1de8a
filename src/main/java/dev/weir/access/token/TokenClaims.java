package dev.weir.access.token;

import dev.weir.access.Principal;
import java.time.Instant;

/** What a token says. */
public record TokenClaims(TokenKind kind, Principal principal, Instant issuedAt, Instant expiresAt) {}
