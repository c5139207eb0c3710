package io.tidemark.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.cluster.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PlannedFaultTest {
  private static final int EACH = 5;

  @Test
  void sameSeedGivesTheSameFaultsAndAnotherSeedOthers() {
    assertThat(PlannedFault.draw(7, EACH)).isEqualTo(PlannedFault.draw(7, EACH));
    assertThat(PlannedFault.draw(7, EACH)).isNotEqualTo(PlannedFault.draw(8, EACH));
  }

  @Test
  void everyRoleIsHitEquallyOftenAtMomentsInOrder() {
    for (long seed = 0; seed < 100; seed++) {
      List<PlannedFault> faults = PlannedFault.draw(seed, EACH);
      for (Role role : List.of(Role.TASK_MANAGER, Role.JOB_MANAGER, Role.KAFKA)) {
        assertThat(faults.stream().filter(fault -> fault.kind().role() == role))
            .as("%s, seed %d", role, seed)
            .hasSize(EACH);
      }
      assertThat(faults)
          .as("seed %d", seed)
          .isSortedAccordingTo(Comparator.comparingDouble(PlannedFault::at))
          .allMatch(fault -> fault.at() > 0 && fault.at() < 0.95);
      assertThat(faults.get(0).afterPrevious()).as("seed %d, nothing before", seed).isNull();
    }
  }

  @Test
  void someFaultsHitAJobThatHasNotRecovered() {
    List<PlannedFault> faults = new ArrayList<>();
    LongStream.range(0, 100).forEach(seed -> faults.addAll(PlannedFault.draw(seed, EACH)));

    assertThat(faults.stream().filter(fault -> fault.afterPrevious() != null).count())
        .isBetween(faults.size() / 8L, faults.size() / 2L);
    assertThat(faults.stream().map(PlannedFault::kind).distinct())
        .hasSize(FaultKind.values().length);
  }

  @Test
  void faultIsDueByProgressOrByTheTimeSinceTheOneBefore() {
    PlannedFault byProgress = new PlannedFault(FaultKind.BROKER_KILLED, 0.5, null, 0);
    assertThat(byProgress.isDue(0.49, Duration.ofHours(1))).isFalse();
    assertThat(byProgress.isDue(0.5, Duration.ZERO)).isTrue();

    PlannedFault byTime = new PlannedFault(FaultKind.BROKER_KILLED, 0.5, Duration.ofSeconds(2), 0);
    assertThat(byTime.isDue(1, Duration.ofMillis(1_999))).isFalse();
    assertThat(byTime.isDue(0, Duration.ofSeconds(2))).isTrue();
  }
}
