package io.tidemark.cli.kubernetes;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** Flink's options by key, as this version of Flink declares them. */
final class KnownOptions {
  private KnownOptions() {}

  static Map<String, ConfigOption<?>> byKey() throws ReflectiveOperationException {
    Map<String, ConfigOption<?>> options = new TreeMap<>();
    for (Class<?> holder :
        new Class<?>[] {
          CheckpointingOptions.class,
          CoreOptions.class,
          DeploymentOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          MetricOptions.class,
          RestartStrategyOptions.class,
          StateBackendOptions.class,
          TaskManagerOptions.class,
          WebOptions.class,
          Class.forName("org.apache.flink.state.rocksdb.RocksDBConfigurableOptions"),
          Class.forName("org.apache.flink.state.rocksdb.RocksDBOptions")
        }) {
      for (Field field : holder.getFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && field.get(null) instanceof ConfigOption<?> option
            && !field.isAnnotationPresent(Deprecated.class)) {
          options.put(option.key(), option);
        }
      }
    }
    return options;
  }
}
