package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossCauseTest {

  @Test
  void eventAboutOneResourceAsksForWhatItLeadsTo() {
    assertEquals(LossCause.ASKED, LossCause.of("ADMIN_UPDATE", false));
    assertEquals(LossCause.ASKED, LossCause.of("LEAVE", false));
  }

  @Test
  void partOfAFullSyncAsksForNothing() {
    assertEquals(LossCause.FULL_SYNC, LossCause.of("STARTED", true));
    assertEquals(LossCause.FULL_SYNC, LossCause.of("RECONCILED", true));
  }

  @Test
  void causeThatNamesALossIsThatOne() {
    for (LossCause cause : LossCause.values()) {
      assertEquals(cause, LossCause.of(cause.name(), false));
      assertEquals(cause, LossCause.of(cause.name(), true));
      assertTrue(cause.name().length() <= 32, "a mark's cause has 32 characters");
    }
  }

  @Test
  void onlyOneIsAskedFor() {
    assertEquals(
        List.of(LossCause.ASKED),
        Arrays.stream(LossCause.values()).filter(LossCause::isAskedFor).toList());
  }
}
