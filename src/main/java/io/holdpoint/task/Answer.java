package io.holdpoint.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Query} found. */
public sealed interface Answer {

  /** What was asked about does not exist for this account; a foreign one looks the same. */
  record NotFound() implements Answer {}

  /** The database gave no answer in time. */
  record Unavailable() implements Answer {}

  record Described(Instance instance) implements Answer {}

  record Listed(List<Instance> instances, long total) implements Answer {
    public Listed {
      instances = List.copyOf(instances);
    }
  }

  /**
   * The newest part of what a step's commands printed.
   *
   * @param updatedAt null when there is none
   */
  record Output(String text, @Nullable Instant updatedAt) implements Answer {}

  /** What is known of credentials without opening them. */
  record Credentials(List<StoredCredential> credentials) implements Answer {
    public Credentials {
      credentials = List.copyOf(credentials);
    }
  }

  /**
   * A page of the audit trail.
   *
   * @param next where the next page begins; null when this is the last
   */
  record Audit(List<AuditRecord> records, @Nullable AuditCursor next) implements Answer {
    public Audit {
      records = List.copyOf(records);
    }
  }

  record ServiceNodes(List<ServiceNode> nodes) implements Answer {
    public ServiceNodes {
      nodes = List.copyOf(nodes);
    }
  }

  /** Entries of the stream; none when it does not reach further yet. */
  record Streamed(List<StreamEntry> entries) implements Answer {
    public Streamed {
      entries = List.copyOf(entries);
    }
  }

  record FoundStreamEnd(StreamEnd end) implements Answer {}

  record History(List<TaskEvent> events) implements Answer {
    public History {
      events = List.copyOf(events);
    }
  }

  record Webhooks(List<Webhook> webhooks) implements Answer {
    public Webhooks {
      webhooks = List.copyOf(webhooks);
    }
  }

  record DeadLetters(List<DeadLetter> letters) implements Answer {
    public DeadLetters {
      letters = List.copyOf(letters);
    }
  }
}
