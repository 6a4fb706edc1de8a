package dev.weir.upstream.http;

import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.UpstreamRepository;
import dev.weir.time.Deadline;
import dev.weir.upstream.Credential;
import dev.weir.upstream.CredentialException;
import dev.weir.upstream.Credentials;
import dev.weir.upstream.UpstreamException;
import dev.weir.upstream.UpstreamException.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.Challenge;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends a request and answers the challenges it meets. A challenge belongs to the host that sent it: its answer is made in that
 * host's name and goes to that host only, and the rule's credential is for the rule's own host only.
 */
final class AuthorizedExchange {
    /** Hosts on the way of one request, each of which may challenge; more is a circle. */
    private static final int MAX_CHALLENGES = 5;

    private static final Set<Integer> DENIALS = Set.of(401, 403, 404);

    private static final Challenge BASIC = new Challenge("Basic", "upstream");

    private final Exchange exchange;
    private final TokenSource tokens;
    private final Credentials credentials;

    AuthorizedExchange(Exchange exchange, TokenSource tokens, Credentials credentials) {
        this.exchange = exchange;
        this.tokens = tokens;
        this.credentials = credentials;
    }

    /**
     * The answer, whatever its status, body unread. A credential that is denied, by 401 or 403, is read anew, and tried once if it
     * changed.
     */
    Response send(Request request, UpstreamRepository repository, String action, Deadline deadline) {
        try {
            return sendAsRuled(DenialRemedy.of(request, repository.rule()), repository, action, deadline);
        } catch (UpstreamException e) {
            throw DenialRemedy.told(e, repository.rule());
        }
    }

    private Response sendAsRuled(Request plain, UpstreamRepository repository, String action, Deadline deadline) {
        PullThroughCacheRule rule = repository.rule();
        Asker asker = Asker.of(plain.url(), repository.upstreamName().value(), credentials.find(rule));
        Response response;
        try {
            response = sendAs(asker, plain, action, deadline);
        } catch (UpstreamException e) {
            if (e.kind() != Kind.UNAUTHORIZED) {
                throw e;
            }
            Asker anew = changed(rule, asker).orElseThrow(() -> e);
            return sendAs(anew, plain, action, deadline);
        }
        // ECR answers 403, without a challenge, to a token that has expired.
        boolean isDenied = (response.code() == 401 || response.code() == 403)
                && Exchange.isSameOrigin(asker.host(), response.request().url());
        Optional<Asker> anew = isDenied ? changed(rule, asker) : Optional.empty();
        if (anew.isEmpty()) {
            return response;
        }
        response.close();
        return sendAs(anew.get(), plain, action, deadline);
    }

    /** The same with the credential of now; empty when it is none or the one that was denied. */
    private Optional<Asker> changed(PullThroughCacheRule rule, Asker denied) {
        if (denied.credential().isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Credential> anew = credentials.findAnew(rule);
            return anew.isEmpty() || anew.equals(denied.credential())
                    ? Optional.empty()
                    : Optional.of(new Asker(denied.host(), denied.upstreamName(), anew));
        } catch (CredentialException e) {
            return Optional.empty();
        }
    }

    private Response sendAs(Asker asker, Request plain, String action, Deadline deadline) {
        Optional<String> last = tokens.last(asker);
        Response response = exchange.send(authorized(plain, last), action, deadline);
        if (response.code() == 404 && last.isEmpty() && asker.credential().isPresent()) {
            try {
                return withCredential(response, asker, plain, action, deadline);
            } catch (RuntimeException e) {
                response.close();
                throw e;
            }
        }
        return answered(response, asker, plain, action, deadline);
    }

    /** Answers challenges until there is none, or a host challenges what was made for it just now. */
    private Response answered(Response first, Asker asker, Request plain, String action, Deadline deadline) {
        Response response = first;
        Set<HttpUrl> asked = new HashSet<>();
        for (int i = 0; response.code() == 401 && i < MAX_CHALLENGES; i++) {
            HttpUrl url = response.request().url();
            Asker challenged = asker.at(url);
            List<Challenge> challenges = response.challenges();
            Optional<String> denied = Optional.ofNullable(response.request().header("Authorization"));
            Optional<String> kept = tokens.kept(challenges, challenged, denied);
            if (kept.isEmpty() && !asked.add(challenged.host())) {
                return response;
            }
            response.close();
            String header = kept.orElseGet(() -> tokens.authorize(challenges, challenged, action, deadline));
            HttpUrl target = challenged.equals(asker) ? plain.url() : url;
            response = exchange.send(
                    authorized(plain.newBuilder().url(target).build(), Optional.of(header)), action, deadline);
        }
        return response;
    }

    /**
     * Some registries tell an anonymous client that a private repository does not exist, without a challenge: the registry's
     * base is asked for one. The 404 stands where the credential doesn't help.
     */
    private Response withCredential(Response notFound, Asker asker, Request plain, String action, Deadline deadline) {
        HttpUrl base = asker.host().newBuilder().encodedPath("/v2/").build();
        Optional<String> header;
        try (Response answer = exchange.send(plain.newBuilder().url(base).get().build(), action, deadline)) {
            boolean challenges = answer.code() == 401
                    && Exchange.isSameOrigin(asker.host(), answer.request().url());
            List<Challenge> sent = challenges ? answer.challenges() : List.of(BASIC);
            header = Optional.of(tokens.authorize(sent, asker, action, deadline));
        } catch (UpstreamException e) {
            return notFound;
        }
        Response answer = exchange.send(authorized(plain, header), action, deadline);
        if (DENIALS.contains(answer.code())) {
            answer.close();
            tokens.forget(asker);
            return notFound;
        }
        notFound.close();
        return answer;
    }

    private static Request authorized(Request request, Optional<String> header) {
        return header.map(value ->
                        request.newBuilder().header("Authorization", value).build())
                .orElse(request);
    }
}
