package io.holdpoint.task;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A request to change something; answered by exactly one {@link Outcome}. */
public sealed interface Command {
  Operation operation();

  Ticket ticket();

  String instanceId();

  /**
   * Interrupt or resume: the hot path, batched.
   *
   * @param mode how the step in flight settles; resume ignores it
   */
  record Steer(Operation operation, Ticket ticket, String instanceId, InterruptMode mode)
      implements Command {

    public Steer {
      if (operation != Operation.INTERRUPT && operation != Operation.RESUME) {
        throw new IllegalArgumentException(operation + " does not steer a task");
      }
    }

    /** Bytes that a waiting command holds, roughly; the bound on the queue counts them. */
    public int weight() {
      String reason = ticket.reason();
      return 256
          + ticket.accountId().length()
          + ticket.clientToken().length()
          + instanceId.length()
          + (reason == null ? 0 : 2 * reason.length());
    }
  }

  /**
   * Starts a rolling restart of an instance.
   *
   * @param answer JSON text to give when this command is applied, and to every repeat of its token
   */
  record Restart(Ticket ticket, String instanceId, RestartOptions options, String answer)
      implements Command {
    @Override
    public Operation operation() {
      return Operation.RESTART;
    }
  }

  /**
   * Creates an instance; its id is minted beforehand, so that our own retry names the same.
   *
   * @param answer JSON text to give when this command is applied, and to every repeat of its token
   */
  record Create(Ticket ticket, NewInstance instance, String answer) implements Command {
    @Override
    public Operation operation() {
      return Operation.CREATE;
    }

    @Override
    public String instanceId() {
      return instance.instanceId();
    }
  }

  /** Replaces the registered nodes of an instance. */
  record PutNodes(Ticket ticket, String instanceId, List<Node> nodes) implements Command {
    public PutNodes {
      nodes = List.copyOf(nodes);
    }

    @Override
    public Operation operation() {
      return Operation.PUT_NODES;
    }
  }

  /** Concerns a stored credential of the account, and no instance. */
  sealed interface OfCredential extends Command {
    String name();

    @Override
    default String instanceId() {
      return "";
    }
  }

  /**
   * Stores a credential, or replaces the one of that name.
   *
   * @param members the secrets themselves, by name; in no text of this command
   */
  record PutCredential(Ticket ticket, String name, Map<String, String> members)
      implements OfCredential {
    public PutCredential {
      members = Map.copyOf(members);
    }

    @Override
    public Operation operation() {
      return Operation.PUT_CREDENTIAL;
    }

    @Override
    public String toString() {
      return "PutCredential[name=" + name + ", members=" + new TreeSet<>(members.keySet()) + "]";
    }
  }

  /** Deletes a credential that no node names. */
  record DeleteCredential(Ticket ticket, String name) implements OfCredential {
    @Override
    public Operation operation() {
      return Operation.DELETE_CREDENTIAL;
    }
  }

  /**
   * What RestartLogstash may say.
   *
   * @param addresses the nodes to restart; empty means all
   * @param force restart several at once, {@code batchPercent} of the nodes
   * @param batchPercent over 0 and at most 100 with {@code force}; null otherwise
   */
  record RestartOptions(List<String> addresses, boolean force, @Nullable Double batchPercent) {
    public RestartOptions {
      addresses = List.copyOf(addresses);
    }

    /** How many of {@code nodeCount} nodes may be down at a time; one at least. */
    public int batchOf(int nodeCount) {
      if (!force || batchPercent == null) {
        return 1;
      }
      return Math.max(1, (int) Math.floor(nodeCount * batchPercent / 100.0));
    }
  }
}
