package io.holdpoint.standin;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. A shutdown hook could not keep the exit code 0 and knows no
 * SIGHUP; the JDK's own door is reached by reflection, because the compiler warns of its name.
 */
final class Signals {
  private Signals() {}

  /** Each signal of that name runs {@code action} on a thread of its own. */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK lets nobody handle SIG" + name, e);
    }
  }
}
