package io.holdpoint.cluster;

import java.util.ArrayList;
import java.util.List;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachemanagerlistener.annotation.Merged;
import org.infinispan.notifications.cachemanagerlistener.annotation.ViewChanged;
import org.infinispan.notifications.cachemanagerlistener.event.ViewChangedEvent;
import org.infinispan.remoting.transport.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who has come and gone; the libraries would say much more, and call a lost member an error.
 */
@Listener
public final class MemberLog {
  private static final Logger log = LoggerFactory.getLogger(MemberLog.class);

  @ViewChanged
  @Merged
  public void changed(ViewChangedEvent event) {
    log.atInfo()
        .addKeyValue("members", event.getNewMembers().size())
        .addKeyValue("joined", without(event.getNewMembers(), event.getOldMembers()))
        .addKeyValue("left", without(event.getOldMembers(), event.getNewMembers()))
        .log("the cluster's members have changed");
  }

  private static List<Address> without(List<Address> all, List<Address> known) {
    List<Address> rest = new ArrayList<>(all);
    rest.removeAll(known);
    return rest;
  }
}
