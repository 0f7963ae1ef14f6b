package io.holdpoint.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** What in the schema stands in the way of spreading its tables by account, from the catalogue. */
final class AccountKeys {
  private static final String BREACHES =
      """
      WITH every AS (
        SELECT c.oid, c.relname AS name, a.attnum, a.attnotnull AND NOT a.atthasdef AS told
        FROM pg_class c
        LEFT JOIN pg_attribute a
          ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
        WHERE c.relnamespace = 'holdpoint'::regnamespace AND c.relkind IN ('r', 'p')
      )
      SELECT name || ' has no account_id' AS breach FROM every WHERE attnum IS NULL
      UNION ALL
      SELECT name || ' has rows that name no account' FROM every WHERE NOT told
      UNION ALL
      SELECT t.name || ' has no primary key' FROM every t
      WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)
      UNION ALL
      SELECT t.name || ': ' || i.indexrelid::regclass::name || ' does not begin with account_id'
      FROM every t JOIN pg_index i ON i.indrelid = t.oid
      WHERE (i.indisunique OR i.indisexclusion) AND i.indkey[0] <> t.attnum
      UNION ALL
      SELECT t.name || ': ' || f.conname || ' does not begin with account_id on both sides'
      FROM pg_constraint f JOIN every t ON t.oid = f.conrelid JOIN every o ON o.oid = f.confrelid
      WHERE f.contype = 'f'
        AND (f.conkey[1] IS DISTINCT FROM t.attnum OR f.confkey[1] IS DISTINCT FROM o.attnum)
      """;

  private AccountKeys() {}

  /** One line for each table, unique index or foreign key that does not begin with the account. */
  static Set<String> breaches(Connection connection) throws SQLException {
    Set<String> breaches = new TreeSet<>();
    try (Statement run = connection.createStatement();
        ResultSet rows = run.executeQuery(BREACHES)) {
      while (rows.next()) {
        breaches.add(rows.getString(1));
      }
    }
    return breaches;
  }
}
