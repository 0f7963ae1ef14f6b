package io.holdpoint.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which reads of a plan are kept to an account: by a parameter, a constant, rows that were handed
 * in, or a join with a read that is kept so itself. PostgreSQL gives each read of a plan an alias
 * of its own, and writes its conditions with an alias before every column.
 */
final class AccountPlan {
  private static final List<String> OWN = List.of("Index Cond", "Recheck Cond", "Filter");
  private static final List<String> JOINING = List.of("Hash Cond", "Merge Cond", "Join Filter");

  /** What a condition above these speaks of is no longer what was read below. */
  private static final Set<String> CLOSED =
      Set.of(
          "Aggregate",
          "Group",
          "Limit",
          "LockRows",
          "ModifyTable",
          "SetOp",
          "Subquery Scan",
          "Unique",
          "WindowAgg");

  private static final Set<String> ASIDE = Set.of("InitPlan", "SubPlan");
  private static final Pattern ACCOUNT = Pattern.compile("(\\w+)\\.account_id");
  private static final Pattern ALIAS = Pattern.compile("(\\w+)\\.\\w+");

  private final Set<String> accountTables;
  private final Map<String, String> tables = new HashMap<>();
  private final Map<String, List<String>> accounts = new HashMap<>();

  private AccountPlan(Set<String> accountTables) {
    this.accountTables = accountTables;
  }

  /**
   * The tables that a statement reads over all accounts.
   *
   * @param plan from {@code EXPLAIN (VERBOSE, FORMAT JSON)}
   * @param accountTables those whose rows are an account's
   */
  static Set<String> unbounded(String plan, Set<String> accountTables) {
    AccountPlan whole = new AccountPlan(accountTables);
    whole.walk(new JsonArray(plan).getJsonObject(0).getJsonObject("Plan"));
    return whole.unbounded();
  }

  private Set<String> unbounded() {
    Set<String> kept = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (var read : accounts.entrySet()) {
        boolean now = read.getValue().stream().anyMatch(value -> isKept(value, kept));
        more |= now && kept.add(read.getKey());
      }
    }
    Set<String> unbounded = new TreeSet<>();
    tables.forEach(
        (alias, table) -> {
          if (!kept.contains(alias)) {
            unbounded.add(table);
          }
        });
    return unbounded;
  }

  private boolean isKept(String value, Set<String> kept) {
    Matcher aliases = ALIAS.matcher(value);
    while (aliases.find()) {
      if (tables.containsKey(aliases.group(1)) && !kept.contains(aliases.group(1))) {
        return false;
      }
    }
    return true;
  }

  /** The reads below that a condition above can speak of. */
  private Set<String> walk(JsonObject node) {
    Set<String> below = new HashSet<>();
    Set<String> joined = new HashSet<>();
    for (Object child : node.getJsonArray("Plans", new JsonArray())) {
      JsonObject plan = (JsonObject) child;
      Set<String> reads = walk(plan);
      String side = plan.getString("Parent Relationship");
      if (!ASIDE.contains(side)) {
        below.addAll(reads);
        if (isReduced(side, node.getString("Join Type"))) {
          joined.addAll(reads);
        }
      }
    }
    String alias = node.getString("Alias");
    String table = node.getString("Relation Name");
    if (node.getString("Node Type").endsWith("Scan") && accountTables.contains(table)) {
      tables.put(alias, table);
      accounts.put(alias, new ArrayList<>());
      below.add(alias);
    }
    note(node, OWN, below);
    note(node, JOINING, joined);
    return CLOSED.contains(node.getString("Node Type")) ? Set.of() : below;
  }

  /** Whether a join's condition keeps rows of this side away. */
  private static boolean isReduced(String side, String joinType) {
    return switch (joinType == null ? "" : joinType) {
      case "Inner", "Semi", "Right Semi" -> true;
      case "Left", "Anti" -> side.equals("Inner");
      case "Right", "Right Anti" -> side.equals("Outer");
      default -> false;
    };
  }

  private void note(JsonObject node, List<String> kinds, Set<String> reads) {
    for (String kind : kinds) {
      for (String condition : Conjunction.parts(node.getString(kind, ""))) {
        Conjunction.sides(condition)
            .ifPresent(
                sides -> {
                  note(sides.left(), sides.right(), reads);
                  note(sides.right(), sides.left(), reads);
                });
      }
    }
  }

  private void note(String side, String other, Set<String> reads) {
    Matcher account = ACCOUNT.matcher(side);
    if (account.matches() && reads.contains(account.group(1))) {
      accounts.get(account.group(1)).add(other);
    }
  }
}
