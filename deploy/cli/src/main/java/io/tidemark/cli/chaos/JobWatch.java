package io.tidemark.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Flink's REST interface says of the one job of a cluster. It is silent while the job manager
 * is away, and a new one counts from zero: what was seen before remains known here. Not
 * thread-safe.
 */
final class JobWatch {
  private static final Duration REQUEST = Duration.ofSeconds(3);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST).build();
  private final String restUrl;

  /** When each checkpoint that was completed began, in milliseconds since the epoch. */
  private final Map<Long, Long> completed = new HashMap<>();

  private final Set<Long> failed = new HashSet<>();
  private String state = "";
  private boolean running;
  private long restarts;
  private long restartsOfThisLeader;

  JobWatch(String restUrl) {
    this.restUrl = restUrl;
  }

  /** Asks; where there is no answer, the job is not known to run. */
  void look() throws InterruptedException {
    running = false;
    JsonNode job = get("/jobs/overview").path("jobs").path(0);
    if (job.isMissingNode()) {
      return;
    }
    state = job.path("state").asText();
    JsonNode tasks = job.path("tasks");
    running =
        state.equals("RUNNING")
            && tasks.path("total").asInt() > 0
            && tasks.path("running").asInt() + tasks.path("finished").asInt()
                == tasks.path("total").asInt();
    String path = "/jobs/" + job.path("jid").asText();
    for (JsonNode checkpoint : get(path + "/checkpoints").path("history")) {
      long id = checkpoint.path("id").asLong();
      switch (checkpoint.path("status").asText()) {
        case "COMPLETED" -> completed.put(id, checkpoint.path("trigger_timestamp").asLong());
        case "FAILED" -> failed.add(id);
        default -> {} // Not yet known.
      }
    }
    for (JsonNode metric : get(path + "/metrics?get=numRestarts")) {
      long now = metric.path("value").asLong();
      restarts += now < restartsOfThisLeader ? now : now - restartsOfThisLeader;
      restartsOfThisLeader = now;
    }
  }

  /** Whether all tasks that have not finished run. */
  boolean isRunning() {
    return running;
  }

  boolean isFinished() {
    return state.equals("FINISHED");
  }

  /** Whether it has ended, and not as it should. */
  boolean hasFailed() {
    return state.equals("FAILED") || state.equals("CANCELED");
  }

  /** As Flink names it; empty until it was seen. */
  String state() {
    return state;
  }

  /** Whether a checkpoint is complete that began at that time or later. */
  boolean hasCheckpointSince(long epochMillis) {
    return completed.values().stream().anyMatch(trigger -> trigger >= epochMillis);
  }

  int completedCheckpoints() {
    return completed.size();
  }

  int failedCheckpoints() {
    return failed.size();
  }

  /** How often the job was started again, those apart that a new job manager did. */
  long restarts() {
    return restarts;
  }

  /** Names of the task managers that have work, sorted; empty where Flink does not answer. */
  List<String> workingTaskManagers() throws InterruptedException {
    List<String> working = new ArrayList<>();
    for (JsonNode manager : get("/taskmanagers").path("taskmanagers")) {
      if (manager.path("freeSlots").asInt() < manager.path("slotsNumber").asInt()) {
        working.add(manager.path("id").asText());
      }
    }
    working.sort(null);
    return working;
  }

  private JsonNode get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(restUrl + path)).timeout(REQUEST).build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      @Nullable JsonNode node = answer.statusCode() == 200 ? json.readTree(answer.body()) : null;
      return node == null ? json.missingNode() : node;
    } catch (IOException e) {
      return json.missingNode();
    }
  }
}
