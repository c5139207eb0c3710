package io.tidemark.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/** The shape of the house. This module is the only one that sees all the others. */
@AnalyzeClasses(packages = "io.tidemark", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule modulesDependInOneDirection =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.tidemark..")
          .withOptionalLayers(true)
          .layer("deploy/cli")
          .definedBy("io.tidemark.cli..")
          .layer("jobs")
          .definedBy("io.tidemark.jobs..")
          .layer("udfs")
          .definedBy("io.tidemark.aggregate..", "io.tidemark.function..", "io.tidemark.sql..")
          .layer("feature-contracts")
          .definedBy("io.tidemark.contract..")
          .layer("deploy/runtime")
          .definedBy("io.tidemark.runtime..")
          .whereLayer("deploy/cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("jobs")
          .mayOnlyBeAccessedByLayers("deploy/cli")
          .whereLayer("udfs")
          .mayOnlyBeAccessedByLayers("jobs", "deploy/cli")
          .whereLayer("feature-contracts")
          .mayOnlyBeAccessedByLayers("udfs", "jobs", "deploy/cli")
          .whereLayer("deploy/runtime")
          .mayOnlyBeAccessedByLayers("jobs", "deploy/cli")
          .ensureAllClassesAreContainedInArchitecture();

  /** Rooms meet in the records of {@code event}; only the entry package knows them all. */
  @ArchTest
  static final ArchRule roomsOfJobsKnowOnlyTheEvents =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.tidemark.jobs..")
          .withOptionalLayers(true)
          .layer("entry")
          .definedBy("io.tidemark.jobs")
          .layer("event")
          .definedBy("io.tidemark.jobs.event..")
          .layer("feature")
          .definedBy("io.tidemark.jobs.feature..")
          .layer("join")
          .definedBy("io.tidemark.jobs.join..")
          .layer("score")
          .definedBy("io.tidemark.jobs.score..")
          .layer("drift")
          .definedBy("io.tidemark.jobs.drift..")
          .layer("sink")
          .definedBy("io.tidemark.jobs.sink..")
          .whereLayer("entry")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("event")
          .mayNotAccessAnyLayer()
          .whereLayer("feature")
          .mayOnlyBeAccessedByLayers("entry")
          .whereLayer("join")
          .mayOnlyBeAccessedByLayers("entry")
          .whereLayer("score")
          .mayOnlyBeAccessedByLayers("entry")
          .whereLayer("drift")
          .mayOnlyBeAccessedByLayers("entry")
          .whereLayer("sink")
          .mayOnlyBeAccessedByLayers("entry");

  @ArchTest
  static final ArchRule contractsAndFunctionsKnowNoFlink =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tidemark.contract..", "io.tidemark.aggregate..", "io.tidemark.function..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule namesSayWhatAClassIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?)")
          .orShould()
          .resideInAnyPackage("..common..", "..util..");

  @ArchTest
  static final ArchRule packagesSayWhatBelongsInThem = classes().should(liveInADescribedPackage());

  /** Tests, replays and backfills move the clock. */
  @ArchTest
  static final ArchRule operatorsTakeTimeFromTheEventOrAClock =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tidemark.jobs.feature..", "io.tidemark.jobs.join..", "io.tidemark.jobs.score..")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .allowEmptyShould(true); // until the first of these rooms has a class

  private static ArchCondition<JavaClass> liveInADescribedPackage() {
    return new ArchCondition<>("live in a package with a @NullMarked package-info") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean described =
            type.getPackage()
                .tryGetPackageInfo()
                .filter(info -> info.isAnnotatedWith(NullMarked.class))
                .isPresent();
        events.add(
            new SimpleConditionEvent(
                type, described, type.getPackageName() + " lacks one, see " + type.getName()));
      }
    };
  }
}
