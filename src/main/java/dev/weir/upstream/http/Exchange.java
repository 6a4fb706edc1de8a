package dev.weir.upstream.http;

import dev.weir.oci.Printable;
import dev.weir.time.Deadline;
import dev.weir.time.Sleeper;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import dev.weir.upstream.UpstreamTimeouts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One request to an upstream until it has an answer: redirects followed by hand, failures that may pass tried again.
 *
 * <p>Errors: {@link UpstreamException}: UNAVAILABLE, TIMEOUT after the tries are used up, RATE_LIMITED when
 * the limit lasts longer than is waited for, INVALID at once. Any
 * other status is the caller's to judge.
 */
final class Exchange {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_TRIES = 3;
    private static final int MAX_REASON = 200;
    /** Beyond any of the timeouts: a deadline that is further off bounds nothing. */
    private static final Duration LONGEST_ANSWER = Duration.ofHours(1);

    /** An upstream that showed nothing for so long is in trouble, whatever its caller's patience. */
    private static final Duration FAIR = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER_UNSAID = Duration.ofSeconds(30);
    /** Up to what a long holds. */
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final OkHttpClient client;
    private final UpstreamTimeouts timeouts;
    private final Clock clock;
    private final Sleeper sleeper;

    Exchange(OkHttpClient client, UpstreamTimeouts timeouts, Clock clock, Sleeper sleeper) {
        this.client = client;
        this.timeouts = timeouts;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Tags a request that is tried no second time. */
    private enum Tries {
        ONE
    }

    /** The request is tried once: what may pass was given its time before, by another request. */
    static Request.Builder once(Request.Builder request) {
        return request.tag(Tries.class, Tries.ONE);
    }

    /** The answer's headers, its body unread. The caller closes it. A HEAD's 5xx is the caller's to judge, after its tries. */
    Response send(Request request, String action, Deadline deadline) {
        Optional<UpstreamException> earlier = Optional.empty();
        Retries retries = new Retries(request.tag(Tries.class) == Tries.ONE ? 1 : MAX_TRIES, deadline);
        while (true) {
            UpstreamException failure;
            Optional<Response> answer = Optional.empty();
            try {
                Response response = followRedirects(request, action, deadline);
                if (!mayPass(response.code())) {
                    return response;
                }
                answer = Optional.of(response);
                failure = failure(response, action);
            } catch (IOException e) {
                failure = failure(e, action);
            } catch (UpstreamException e) {
                throw e.isOutOfTime() ? earlier.orElse(e) : e;
            }
            earlier = Optional.of(failure);
            Optional<Duration> wait = retries.waitAfter(failure);
            if (wait.isEmpty() && answer.isPresent() && isHint(request, answer.get())) {
                return answer.get();
            }
            answer.ifPresent(Response::close);
            if (wait.isEmpty()) {
                throw failure;
            }
            sleeper.sleep(wait.get());
        }
    }

    private static boolean mayPass(int status) {
        return status == 429 || (status >= 500 && status != 501);
    }

    private static boolean isHint(Request request, Response response) {
        return request.method().equals("HEAD") && response.code() != 429;
    }

    private Response execute(Request request, String action, Deadline deadline) throws IOException {
        Duration left = deadline.left();
        if (left.compareTo(LONGEST_ANSWER) > 0) {
            return headers(client.newCall(request), action, timeouts);
        }
        if (left.toMillis() < 1) {
            throw UpstreamException.outOfTime(action, null);
        }
        UpstreamTimeouts allowed = timeouts.atMost(left);
        Call call = client.newBuilder()
                .connectTimeout(allowed.connect())
                .readTimeout(allowed.headers())
                .build()
                .newCall(request);
        // All of it, body too: what trickles ends at the deadline as what is silent does.
        call.timeout().timeout(left.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return headers(call, action, allowed);
        } catch (InterruptedIOException e) {
            if (left.compareTo(FAIR) < 0) {
                throw UpstreamException.outOfTime(action, e);
            }
            throw e;
        }
    }

    /** The headers are there: what follows is the body, which may be silent for another time. */
    private static Response headers(Call call, String action, UpstreamTimeouts allowed) throws IOException {
        Response response = call.execute();
        String length = response.header("Content-Length");
        if (length != null && !LENGTH.matcher(length).matches()) {
            // Not closed but cancelled: OkHttp would count down from that length.
            call.cancel();
            throw UpstreamException.answered(
                    Kind.INVALID, action, "the Content-Length is not a length", response.code(), Optional.empty());
        }
        response.body().source().timeout().timeout(allowed.silence().toMillis(), TimeUnit.MILLISECONDS);
        return response;
    }

    /** Authorization stays with the origin it was made for; https never becomes http. */
    private Response followRedirects(Request first, String action, Deadline deadline) throws IOException {
        Request request = first;
        for (int hops = 0; ; hops++) {
            Response response = execute(request, action, deadline);
            String location = response.header("Location");
            if (!REDIRECTS.contains(response.code()) || location == null) {
                return response;
            }
            response.close();
            HttpUrl target = request.url().resolve(location);
            if (target == null || (request.isHttps() && !target.isHttps())) {
                throw UpstreamException.of(Kind.INVALID, action, "redirected from https to something else");
            }
            if (hops == MAX_REDIRECTS) {
                throw UpstreamException.of(Kind.INVALID, action, "redirected more than " + MAX_REDIRECTS + " times");
            }
            Request.Builder next = request.newBuilder().url(target);
            if (!isSameOrigin(request.url(), target)) {
                next.removeHeader("Authorization");
            }
            request = next.build();
        }
    }

    static boolean isSameOrigin(HttpUrl a, HttpUrl b) {
        return a.scheme().equals(b.scheme()) && a.host().equals(b.host()) && a.port() == b.port();
    }

    /** What a status means that was not hoped for. */
    UpstreamException failure(Response response, String action) {
        int status = response.code();
        Kind kind =
                switch (status) {
                    case 404 -> Kind.NOT_FOUND;
                    case 401, 403 -> Kind.UNAUTHORIZED;
                    case 429 -> Kind.RATE_LIMITED;
                    case 408, 504 -> Kind.TIMEOUT;
                    default -> status >= 500 ? Kind.UNAVAILABLE : Kind.INVALID;
                };
        Optional<Duration> retryAfter = retryAfter(response.header("Retry-After"));
        if (kind == Kind.RATE_LIMITED && retryAfter.isEmpty()) {
            retryAfter = Optional.of(RETRY_AFTER_UNSAID);
        }
        String remedy = kind == Kind.UNAUTHORIZED ? DenialRemedy.after(response) : "";
        return UpstreamException.answered(kind, action, "status " + status + remedy, status, retryAfter);
    }

    private static UpstreamException failure(IOException e, String action) {
        if (e instanceof AddressGuard.ForbiddenAddressException) {
            return UpstreamException.of(Kind.INVALID, action, String.valueOf(e.getMessage()), e);
        }
        Kind kind = e instanceof InterruptedIOException ? Kind.TIMEOUT : Kind.UNAVAILABLE;
        return UpstreamException.of(kind, action, reason(e), printable(e));
    }

    /** OkHttp quotes what it can't parse, whatever its length, and a log prints causes as they are. */
    private static IOException printable(IOException e) {
        IOException printable = new IOException(reason(e));
        printable.setStackTrace(e.getStackTrace());
        return printable;
    }

    /** The exception's kind and words, cut and printable; OkHttp's messages name hosts and addresses, never a query or header. */
    static String reason(IOException e) {
        String words = e.getMessage() == null ? "" : " " + e.getMessage();
        return Printable.of(e.getClass().getSimpleName() + words, MAX_REASON);
    }

    private Optional<Duration> retryAfter(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        try {
            Duration wait = header.strip().matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header.strip()))
                    : Duration.between(
                            clock.instant(),
                            ZonedDateTime.parse(
                                    header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT)));
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
