package io.tidemark.contract;

import java.util.List;
import java.util.stream.Collectors;

/** Contracts that cannot be used, with every problem of every file, sorted by place. */
public final class InvalidContractsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidContractsException(List<Problem> problems) {
    super(problems.stream().sorted().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = problems.stream().sorted().toList();
  }

  public List<Problem> problems() {
    return problems;
  }
}
