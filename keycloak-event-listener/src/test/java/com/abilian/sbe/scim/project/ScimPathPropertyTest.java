package com.abilian.sbe.scim.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ScimPathPropertyTest {

  private static final String VALUE = "v";

  @Provide
  Arbitrary<ScimPath> paths() {
    Arbitrary<String> schema = Arbitraries.of("urn:a:x", "urn:a:x:y", "urn:b:2.0:User");
    Arbitrary<String> attribute = Arbitraries.of("title", "Title", "nick", "name", "a-b", "$ref");
    Arbitrary<String> filter = Arbitraries.of("type", "kind");
    Arbitrary<String> filterValue = Arbitraries.of("work", "Work", "a.b", "[", "é");
    Arbitrary<String> sub = Arbitraries.of("value", "display", "Value");
    return Combinators.combine(
            schema.injectNull(0.5),
            attribute,
            filter.injectNull(0.5),
            filterValue,
            sub.injectNull(0.5))
        .as(ScimPathPropertyTest::path);
  }

  private static ScimPath path(
      String schema, String attribute, String filter, String filterValue, String sub) {
    return filter == null
        ? new ScimPath(schema, attribute, null, null, sub)
        : new ScimPath(schema, attribute, filter, filterValue, sub == null ? "value" : sub);
  }

  private static Map<String, Object> written(ScimPath path, String value) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("schemas", new ArrayList<Object>(List.of(ScimPath.CORE_USER)));
    path.write(document, List.of(value));
    return document;
  }

  @Property
  void whatIsWrittenIsReadAsTheSame(@ForAll("paths") ScimPath path) {
    assertEquals(path, ScimPath.parse(path.toString()));
  }

  @Property
  void anotherSpellingIsTheSamePlaceAndTheSamePath(@ForAll("paths") ScimPath path) {
    ScimPath upper =
        path(
            path.schema() == null ? null : path.schema().toUpperCase(Locale.ROOT),
            path.attribute().toUpperCase(Locale.ROOT),
            path.filterName() == null ? null : path.filterName().toUpperCase(Locale.ROOT),
            path.filterValue(),
            path.sub() == null ? null : path.sub().toUpperCase(Locale.ROOT));
    assertEquals(path.folded(), upper.folded());
    assertEquals(path.place(), upper.place());
    assertEquals(path.folded(), path.folded().folded());
  }

  @Property
  void differentPathsMakeDifferentDocuments(
      @ForAll("paths") ScimPath one, @ForAll("paths") ScimPath other) {
    if (one.equals(other)) {
      assertEquals(written(one, VALUE), written(other, VALUE));
    } else {
      assertNotEquals(written(one, VALUE), written(other, VALUE));
    }
  }

  @Property
  void secondValueAtAPathReplacesTheFirstOrStandsBesideIt(@ForAll("paths") ScimPath path) {
    Map<String, Object> document = written(path, "old");
    path.write(document, List.of("new"));
    if (path.shape() == ScimPath.Shape.MULTI_VALUED) {
      Map<String, Object> both = written(path, "old");
      path.write(both, List.of("new"));
      assertEquals(both, document);
      assertNotEquals(written(path, "new"), document);
    } else {
      assertEquals(written(path, "new"), document);
    }
  }
}
