/**
 * What the tests share: one PostgreSQL per run, a database per class, a running service, clients.
 * Nothing here sleeps: everything waits for a signal or an answer.
 */
@NullMarked
package io.holdpoint.testkit;

import org.jspecify.annotations.NullMarked;
