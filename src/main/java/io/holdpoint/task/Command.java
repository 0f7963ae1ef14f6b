package io.holdpoint.task;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
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
   * Starts a change of an instance.
   *
   * @param operation the one it was asked for by
   * @param answer JSON text to give when this command is applied, and to every repeat of its token
   */
  record StartChange(
      Operation operation, Ticket ticket, String instanceId, Change change, String answer)
      implements Command {}

  /**
   * Turns a suspended task: back, away, or on after a decision.
   *
   * @param decision only with {@link Operation#DECIDE}
   * @param nodeId the node that the decision is for; null means all that wait for one
   */
  record Turn(
      Operation operation,
      Ticket ticket,
      String instanceId,
      @Nullable Decision decision,
      @Nullable String nodeId)
      implements Command {

    public Turn {
      if (operation != Operation.REVERT
          && operation != Operation.ABANDON
          && operation != Operation.DECIDE) {
        throw new IllegalArgumentException(operation + " does not turn a task");
      }
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

  /** A signed command that is refused without a look at anything: only its nonce is used up. */
  record Refused(Operation operation, Ticket ticket, String instanceId) implements Command {}

  /** Makes a node of this service take nothing further, or take work again. */
  record DrainNode(Ticket ticket, UUID nodeId, boolean draining) implements Command {
    @Override
    public Operation operation() {
      return draining ? Operation.DRAIN_NODE : Operation.UNDRAIN_NODE;
    }

    @Override
    public String instanceId() {
      return "";
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

  /** Concerns a webhook of the account, and no instance. */
  sealed interface OfWebhook extends Command {
    String name();

    @Override
    default String instanceId() {
      return "";
    }
  }

  /**
   * Makes a webhook, or replaces what the one of that name sends and where to; a paused one goes
   * on.
   *
   * @param after the position to go on behind; null means from now on, or where it is
   * @param rotateSecret whether an existing one gets {@code secret} too
   * @param secret minted beforehand, so that our own retry gives the same; in no text of this
   *     command
   */
  record PutWebhook(
      Ticket ticket,
      String name,
      String url,
      EventFilter filter,
      @Nullable Long after,
      boolean rotateSecret,
      String secret)
      implements OfWebhook {
    @Override
    public Operation operation() {
      return Operation.PUT_WEBHOOK;
    }

    /** Without the secret, and without the URL, which may hold one. */
    @Override
    public String toString() {
      return "PutWebhook[name=" + name + ", filter=" + filter + "]";
    }
  }

  /** Deletes a webhook with its dead letters. */
  record DeleteWebhook(Ticket ticket, String name) implements OfWebhook {
    @Override
    public Operation operation() {
      return Operation.DELETE_WEBHOOK;
    }
  }

  /**
   * Has dead letters sent once more, or drops them.
   *
   * @param position of the one that is meant; null means all
   */
  record SettleDeadLetters(Operation operation, Ticket ticket, String name, @Nullable Long position)
      implements OfWebhook {

    public SettleDeadLetters {
      if (operation != Operation.REDELIVER_DEAD_LETTERS
          && operation != Operation.DROP_DEAD_LETTERS) {
        throw new IllegalArgumentException(operation + " settles no dead letters");
      }
    }
  }
}
