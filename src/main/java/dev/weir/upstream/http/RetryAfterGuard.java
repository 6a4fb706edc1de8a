package dev.weir.upstream.http;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Cuts a {@code Retry-After} of more seconds than OkHttp can count: it reads the header of a 408 or 503 itself, and an answer
 * with a longer number would end in its {@link NumberFormatException}.
 */
final class RetryAfterGuard implements Interceptor {
    private static final String HEADER = "Retry-After";

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        boolean isTooLong = response.header(HEADER, "").strip().matches("[0-9]{10,}");
        return isTooLong ? response.newBuilder().header(HEADER, "999999999").build() : response;
    }
}
