package dev.weir.local;

import dev.weir.access.token.SigningKey;
import dev.weir.access.token.SigningKeySet;
import dev.weir.access.token.SigningKeys;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key that signs tokens on a laptop, in the file {@code signing.key} of the data folder: passwords survive a restart, and are
 * denied once the file is removed. Without a folder, where the table is in DynamoDB, they end with this process.
 */
final class LocalSigningKeys implements SigningKeys {
    private final SigningKeySet keys;

    LocalSigningKeys(Optional<DataFolder> folder) {
        byte[] key =
                folder.map(held -> KeyFile.readOrCreate(held, "signing.key")).orElseGet(KeyFile::random);
        this.keys = new SigningKeySet(
                List.of(new SigningKey("local", HexFormat.of().formatHex(key), Instant.EPOCH)), Map.of());
    }

    @Override
    public SigningKeySet current() {
        return keys;
    }
}
