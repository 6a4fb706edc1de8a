package dev.weir.bench;

import dev.weir.deployed.DeployedWeir;
import dev.weir.deployed.aws.AwsProxy.Recorded;
import dev.weir.deployed.aws.CapacityUnits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What the functions of a stack asked of AWS since the last look, printed: invocations, calls, and DynamoDB's capacity units. */
final class Costs {
    private static final List<String> FUNCTIONS =
            List.of("RegistryFunction", "WaitFunction", "FillFunction", "RefreshFunction");

    /** DynamoDB developer guide, "Partitions and data distribution": read and write units a second, of one partition. */
    private static final int PARTITION_READS = 3_000;

    private static final int PARTITION_WRITES = 1_000;
    private static final int NODES = 1_000;

    private final DeployedWeir weir;
    private final Map<String, Integer> callsBefore = new HashMap<>();
    private final Map<String, Integer> invocationsBefore = new HashMap<>();
    private Map<String, Integer> invocations = Map.of();
    private List<Recorded> calls = List.of();

    /** What happened before is not counted. */
    Costs(DeployedWeir weir) {
        this.weir = weir;
        look();
    }

    private Map<String, Integer> look() {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Integer> invoked = new TreeMap<>();
        List<Recorded> since = new ArrayList<>();
        for (String function : FUNCTIONS) {
            String name = function.replace("Function", "").toLowerCase(Locale.ROOT);
            int all = weir.functions.invocations(function);
            invoked.put(name, all - invocationsBefore.getOrDefault(function, 0));
            invocationsBefore.put(function, all);
            counts.put(name + " invocations", invoked.getOrDefault(name, 0));
            List<Recorded> recorded = weir.calls(function);
            recorded.subList(callsBefore.getOrDefault(function, 0), recorded.size())
                    .forEach(one -> {
                        since.add(one);
                        counts.merge(
                                name + " " + one.call().service() + " "
                                        + one.call().operation(),
                                1,
                                Integer::sum);
                    });
            callsBefore.put(function, recorded.size());
        }
        invocations = invoked;
        calls = since;
        return counts;
    }

    Costs print(String what) {
        look().forEach((call, count) -> {
            if (count > 0) {
                System.out.printf(Locale.ROOT, "cost of a %s: %4d  %s%n", what, count, call);
            }
        });
        CapacityUnits units = units();
        int requests = Math.max(1, invocations.getOrDefault("registry", 0));
        System.out.printf(
                Locale.ROOT,
                "cost of a %s: %.1f read units, %.1f write units, %.1f write units of indexes; %.2f read units a request%n",
                what,
                units.read(),
                units.write(),
                units.indexWrite(),
                units.read() / requests);
        return this;
    }

    CapacityUnits units() {
        return units(call -> true);
    }

    /** What each of the things cost that made the difference. */
    void printEach(int count, String what, CapacityUnits without) {
        CapacityUnits all = units();
        System.out.printf(
                Locale.ROOT,
                "cost of a %s: %.2f read units, %.2f write units, %.2f write units of indexes%n",
                what,
                (all.read() - without.read()) / count,
                (all.write() - without.write()) / count,
                (all.indexWrite() - without.indexWrite()) / count);
    }

    private CapacityUnits units(Predicate<Recorded> which) {
        return calls.stream().filter(which).map(Recorded::units).reduce(CapacityUnits.NONE, CapacityUnits::plus);
    }

    /** If what was just counted were done by 1,000 nodes: the load on the partition that holds the repository. */
    void printLoadOfNodes(String repository) {
        CapacityUnits one = units(call -> call.partition().equals("R#" + repository));
        double reads = one.read() * NODES;
        double writes = one.write() * NODES;
        double inOneSecond = Math.max(reads / PARTITION_READS, writes / PARTITION_WRITES);
        System.out.printf(
                Locale.ROOT,
                "%,d nodes that do this at once: %,.0f read units and %,.0f write units of one partition, which gives %,d and %,d a"
                        + " second: %.0f %% of it if all come within one second, a third of it if they come within %.0f s%n",
                NODES,
                reads,
                writes,
                PARTITION_READS,
                PARTITION_WRITES,
                inOneSecond * 100,
                Math.ceil(inOneSecond * 3));
    }
}
