package dev.weir.table;

import dev.weir.oci.Descriptor;
import dev.weir.oci.Digest;
import dev.weir.oci.Manifest;
import dev.weir.oci.MediaType;
import dev.weir.oci.RepositoryName;
import dev.weir.oci.Tag;
import dev.weir.rules.InsecureUpstreams;
import dev.weir.rules.PullThroughCacheRule;
import dev.weir.rules.RepositoryPrefix;
import dev.weir.rules.RuleSet;
import dev.weir.rules.UpstreamRepository;
import dev.weir.rules.UpstreamUrl;
import dev.weir.store.CachedTag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What the tests of the stores over a table have in common. Each test has a repository of its own. */
interface StoresContract {
    Instant NOW = Instant.parse("2100-01-01T00:00:00Z");
    Instant LATER = NOW.plusSeconds(30);
    Tag TAG = Tag.parse("1");

    Table table();

    /** An item as another program might write it. */
    default void put(String pk, String sk, String... attributes) {
        Item item = Item.at(new Key(pk, sk));
        for (int i = 0; i < attributes.length; i += 2) {
            item = item.with(attributes[i], attributes[i + 1]);
        }
        table().put(item);
    }

    static UpstreamRepository repository(String name) {
        return of("quay.io", name);
    }

    /** The repository {@code up/<name>} under a rule that leads to the host. */
    static UpstreamRepository of(String host, String name) {
        UpstreamUrl upstream = UpstreamUrl.parse(host, InsecureUpstreams.NONE);
        return RuleSet.of(PullThroughCacheRule.of(RepositoryPrefix.parse("up"), upstream))
                .match(RepositoryName.parse("up/" + name))
                .found()
                .orElseThrow();
    }

    static Digest digest(String content) {
        return Digest.of(content.getBytes(StandardCharsets.UTF_8));
    }

    static Manifest manifest(String content) {
        return new Manifest(MediaType.OCI_INDEX, digest(content), content.getBytes(StandardCharsets.UTF_8));
    }

    static CachedTag pointer(String content, Instant now) {
        return CachedTag.first(new Descriptor(MediaType.OCI_INDEX, digest(content), content.length()), now);
    }
}
