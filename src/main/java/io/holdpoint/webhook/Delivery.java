package io.holdpoint.webhook;

import io.holdpoint.bus.TaskBus;
import io.holdpoint.config.AllowedHosts;
import io.holdpoint.secret.SecretException;
import io.holdpoint.store.DeliveryStore;
import io.holdpoint.store.DeliveryStore.Claim;
import io.holdpoint.task.Answer;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One webhook for as long as this node has it: a few dead letters that somebody asked for, then a
 * page of the stream, one request at a time. Then it is given back, so that all get their turn.
 */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int PAGE = 100;
  private static final int LETTERS = 10;
  private static final Duration REFUSED_PAUSE = Duration.ofMinutes(1);

  private final Claim claim;
  private final Outfit outfit;
  private final Promise<Void> cut = Promise.promise();
  private final Promise<Void> over = Promise.promise();
  private String secret = "";
  private final long begunNanos;
  private long heldNanos;
  private long position;
  private boolean ending;
  private boolean more;

  /**
   * What all deliveries of a node share.
   *
   * @param safeNanos a request may begin so long after the lease was renewed, and after the claim
   */
  record Outfit(
      DeliveryStore store,
      TaskBus bus,
      Sender sender,
      AllowedHosts hosts,
      DeliveryMetrics metrics,
      long safeNanos,
      LongSupplier nanoTime) {}

  /** Whether to go on after a step. */
  private enum Next {
    GO_ON,
    /** Nothing further now, but the webhook is still here. */
    STOP,
    /** The webhook is with nobody, or somebody else. */
    GONE
  }

  /**
   * @param claimedNanos when the claim was sent
   */
  Delivery(Claim claim, long claimedNanos, Outfit outfit) {
    this.claim = claim;
    this.outfit = outfit;
    begunNanos = claimedNanos;
    heldNanos = claimedNanos;
    position = claim.position();
  }

  Claim claim() {
    return claim;
  }

  /** Whether there may be more to send than this one took. */
  boolean more() {
    return more;
  }

  /** The stream has grown meanwhile. */
  void hint() {
    more = true;
  }

  /** Sends nothing further; what is under way goes on. */
  void end() {
    ending = true;
  }

  /** Breaks off what is under way. */
  void cut() {
    ending = true;
    cut.tryComplete();
  }

  /** Completes when the webhook is given back or lost; never fails. */
  Future<Void> over() {
    return over.future();
  }

  void run() {
    begin()
        .compose(next -> next == Next.GONE ? Future.succeededFuture(next) : letters())
        .compose(next -> next == Next.GONE ? Future.succeededFuture(next) : page())
        .compose(next -> next == Next.GONE ? Future.succeededFuture() : giveBack())
        .onFailure(failure -> about().log("a webhook was let go, its lease runs out: " + failure))
        .onComplete(ended -> over.complete());
  }

  private Future<Next> begin() {
    if (outfit.hosts().judge(claim.url()) != AllowedHosts.Verdict.ALLOWED) {
      return postpone("its host is not allowed; see HOLDPOINT_WEBHOOK_ALLOWED_HOSTS");
    }
    try {
      secret = outfit.store().secret(claim);
      return Future.succeededFuture(Next.GO_ON);
    } catch (SecretException shut) {
      return postpone("its secret cannot be opened: " + shut.getMessage());
    }
  }

  private Future<Next> postpone(String why) {
    outfit.metrics().postponed();
    about().log("a webhook was not tried, " + why);
    return outfit
        .store()
        .postpone(claim, Receipt.failed(why).error(), REFUSED_PAUSE)
        .map(Next.GONE);
  }

  /** Stops at the first that fails, so that they hold the stream up by no more than one. */
  private Future<Next> letters() {
    return outfit
        .store()
        .asked(claim, LETTERS)
        .compose(
            letters -> {
              more |= letters.size() == LETTERS;
              return each(letters, this::redeliver);
            })
        .map(next -> next == Next.STOP ? Next.GO_ON : next);
  }

  private Future<Next> page() {
    return outfit
        .bus()
        .ask(new Query.ReadStream(claim.accountId(), position, PAGE))
        .compose(
            answer -> {
              if (!(answer instanceof Answer.Streamed page)) {
                return Future.succeededFuture(Next.STOP);
              }
              more |= page.entries().size() == PAGE;
              return each(page.entries(), this::deliver);
            });
  }

  private static Future<Next> each(
      List<StreamEntry> entries, Function<StreamEntry, Future<Next>> step) {
    Future<Next> last = Future.succeededFuture(Next.GO_ON);
    for (StreamEntry entry : entries) {
      last =
          last.compose(
              next -> next == Next.GO_ON ? step.apply(entry) : Future.succeededFuture(next));
    }
    return last;
  }

  private Future<Next> deliver(StreamEntry entry) {
    if (!claim.filter().wants(entry.event())) {
      position = entry.position();
      return Future.succeededFuture(Next.GO_ON);
    }
    return attempt(
        entry,
        receipt ->
            switch (receipt.kind()) {
              case TAKEN ->
                  held(() -> outfit.store().advance(claim, entry.position()))
                      .onSuccess(next -> position = entry.position());
              case FAILED, GONE -> failed(entry, receipt);
              case CUT -> Future.succeededFuture(Next.STOP);
            });
  }

  private Future<Next> redeliver(StreamEntry entry) {
    return attempt(
        entry,
        receipt ->
            switch (receipt.kind()) {
              case TAKEN -> held(() -> outfit.store().redelivered(claim, entry.position()));
              case FAILED, GONE -> notRedelivered(entry, receipt);
              case CUT -> Future.succeededFuture(Next.STOP);
            });
  }

  private Future<Next> attempt(StreamEntry entry, Function<Receipt, Future<Next>> then) {
    if (ending) {
      return Future.succeededFuture(Next.STOP);
    }
    if (outfit.nanoTime().getAsLong() - begunNanos > outfit.safeNanos()) {
      // Who is slow takes turns too: its place is wanted by others.
      more = true;
      return Future.succeededFuture(Next.STOP);
    }
    if (outfit.nanoTime().getAsLong() - heldNanos > outfit.safeNanos()) {
      // The request could outlive the lease, and another node send the same meanwhile.
      outfit.metrics().lost();
      about().log("a webhook was let go, its lease was not renewed in time");
      return Future.succeededFuture(Next.STOP);
    }
    return outfit
        .sender()
        .send(claim.url(), secret, Message.of(claim.webhookId(), entry), cut.future())
        .compose(
            receipt -> {
              outfit.metrics().attempted(receipt.kind());
              return then.apply(receipt);
            });
  }

  /** Runs what renews the lease. */
  private Future<Next> held(Supplier<Future<Boolean>> renewal) {
    long sent = outfit.nanoTime().getAsLong();
    return renewal
        .get()
        .map(
            renewed -> {
              if (renewed) {
                heldNanos = sent;
                return Next.GO_ON;
              }
              outfit.metrics().lost();
              return Next.GONE;
            });
  }

  private Future<Next> failed(StreamEntry entry, Receipt receipt) {
    boolean gone = receipt.kind() == Receipt.Kind.GONE;
    return outfit
        .store()
        .fail(claim, entry.position(), receipt.error(), gone)
        .map(
            recorded -> {
              recorded.ifPresentOrElse(
                  failed -> {
                    if (failed.attempts() == 0) {
                      outfit.metrics().deadLetter();
                      more = true;
                    }
                    if (failed.paused() != null) {
                      outfit.metrics().paused();
                      more = false;
                    }
                    about()
                        .addKeyValue("failedPosition", entry.position())
                        .addKeyValue("attempts", failed.attempts())
                        .addKeyValue(
                            "paused", failed.paused() == null ? "no" : failed.paused().text())
                        .log(
                            (failed.attempts() == 0
                                    ? "an event is a dead letter: "
                                    : "an event was not delivered: ")
                                + receipt.summary());
                  },
                  outfit.metrics()::lost);
              return Next.GONE;
            });
  }

  private Future<Next> notRedelivered(StreamEntry entry, Receipt receipt) {
    boolean gone = receipt.kind() == Receipt.Kind.GONE;
    about()
        .addKeyValue("failedPosition", entry.position())
        .log("a dead letter was not delivered: " + receipt.summary());
    if (gone) {
      outfit.metrics().paused();
    }
    return held(() -> outfit.store().notRedelivered(claim, entry.position(), receipt.error(), gone))
        .map(next -> gone || next == Next.GONE ? Next.GONE : Next.STOP);
  }

  private Future<Void> giveBack() {
    return outfit
        .store()
        .giveBack(claim, position)
        .onSuccess(
            held -> {
              if (!held) {
                outfit.metrics().lost();
              }
            })
        .mapEmpty();
  }

  private LoggingEventBuilder about() {
    return log.atInfo()
        .addKeyValue("account", claim.accountId())
        .addKeyValue("webhook", claim.name())
        .addKeyValue("position", position);
  }
}
