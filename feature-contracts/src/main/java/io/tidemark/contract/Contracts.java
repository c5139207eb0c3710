package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Mapping;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A set of contracts that fit together: every document is valid, every reference resolves.
 *
 * <p>Model files are not looked at when contracts are read, for features are exported before the
 * first model is trained: {@link #checkArtifacts} and {@link #readArtifact} do that.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Contracts {
  private static final String BUNDLE_REMEDY =
      "Build the program again, or name a folder of contracts.";

  private final ContractRoot root;
  private final List<EventContract> events;
  private final List<FeatureContract> features;
  private final List<ModelContract> models;
  private final Map<Contract, Mapping> documents;
  private final Map<ModelContract, Draft<ModelContract>> drafts;
  private final Map<Contract, String> domains;

  private Contracts(ContractRoot root, ContractReader reader) {
    this.root = root;
    this.events = reader.events().stream().map(Draft::contract).toList();
    this.features = reader.features().stream().map(Draft::contract).toList();
    this.documents = new IdentityHashMap<>();
    this.drafts = new IdentityHashMap<>();
    this.domains = new IdentityHashMap<>();
    reader.events().forEach(this::keep);
    reader.features().forEach(this::keep);
    List<ModelContract> resolved = new ArrayList<>();
    for (Draft<ModelContract> draft : reader.models()) {
      ModelContract model = draft.contract().withColumns(this::columns);
      resolved.add(model);
      documents.put(model, draft.document());
      domains.put(model, draft.domain());
      drafts.put(model, draft);
    }
    this.models = List.copyOf(resolved);
  }

  private void keep(Draft<? extends Contract> draft) {
    documents.put(draft.contract(), draft.document());
    domains.put(draft.contract(), draft.domain());
  }

  /**
   * The domain of a contract: the folder that its kind's folder lies in.
   *
   * @param contract one of these contracts
   */
  public String domain(Contract contract) {
    String domain = domains.get(contract);
    if (domain == null) {
      throw new IllegalArgumentException("Not of these contracts: " + contract.metadata().name());
    }
    return domain;
  }

  /** The columns of a tensor that an input of the model takes. */
  private List<FeatureRef> columns(ModelContract model, FeatureRef input) {
    String contract = input.contract();
    if (contract == null) {
      return List.of(input);
    }
    return feature(contract, model.contracts().get(contract))
        .flatMap(found -> found.feature(input.name()))
        .orElseThrow()
        .columns()
        .stream()
        .map(column -> new FeatureRef(contract, column))
        .toList();
  }

  /**
   * The contracts in {@code <root>/<domain>/{events,features,models}/*.yaml}.
   *
   * @throws InvalidContractsException with every problem of every file
   */
  public static Contracts read(Path root) throws InvalidContractsException {
    return read(new ContractRoot.Folder(root));
  }

  /** The contracts that are part of the program: the folder {@code contracts} on the class path. */
  public static Contracts bundled() throws InvalidContractsException {
    URL marker = Contracts.class.getResource("/contracts/README.md");
    if (marker == null) {
      throw unusable("contracts", "no contracts are bundled with this program", BUNDLE_REMEDY);
    }
    try {
      return read(ContractRoot.of(marker));
    } catch (IOException e) {
      throw unusable(
          "contracts", "the bundled contracts cannot be read: " + e.getMessage(), BUNDLE_REMEDY);
    }
  }

  private static InvalidContractsException unusable(String file, String reason, String remedy) {
    Problems problems = new Problems();
    problems.addFile(file, reason, remedy);
    return new InvalidContractsException(problems.sorted());
  }

  /** No contracts: what there was before the first one. */
  public static Contracts none() {
    return new Contracts(new ContractRoot.Folder(Path.of("")), new ContractReader(new Problems()));
  }

  static Contracts read(ContractRoot root) throws InvalidContractsException {
    Problems problems = new Problems();
    ContractReader reader = new ContractReader(problems);
    try {
      root.with(
          folder -> {
            new ContractFolder(folder, problems).readInto(reader);
            return reader;
          });
      References.check(reader, problems);
    } catch (Problems.TooMany e) {
      Problem truncated =
          new Problem(
              root.display(),
              1,
              1,
              "",
              "",
              "more than " + Problems.MAX + " problems, the rest is not shown",
              "Correct these first, or check that this is the folder you mean.");
      throw new InvalidContractsException(
          Stream.concat(Stream.of(truncated), problems.sorted().stream()).toList());
    } catch (IOException e) {
      throw unusable(root.display(), "cannot be read: " + e.getMessage(), "Check the path.");
    }
    if (!problems.isEmpty()) {
      throw new InvalidContractsException(problems.sorted());
    }
    return new Contracts(root, reader);
  }

  /** By domain, then file, then place in the file; so are the others. */
  public List<EventContract> events() {
    return events;
  }

  public List<FeatureContract> features() {
    return features;
  }

  public List<ModelContract> models() {
    return models;
  }

  public Optional<EventContract> event(TopicUri topic) {
    return events.stream().filter(event -> event.topic().equals(topic)).findFirst();
  }

  public Optional<FeatureContract> feature(String name, int majorVersion) {
    return features.stream()
        .filter(
            contract ->
                contract.metadata().name().equals(name)
                    && contract.metadata().version().major() == majorVersion)
        .findFirst();
  }

  /** The model of this name with the highest version. */
  public Optional<ModelContract> model(String name) {
    return models.stream()
        .filter(model -> model.metadata().name().equals(name))
        .max(Comparator.comparing(model -> model.metadata().version()));
  }

  /** Each name once, sorted. */
  public List<String> modelNames() {
    return models.stream().map(model -> model.metadata().name()).distinct().sorted().toList();
  }

  /**
   * The bytes of a model file, which are those the contract's checksum was made of.
   *
   * @param model one of {@link #models}
   * @throws InvalidContractsException if the file is absent, too large, outside of its folder or
   *     another one
   */
  public byte[] readArtifact(ModelContract model) throws InvalidContractsException {
    Problems problems = new Problems();
    return new Artifacts(root, problems)
        .model(draft(model))
        .orElseThrow(() -> new InvalidContractsException(problems.sorted()));
  }

  /**
   * The bytes of a model's baseline, empty where the contract names none.
   *
   * @param model one of {@link #models}
   * @throws InvalidContractsException if the file is absent, too large or outside of its folder
   */
  public Optional<byte[]> readBaseline(ModelContract model) throws InvalidContractsException {
    return read(model, Artifacts::baseline);
  }

  /**
   * The golden rows of a model, empty where the contract names none.
   *
   * @param model one of {@link #models}
   * @throws InvalidContractsException if the file is absent, too large or outside of its folder
   */
  public Optional<byte[]> readGolden(ModelContract model) throws InvalidContractsException {
    return read(model, Artifacts::golden);
  }

  /**
   * The bytes of the lighter model that answers where the first did not, empty where the contract
   * names none.
   *
   * @param model one of {@link #models}
   * @throws InvalidContractsException if the file is absent, too large, outside of its folder or
   *     another one
   */
  public Optional<byte[]> readFallback(ModelContract model) throws InvalidContractsException {
    return read(model, Artifacts::fallback);
  }

  private Optional<byte[]> read(
      ModelContract model, BiFunction<Artifacts, Draft<ModelContract>, Optional<byte[]>> file)
      throws InvalidContractsException {
    Problems problems = new Problems();
    Optional<byte[]> bytes = file.apply(new Artifacts(root, problems), draft(model));
    if (!problems.isEmpty()) {
      throw new InvalidContractsException(problems.sorted());
    }
    return bytes;
  }

  /** What is wrong with the files that the models name; empty if nothing is. */
  public List<Problem> checkArtifacts() {
    Problems problems = new Problems();
    Artifacts artifacts = new Artifacts(root, problems);
    for (ModelContract model : models) {
      artifacts.model(draft(model));
      artifacts.baseline(draft(model));
      artifacts.golden(draft(model));
      artifacts.fallback(draft(model));
    }
    return problems.sorted();
  }

  /**
   * Where a contract says something: a value that is written on its own, or else the key of a group
   * of them. What is not written is found where it would belong, at the deepest of the keys that
   * exists.
   *
   * @param contract one of these contracts
   * @param path keys from the root of the document inwards; an index steps into a list
   */
  public Place place(Contract contract, String... path) {
    Mapping document = documents.get(contract);
    if (document == null) {
      throw new IllegalArgumentException("Not of these contracts: " + contract.metadata().name());
    }
    return document.find(path);
  }

  private Draft<ModelContract> draft(ModelContract model) {
    Draft<ModelContract> draft = drafts.get(model);
    if (draft == null) {
      throw new IllegalArgumentException(
          "Not a model of these contracts: " + model.metadata().name());
    }
    return draft;
  }
}
