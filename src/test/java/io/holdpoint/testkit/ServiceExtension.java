package io.holdpoint.testkit;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the service that {@link RunningService} asks for; ends it with the class. */
final class ServiceExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ServiceExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    Map<String, String> environment = new HashMap<>();
    RunningService asked = context.getRequiredTestClass().getAnnotation(RunningService.class);
    for (String entry : asked.value()) {
      int equals = entry.indexOf('=');
      environment.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    ServiceFixture fixture =
        ServiceFixture.start(DatabaseExtension.of(context).runtimeUri(), environment);
    context.getStore(NAMESPACE).put("fixture", fixture);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ServiceFixture.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(NAMESPACE).get("fixture", ServiceFixture.class);
  }
}
