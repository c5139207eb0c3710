package io.tidemark.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of the house. This module is the only one that sees all the others. */
class ArchitectureTest {
  private static final JavaClasses TIDEMARK =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.tidemark");

  @Test
  void modulesDependInOneDirection() {
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
        .ensureAllClassesAreContainedInArchitecture()
        .check(TIDEMARK);
  }

  /** Rooms meet in the records of {@code event}. */
  @ParameterizedTest
  @ValueSource(strings = {"feature", "join", "score", "drift", "history", "sink"})
  void onlyTheEntryPackageKnowsTheRoom(String room) {
    String packages = "io.tidemark.jobs." + room + "..";
    noClasses()
        .that()
        .resideInAPackage("io.tidemark.jobs.*..")
        .and()
        .resideOutsideOfPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages)
        .check(TIDEMARK);
  }

  @Test
  void noRoomKnowsTheEntryPackage() {
    noClasses()
        .that()
        .resideInAPackage("io.tidemark.jobs.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.tidemark.jobs")
        .check(TIDEMARK);
  }

  @Test
  void contractsAndFunctionsKnowNoFlink() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.tidemark.contract..", "io.tidemark.aggregate..", "io.tidemark.function..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.flink..")
        .check(TIDEMARK);
  }

  /**
   * The functions of SQL are there for SQL: what runs without Flink's tables must not need them.
   */
  @Test
  void nobodyDependsOnTheFunctionsOfSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tidemark.sql..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.tidemark.sql..")
        .check(TIDEMARK);
  }

  @Test
  void namesSayWhatAClassIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?)")
        .orShould()
        .resideInAnyPackage("..common..", "..util..")
        .check(TIDEMARK);
  }

  @Test
  void packagesSayWhatBelongsInThem() {
    classes().should(liveInADescribedPackage()).check(TIDEMARK);
  }

  /**
   * Tests, replays and backfills move the clock. Handing on {@code System::currentTimeMillis} as a
   * clock is no call and passes.
   */
  @Test
  void logicTakesTimeFromTheEventOrAClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.tidemark.contract..",
            "io.tidemark.aggregate..",
            "io.tidemark.function..",
            "io.tidemark.sql..",
            "io.tidemark.jobs.*..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(TIDEMARK);
  }

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
