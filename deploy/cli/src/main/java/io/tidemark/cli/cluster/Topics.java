package io.tidemark.cli.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of a broker. */
record Topics(String bootstrapServers) {
  /** Returns when all are there. */
  void create(Set<String> names, int partitions) throws IOException, InterruptedException {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (Admin admin = Admin.create(settings)) {
      admin
          .createTopics(
              names.stream()
                  .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty()))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IOException("the topics were not created: " + e.getCause().getMessage(), e);
    }
  }
}
