package dev.weir.local;

import dev.weir.oci.Digest;
import dev.weir.oci.VerifyingInputStream;
import dev.weir.registry.RegistryResponse;
import dev.weir.store.BlobAccess;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * A local server in a process of its own, without a registry behind it: {@code ServerProcess <folder> <port> <size>…}. It
 * stores one random blob of each size and prints {@code port <n>}, then {@code url <signed URL>} for each.
 */
final class ServerProcess {
    private ServerProcess() {}

    public static void main(String... arguments) throws Exception {
        LocalLog.start();
        FileContentStore contents = FileContentStore.open(DataFolder.open(Path.of(arguments[0])), Clock.systemUTC());
        HttpFront front = new HttpFront(
                request -> new RegistryResponse(200, Map.of(), request.path().getBytes(StandardCharsets.UTF_8)),
                Optional.of(contents));
        LocalServer server = LocalServer.start(Integer.parseInt(arguments[1]), front);
        System.out.println("port " + server.port());
        for (String size : Arrays.copyOfRange(arguments, 2, arguments.length)) {
            byte[] bytes = new byte[Integer.parseInt(size)];
            new Random(bytes.length).nextBytes(bytes);
            Digest digest = Digest.of(bytes);
            contents.put(
                    digest,
                    OptionalLong.of(bytes.length),
                    new VerifyingInputStream(new ByteArrayInputStream(bytes), digest, OptionalLong.empty()));
            System.out.println("url " + contents.presign(digest, BlobAccess.GET));
        }
    }
}
