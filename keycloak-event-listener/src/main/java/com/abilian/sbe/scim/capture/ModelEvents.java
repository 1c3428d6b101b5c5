package com.abilian.sbe.scim.capture;

import com.abilian.sbe.scim.mark.MarkRecorder;
import java.util.List;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderEvent;
import org.keycloak.provider.ProviderEventListener;

/**
 * Groups, memberships, removals and imports: model events are more exact about these than admin
 * events. An exception thrown here reaches the caller and would break logins; only a mark that
 * cannot be written may do that.
 */
public final class ModelEvents implements ProviderEventListener {

  /** What is sent of groups and people, and beside that, which roles people have. */
  private final List<EventReader> readers = List.of(new EventReader(), EventReader.ofRoles());

  private final MarkRecorder recorder;

  public ModelEvents(MarkRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void onEvent(ProviderEvent event) {
    if (event instanceof RealmModel.RealmRemovedEvent removed) {
      recorder.realmRemoved(removed.getKeycloakSession(), removed.getRealm().getId());
      return;
    }
    readers.forEach(reader -> reader.read(event).ifPresent(this::record));
  }

  private void record(ModelChange seen) {
    if (seen.realmId() == null) {
      recorder.recordGroup(seen.session(), seen.change().resourceId(), seen.change());
    } else {
      recorder.record(seen.session(), seen.realmId(), seen.change());
    }
  }
}
