package io.tidemark.jobs.state;

import io.tidemark.contract.review.StateRefusal;
import io.tidemark.jobs.state.StateManifest.HeldField;
import io.tidemark.jobs.state.StateManifest.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why state cannot be gone on from: the same words before a job is submitted and, where that was
 * bypassed, in the operator.
 */
public final class Refusals {
  private Refusals() {}

  /**
   * What speaks against going on.
   *
   * @param before what the state says
   * @param now the operator that would restore it
   * @return one sentence or two each, the remedy last; empty where nothing does
   */
  public static List<String> of(StateManifest before, StateManifest now) {
    Identity was = before.identity();
    Identity is = now.identity();
    List<String> reasons = new ArrayList<>();
    if (!was.domain().isEmpty() && !is.domain().isEmpty() && !was.domain().equals(is.domain())) {
      reasons.add(
          "The state is of the contract domain `"
              + was.domain()
              + "`, this job is of `"
              + is.domain()
              + "`. Name the savepoint of this job, or start without one");
    }
    if (!was.contract().equals(is.contract())) {
      reasons.add(
          "The state is of the contract "
              + was
              + ", the operator is of "
              + is
              + ". Name the savepoint of this job, or start without one");
      return reasons;
    }
    String of = "`" + is.contract() + "`: ";
    if (!was.entity().equals(is.entity())) {
      reasons.add(of + StateRefusal.ENTITY.of(was.entity().toString(), is.entity().toString()));
    }
    if (!was.source().equals(is.source()) || !was.event().equals(is.event())) {
      reasons.add(of + StateRefusal.SOURCE.of(was.source(), is.source()));
    }
    if (!was.time().equals(is.time())) {
      reasons.add(of + StateRefusal.TIME.of("`" + was.time() + "`", "`" + is.time() + "`"));
    }
    for (HeldField field : now.fields()) {
      for (HeldField held : before.fields()) {
        if (held.name().equals(field.name()) && !field.type().canRead(held.type())) {
          reasons.add(
              of
                  + StateRefusal.FIELD_TYPE.of(
                      "`" + held.name() + "`: " + held.type().yamlName(), field.type().yamlName()));
        }
      }
    }
    return reasons;
  }

  static String newerFormat(int version, int known) {
    return "The savepoint's manifest is in format version "
        + version
        + ", but this release reads versions up to "
        + known
        + ": a later release wrote it. Use that release, or an older savepoint";
  }

  /**
   * Of state that a release without manifests wrote, which can be gone on from unchanged only.
   *
   * @param written the layout as the state spells it
   * @param now the layout of the operator
   * @return null where the two are the same
   */
  public static @Nullable String ofLegacy(String written, String now) {
    return Objects.equals(written, now)
        ? null
        : "An earlier release wrote this state, which says of itself only that it holds "
            + written
            + ", while the contracts need "
            + now
            + ". Restore it with the contracts it was written with, take a savepoint with this"
            + " release, and change the contracts then";
  }
}
