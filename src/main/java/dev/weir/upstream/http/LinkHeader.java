package dev.weir.upstream.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads {@code Link} headers. Shape: {@code <target>; rel="next"; title="a, b"}, several joined by commas; each character is
 * looked at once or twice, whatever upstream sends.
 *
 * <p>Errors: {@link IllegalArgumentException} that says what is wrong, for a header that is too long or not closed, since
 * the next page of a list must not be lost silently.
 *
 * <p>Source: RFC 8288, section 3 and appendix B.2.
 */
final class LinkHeader {
    /** In characters. URLs of registries have some hundred. */
    static final int MAX_LENGTH = 8_192;

    private final CharSequence text;
    private int at;

    private LinkHeader(CharSequence text) {
        this.text = text;
    }

    /** The target of the first link whose relation is {@code next}; it may be relative. */
    static Optional<String> next(List<? extends CharSequence> headers) {
        for (CharSequence header : headers) {
            if (header.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("a Link header of " + header.length() + " characters, over "
                        + MAX_LENGTH + ", is not followed");
            }
            Optional<String> next = new LinkHeader(header).next();
            if (next.isPresent()) {
                return next;
            }
        }
        return Optional.empty();
    }

    private Optional<String> next() {
        while (true) {
            skip(" \t,");
            if (atEnd()) {
                return Optional.empty();
            }
            if (text.charAt(at) != '<') {
                throw new IllegalArgumentException("the Link header has no '<' where a link begins");
            }
            at++;
            String target = upTo('>');
            if (parametersSayNext()) {
                return Optional.of(target.strip());
            }
        }
    }

    /** Consumes the parameters of one link. Only the first {@code rel} counts; it holds relations joined by spaces. */
    private boolean parametersSayNext() {
        Optional<String> relations = Optional.empty();
        skip(" \t");
        while (!atEnd() && text.charAt(at) == ';') {
            at++;
            skip(" \t");
            String name = token();
            skip(" \t");
            String value = "";
            if (!atEnd() && text.charAt(at) == '=') {
                at++;
                skip(" \t");
                value = !atEnd() && text.charAt(at) == '"' ? quoted() : token();
            }
            if (relations.isEmpty() && name.equalsIgnoreCase("rel")) {
                relations = Optional.of(value);
            }
            skip(" \t");
        }
        if (!atEnd() && text.charAt(at) != ',') {
            throw new IllegalArgumentException("the Link header has neither ';' nor ',' after a parameter");
        }
        return relations
                .map(value -> List.of(value.toLowerCase(Locale.ROOT).split(" ", -1)))
                .filter(each -> each.contains("next"))
                .isPresent();
    }

    private String token() {
        int from = at;
        while (!atEnd() && ";,= \t\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.subSequence(from, at).toString();
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        for (at++; !atEnd(); at++) {
            char next = text.charAt(at);
            if (next == '"') {
                at++;
                return value.toString();
            }
            if (next == '\\' && at + 1 < text.length()) {
                at++;
                next = text.charAt(at);
            }
            value.append(next);
        }
        throw new IllegalArgumentException("the Link header has a '\"' that is not closed");
    }

    private String upTo(char end) {
        int from = at;
        while (!atEnd() && text.charAt(at) != end) {
            at++;
        }
        if (atEnd()) {
            throw new IllegalArgumentException("the Link header has a '<' that is not closed");
        }
        at++;
        return text.subSequence(from, at - 1).toString();
    }

    private void skip(String characters) {
        while (!atEnd() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean atEnd() {
        return at >= text.length();
    }
}
