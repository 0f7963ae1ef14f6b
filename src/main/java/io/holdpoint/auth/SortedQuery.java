package io.holdpoint.auth;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A query in the order in which both schemes sign it: by name. */
final class SortedQuery {
  private static final Comparator<QueryParameter> BY_NAME =
      Comparator.comparing(QueryParameter::name);

  private SortedQuery() {}

  static QueryParameter[] of(List<QueryParameter> query) {
    QueryParameter[] sorted = query.toArray(new QueryParameter[0]);
    if (sorted.length > 1) {
      Arrays.sort(sorted, BY_NAME);
    }
    return sorted;
  }
}
