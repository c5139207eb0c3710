package io.tidemark.contract;

import java.io.Serializable;

/** Who a contract is and who answers for it. {@code name} never changes; state is found by it. */
public record Metadata(String name, SemanticVersion version, String owner, String description)
    implements Serializable {}
