package dev.weir.deployed;

import java.nio.file.Path;

/** Starts the stack for real clients and runs until it is ended. Arguments: artifact, port, {@code host:port} of the upstream. */
public final class DeployedMain {
    private DeployedMain() {}

    public static void main(String... args) throws Exception {
        DeployedWeir weir = new DeployedWeir(Path.of(args[0]), Integer.parseInt(args[1]), args[2]);
        Runtime.getRuntime().addShutdownHook(new Thread(weir::close));
        System.out.println("Gateway listens on http://localhost:" + weir.gateway.port() + ", logs in " + weir.folder);
        Thread.currentThread().join();
    }
}
