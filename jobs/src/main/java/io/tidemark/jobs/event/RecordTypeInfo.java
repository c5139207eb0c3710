package io.tidemark.jobs.event;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** Flink's type information for a record with a hand-written, stateless serializer. */
public final class RecordTypeInfo<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  public static final TypeInformation<Event> EVENT =
      new RecordTypeInfo<>(Event.class, EventSerializer.INSTANCE);
  public static final TypeInformation<Ingested> INGESTED =
      new RecordTypeInfo<>(Ingested.class, IngestedSerializer.INSTANCE);
  public static final TypeInformation<RejectedRecord> REJECTED =
      new RecordTypeInfo<>(RejectedRecord.class, RejectedRecordSerializer.INSTANCE);
  public static final TypeInformation<FeatureVector> FEATURE_VECTOR =
      new RecordTypeInfo<>(FeatureVector.class, FeatureVectorSerializer.INSTANCE);
  public static final TypeInformation<Score> SCORE =
      new RecordTypeInfo<>(Score.class, ScoreSerializer.INSTANCE);
  public static final TypeInformation<DriftCounts> DRIFT_COUNTS =
      new RecordTypeInfo<>(DriftCounts.class, DriftCountsSerializer.INSTANCE);
  public static final TypeInformation<DriftReport> DRIFT_REPORT =
      new RecordTypeInfo<>(DriftReport.class, DriftReportSerializer.INSTANCE);
  public static final TypeInformation<Upsert> UPSERT =
      new RecordTypeInfo<>(Upsert.class, UpsertSerializer.INSTANCE);

  private final Class<T> type;
  private final TypeSerializer<T> serializer;

  private RecordTypeInfo(Class<T> type, TypeSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public String toString() {
    return "RecordTypeInfo<" + type.getSimpleName() + ">";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordTypeInfo<?> info && info.type == type;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RecordTypeInfo;
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }
}
