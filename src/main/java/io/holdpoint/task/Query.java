package io.holdpoint.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question that changes nothing; answered by an {@link Answer}. */
public sealed interface Query {
  String accountId();

  /** One instance with its nodes, its newest task and that task's steps. */
  record DescribeInstance(String accountId, String instanceId) implements Query {}

  /**
   * A page of instances, newest first; filters are null when not asked for.
   *
   * @param page from 1
   * @param size rows a page, 1 to 100
   * @param description a part of the description, compared literally
   */
  record ListInstances(
      String accountId,
      int page,
      int size,
      @Nullable String description,
      @Nullable String instanceId,
      @Nullable String version,
      @Nullable String resourceGroupId)
      implements Query {}

  /**
   * The history of an instance's task in order.
   *
   * @param taskId null means the newest task
   * @param after only events with a higher sequence
   * @param limit 1 to 500
   */
  record ListEvents(
      String accountId, String instanceId, @Nullable UUID taskId, long after, int limit)
      implements Query {}

  /**
   * A part of the stream over all tasks of the account, in the order of positions.
   *
   * @param after only entries with a higher position
   * @param limit 1 to 500
   */
  record ReadStream(String accountId, long after, int limit) implements Query {}

  /** The nodes of this service. */
  record ListServiceNodes(String accountId) implements Query {}

  /** How far the account's stream reaches now. */
  record FindStreamEnd(String accountId) implements Query {}

  /** What the commands of a step of the newest task printed so far. */
  record StepOutput(String accountId, String instanceId, int step) implements Query {}

  /**
   * The account's credentials by name, without their values.
   *
   * @param after only names behind this one; empty means from the first
   * @param limit 1 to 500
   */
  record ListCredentials(String accountId, String after, int limit) implements Query {}

  /**
   * A page of the account's audit trail, newest first; filters are null when not asked for.
   *
   * @param from this time or later
   * @param until before this time
   * @param after only what comes behind it, on from an earlier page
   * @param limit 1 to 500
   */
  record ListAudit(
      String accountId,
      @Nullable Instant from,
      @Nullable Instant until,
      @Nullable String principal,
      @Nullable String instanceId,
      @Nullable AuditDecision decision,
      @Nullable AuditCursor after,
      int limit)
      implements Query {}

  /** The account's webhooks by name; there are never many. */
  record ListWebhooks(String accountId) implements Query {}

  record FindWebhook(String accountId, String name) implements Query {}

  /**
   * The dead letters of a webhook by position.
   *
   * @param after only those with a higher position
   * @param limit 1 to 500
   */
  record ListDeadLetters(String accountId, String name, long after, int limit) implements Query {}
}
