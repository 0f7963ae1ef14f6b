package io.holdpoint.bus;

import io.holdpoint.task.Answer;
import io.holdpoint.task.Command;
import io.holdpoint.task.Outcome;
import io.holdpoint.task.Query;
import io.holdpoint.task.StreamEnd;
import io.holdpoint.task.StreamEntry;
import io.holdpoint.task.TaskEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed ask, serve and publish over the Vert.x event bus.
 *
 * <p>A consumer in another verticle has two ways. {@code bus.onEvent(event -> …)} is told at once
 * of what was committed, as long as no message is lost. {@code bus.follow(…)} misses nothing: it
 * reads the account's stream from the database, and messages only make it quicker.
 */
public final class TaskBus {
  private static final Logger log = LoggerFactory.getLogger(TaskBus.class);

  /** Where this node's bus has all nodes' events, for consumers that use it directly. */
  public static final String EVENTS = "holdpoint.events";

  /** The manager keeps the deadline itself; this is for when its word does not come. */
  private static final Duration MARGIN = Duration.ofMillis(100);

  /** Where it is told that streams have grown. */
  public static final String STREAM_ENDS = "holdpoint.stream-ends";

  /** Where members of the cluster that are no nodes read streams. */
  static final String STREAMS = "holdpoint.streams";

  static final String COMMANDS = "holdpoint.commands";
  static final String QUERIES = "holdpoint.queries";

  private static final int UNAVAILABLE = 503;
  private static final DeliveryOptions BATCH_DELIVERY = new DeliveryOptions().setSendTimeout(2_000);

  private final Vertx vertx;
  private final EventBus bus;
  private final DeliveryOptions commandDelivery;
  private final DeliveryOptions queryDelivery;
  private final DeliveryOptions replyDelivery = new DeliveryOptions().setCodecName("outcome");
  private final DeliveryOptions answerDelivery = new DeliveryOptions().setCodecName("answer");
  private final DeliveryOptions eventDelivery =
      new DeliveryOptions().setLocalOnly(true).setCodecName("task-event");
  private volatile Consumer<TaskEvent> others = event -> {};

  /**
   * Registers the codecs; once per Vert.x instance.
   *
   * @param deadline how long a command may take; a reply that is later counts as {@link
   *     Outcome.Kind#UNAVAILABLE}
   */
  public TaskBus(Vertx vertx, Duration deadline) {
    this.vertx = vertx;
    bus = vertx.eventBus();
    bus.registerCodec(new LocalCodec<Command>("command"));
    bus.registerCodec(new LocalCodec<Outcome>("outcome"));
    bus.registerCodec(new LocalCodec<Query>("query"));
    bus.registerCodec(new LocalCodec<Answer>("answer"));
    bus.registerCodec(new LocalCodec<TaskEvent>("task-event"));
    long timeoutMillis = deadline.plus(MARGIN).toMillis();
    commandDelivery = local("command", timeoutMillis);
    queryDelivery = local("query", timeoutMillis);
  }

  private static DeliveryOptions local(String codec, long timeoutMillis) {
    return new DeliveryOptions()
        .setLocalOnly(true)
        .setCodecName(codec)
        .setSendTimeout(timeoutMillis);
  }

  /** The outcome of {@code command}; never fails, a missing reply is {@code UNAVAILABLE}. */
  public Future<Outcome> ask(Command command) {
    return bus.<Outcome>request(COMMANDS, command, commandDelivery)
        .map(Message::body)
        .otherwise(Outcome.of(Outcome.Kind.UNAVAILABLE));
  }

  /** The answer to {@code query}; never fails, a missing reply is {@link Answer.Unavailable}. */
  public Future<Answer> ask(Query query) {
    return bus.<Answer>request(QUERIES, query, queryDelivery)
        .map(Message::body)
        .otherwise(new Answer.Unavailable());
  }

  /** Makes {@code handler} answer this node's commands, in the order of their arrival. */
  public Registration serveCommands(Function<Command, Future<Outcome>> handler) {
    return serve(COMMANDS, handler, replyDelivery, failure -> Outcome.of(Outcome.Kind.UNAVAILABLE));
  }

  /** Makes {@code handler} answer this node's queries. */
  public Registration serveQueries(Function<Query, Future<Answer>> handler) {
    return serve(QUERIES, handler, answerDelivery, failure -> new Answer.Unavailable());
  }

  private <Q, A> Registration serve(
      String address,
      Function<Q, Future<A>> handler,
      DeliveryOptions delivery,
      Function<Throwable, A> onFailure) {
    MessageConsumer<Q> consumer =
        bus.localConsumer(
            address,
            message ->
                Future.succeededFuture(message.body())
                    // Inside the chain, so that a handler that throws is answered too.
                    .compose(handler::apply)
                    .onComplete(
                        answer -> message.reply(answer, delivery),
                        failure -> message.reply(onFailure.apply(failure), delivery)));
    return consumer::unregister;
  }

  /**
   * Tells every consumer on this node, and on others by the {@link #relay}; logs a change of state.
   * After the commit only.
   */
  public void publish(TaskEvent event) {
    if (event.to() != null) {
      log.atInfo()
          .addKeyValue("instanceId", event.instanceId())
          .addKeyValue("taskId", event.taskId())
          .addKeyValue("requestId", event.requestId())
          .addKeyValue("principal", event.principal())
          .addKeyValue("sequence", event.sequence())
          .addKeyValue("epoch", event.epoch())
          .addKeyValue("state", event.to().text())
          .addKeyValue("inFlight", event.inFlight())
          .addKeyValue("reason", event.reason())
          .log("task " + event.kind().text());
    }
    tell(event);
    others.accept(event);
  }

  private void tell(TaskEvent event) {
    bus.publish(EVENTS, event, eventDelivery);
  }

  /**
   * From now on the other members of the cluster hear of this node's events, and this node of
   * theirs; each says its own only. What a member does not take in time it does not hear of.
   *
   * @param self this member
   * @param members the other ones, as far as this one knows; read often, must not block
   */
  public Registration relay(
      String self, Supplier<Set<String>> members, LongSupplier nanoTime, MeterRegistry registry) {
    Context context = vertx.getOrCreateContext();
    EventRelay relay =
        new EventRelay(
            members,
            this::send,
            task -> context.runOnContext(turn -> task.run()),
            nanoTime,
            registry);
    MessageConsumer<Buffer> consumer = bus.consumer(EventBatch.address(self), this::takeBatch);
    others = relay::send;
    return () -> {
      others = event -> {};
      relay.close();
      return consumer.unregister();
    };
  }

  private Future<Void> send(String member, Buffer batch) {
    return bus.request(EventBatch.address(member), batch, BATCH_DELIVERY).mapEmpty();
  }

  private void takeBatch(Message<Buffer> batch) {
    EventBatch.read(batch.body()).forEach(this::tell);
    batch.reply(null);
  }

  /** Calls {@code consumer} on its own context for each event published from now on. */
  public Registration onEvent(Consumer<TaskEvent> consumer) {
    MessageConsumer<TaskEvent> registered =
        bus.localConsumer(EVENTS, message -> consumer.accept(message.body()));
    return registered::unregister;
  }

  /**
   * Tells every follower on every member that a stream has grown; a hint, as all of these.
   * Published to each at once: there is one an account in a publisher's pass, not one an event.
   */
  public void announce(StreamEnd end) {
    bus.publish(STREAM_ENDS, StreamWire.end(end));
  }

  /** Calls {@code consumer} on its own context for each stream that has grown; a hint. */
  public Registration onStreamEnd(Consumer<StreamEnd> consumer) {
    return onStreamEnd(bus, consumer);
  }

  static Registration onStreamEnd(EventBus bus, Consumer<StreamEnd> consumer) {
    MessageConsumer<JsonObject> registered =
        bus.consumer(STREAM_ENDS, message -> consumer.accept(StreamWire.end(message.body())));
    return registered::unregister;
  }

  /**
   * Makes {@code handler} answer members of the cluster that read streams; one node answers each.
   */
  public Registration serveStreams(Function<Query, Future<Answer>> handler) {
    MessageConsumer<JsonObject> consumer =
        bus.consumer(
            STREAMS,
            message ->
                Future.succeededFuture(message.body())
                    .map(StreamWire::question)
                    .compose(handler::apply)
                    .onSuccess(answer -> reply(message, answer))
                    .onFailure(failure -> message.fail(UNAVAILABLE, failure.toString())));
    return consumer::unregister;
  }

  private static void reply(Message<JsonObject> message, Answer answer) {
    if (answer instanceof Answer.Streamed page) {
      message.reply(StreamWire.page(page));
    } else {
      message.fail(UNAVAILABLE, "the stream cannot be read now");
    }
  }

  /**
   * Hands {@code consumer} every entry of an account's stream behind a position, in order and each
   * at least once: the next comes when the future of the one before has succeeded, and one that
   * fails comes again. A consumer that keeps the position of what it has done goes on there after a
   * restart, on any node, and drops what it knows by position. Behind the end of the stream it
   * waits: after a restore from an older copy it has to begin at that copy's end.
   *
   * @param after 0 for everything from the beginning
   * @param pollInterval the longest wait when no hint comes
   */
  public Registration follow(
      String accountId,
      long after,
      Duration pollInterval,
      Function<StreamEntry, Future<Void>> consumer) {
    return new StreamFollower(
            vertx, this::ask, this::onStreamEnd, accountId, after, pollInterval, consumer)
        .start();
  }

  /** Something that listens until it is told to stop. */
  public interface Registration {
    Future<Void> stop();
  }
}
