package io.tidemark.contract.review;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who relies on what, by name, before and after a change: models by their inputs, jobs by their
 * sources, the tables and topics that jobs write.
 */
final class Consumers {
  private final Contracts before;
  private final Contracts after;

  Consumers(Contracts before, Contracts after) {
    this.before = before;
    this.after = after;
  }

  /** Models that take a feature of a major version, such as {@code model card_fraud 1.0.0}. */
  List<String> modelsOf(FeatureContract contract, String feature) {
    return models(model -> takes(model, contract, feature));
  }

  /** Models that take any feature of a major version. */
  List<String> modelsOf(FeatureContract contract) {
    return models(model -> stands(model, contract));
  }

  /** Models that take a field of their trigger as it is, or a feature that reads it. */
  List<String> modelsOf(EventContract event, String field) {
    return models(
        model ->
            (model.trigger().equals(event.topic())
                    && model.features().contains(new FeatureRef(null, field)))
                || keyedBy(event, field).anyMatch(contract -> stands(model, contract))
                || features(event, field)
                    .anyMatch(read -> takes(model, read.contract(), read.feature().name())));
  }

  /** Features that read a field of an event, such as {@code feature customer_spending.nb_tx}. */
  List<String> featuresOf(EventContract event, String field) {
    return features(event, field)
        .map(read -> "feature " + read.contract().metadata().name() + "." + read.feature().name())
        .distinct()
        .sorted()
        .toList();
  }

  /** Jobs that keep state for a contract. */
  List<String> jobsOf(FeatureContract contract) {
    TreeSet<String> jobs = new TreeSet<>();
    jobs.add("FeatureJob of " + contract.metadata().name());
    models().filter(model -> stands(model, contract)).map(Consumers::job).forEach(jobs::add);
    return List.copyOf(jobs);
  }

  /** Jobs that keep state of a topic's events. */
  List<String> statefulJobsOf(EventContract event) {
    return contracts()
        .filter(contract -> contract.source().equals(event.topic()))
        .filter(contract -> !contract.entity().isEmpty())
        .flatMap(contract -> jobsOf(contract).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Jobs that read a topic. */
  List<String> jobsOf(EventContract event) {
    TreeSet<String> jobs = new TreeSet<>();
    models()
        .filter(model -> model.trigger().equals(event.topic()))
        .map(Consumers::job)
        .forEach(jobs::add);
    contracts()
        .filter(contract -> contract.source().equals(event.topic()))
        .forEach(contract -> jobs.add("FeatureJob of " + contract.metadata().name()));
    return List.copyOf(jobs);
  }

  static String job(ModelContract model) {
    return "ScoringJob of " + model.metadata().name();
  }

  /** The table and the topic that hold a contract's features for others. */
  static List<String> outputsOf(FeatureContract contract) {
    String name = contract.metadata().name();
    return List.of("table entities/" + name, "topic " + name + "_features");
  }

  static String tableOf(EventContract event) {
    return "table events/" + event.metadata().name();
  }

  /** The tables of a model's vectors and scores. */
  static List<String> outputsOf(ModelContract model) {
    String name = model.metadata().name();
    return List.of("table features/" + name, "table scores/" + name);
  }

  static String named(ModelContract model) {
    return "model " + model.metadata().name() + " " + model.metadata().version();
  }

  static boolean takes(ModelContract model, FeatureContract contract, String feature) {
    String name = contract.metadata().name();
    return stands(model, contract)
        && model.features().stream()
            .anyMatch(
                input ->
                    name.equals(input.contract())
                        && (input.name().equals(feature)
                            || input.name().startsWith(feature + "[")));
  }

  private static boolean stands(ModelContract model, FeatureContract contract) {
    Integer major = model.contracts().get(contract.metadata().name());
    return major != null && major == contract.metadata().version().major();
  }

  private record Read(FeatureContract contract, Feature feature) {}

  private Stream<Read> features(EventContract event, String field) {
    return contracts()
        .filter(contract -> contract.source().equals(event.topic()))
        .flatMap(
            contract ->
                contract.features().stream()
                    .filter(feature -> Reading.of(feature, field))
                    .map(feature -> new Read(contract, feature)));
  }

  private Stream<FeatureContract> keyedBy(EventContract event, String field) {
    return contracts()
        .filter(contract -> contract.source().equals(event.topic()))
        .filter(contract -> contract.entity().contains(field));
  }

  private List<String> models(Predicate<ModelContract> relies) {
    List<String> names = new ArrayList<>();
    models().filter(relies).map(Consumers::named).distinct().sorted().forEach(names::add);
    return names;
  }

  private Stream<ModelContract> models() {
    return Stream.concat(before.models().stream(), after.models().stream());
  }

  private Stream<FeatureContract> contracts() {
    return Stream.concat(before.features().stream(), after.features().stream());
  }
}
