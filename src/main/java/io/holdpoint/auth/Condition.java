package io.holdpoint.auth;

import java.time.Instant;
import java.util.List;

/**
 * One line of a statement's conditions: an operator, a key and its values. A plain operator holds
 * when one of the values fits, a negated one when none does.
 */
sealed interface Condition {
  boolean holds(AccessRequest request);

  /** {@code IpAddress} and {@code NotIpAddress} on {@code acs:SourceIp}. */
  record SourceIp(boolean negated, List<IpNetwork> networks) implements Condition {
    @Override
    public boolean holds(AccessRequest request) {
      for (int i = 0; i < networks.size(); i++) {
        if (networks.get(i).contains(request.source())) {
          return !negated;
        }
      }
      return negated;
    }
  }

  /** {@code Bool} on {@code acs:SecureTransport}. */
  record SecureTransport(boolean holdsWhenSecure, boolean holdsWhenPlain) implements Condition {
    @Override
    public boolean holds(AccessRequest request) {
      return request.secure() ? holdsWhenSecure : holdsWhenPlain;
    }
  }

  /** The Date operators on {@code acs:CurrentTime}. */
  record CurrentTime(DateOperator operator, List<Instant> moments) implements Condition {
    @Override
    public boolean holds(AccessRequest request) {
      for (int i = 0; i < moments.size(); i++) {
        if (operator.fits(request.now().compareTo(moments.get(i)))) {
          return operator != DateOperator.NOT_EQUALS;
        }
      }
      return operator == DateOperator.NOT_EQUALS;
    }
  }
}
