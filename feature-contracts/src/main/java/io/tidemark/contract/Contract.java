package io.tidemark.contract;

import java.io.Serializable;

/** One document of a file: what events, features or a model are. */
public sealed interface Contract extends Serializable
    permits EventContract, FeatureContract, ModelContract {

  Metadata metadata();
}
