package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One named value of an entity (or of the row alone).
 *
 * @param freshness how far the feature's source may lag the event that asks; null where unbounded
 * @param defaultValue the value where there is nothing to aggregate; null for none (NaN)
 * @param check bounds outside of which the value is marked invalid; null for none
 */
public record Feature(
    String name,
    FieldType type,
    FeatureDefinition definition,
    @Nullable Duration freshness,
    @Nullable Double defaultValue,
    @Nullable Range check)
    implements Serializable {}
