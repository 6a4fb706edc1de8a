package dev.weir.deployed;

import dev.weir.template.Template;
import java.nio.file.Path;
import java.util.Map;

/**
 * Starts the stack for real clients and runs until it is ended. Arguments: artifact, port, {@code host:port} of the upstream, then the
 * parameters of the deployment, {@code PresignedUrlSeconds=5}. Beside alice there are the users dev and prod, as in infra/policies, with her password.
 */
public final class DeployedMain {
    private DeployedMain() {}

    public static void main(String... args) throws Exception {
        Template template = Template.load();
        for (int at = 3; at < args.length; at++) {
            String[] parameter = args[at].split("=", 2);
            template = template.with(parameter[0], parameter[1]);
        }
        DeployedWeir weir = new DeployedWeir(Path.of(args[0]), Integer.parseInt(args[1]), args[2], template);
        weir.putUsers(Map.of(
                DeployedWeir.USER, DeployedWeir.PASSWORD, "dev", DeployedWeir.PASSWORD, "prod", DeployedWeir.PASSWORD));
        Runtime.getRuntime().addShutdownHook(new Thread(weir::close));
        System.out.println("Admin API listens on " + weir.admin.endpoint() + ", its key is " + DeployedWeir.ADMIN_KEY
                + " " + DeployedWeir.ADMIN_SECRET);
        System.out.println("Gateway listens on http://localhost:" + weir.gateway.port() + ", logs in " + weir.folder);
        Thread.currentThread().join();
    }
}
