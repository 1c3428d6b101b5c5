package com.abilian.sbe.scim.deliver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Work that is under way, several at a time. */
record Sending<R>(List<Future<R>> calls) {

  /**
   * @param work throws nothing
   */
  static <T, R> Sending<R> begin(ExecutorService threads, List<T> some, Function<T, R> work) {
    List<Future<R>> calls = new ArrayList<>();
    some.forEach(one -> calls.add(threads.submit(() -> work.apply(one))));
    return new Sending<>(calls);
  }

  /** Waits until the last has ended; what each came to, in their order. */
  List<R> end() {
    try {
      List<R> results = new ArrayList<>();
      for (Future<R> call : calls) {
        results.add(call.get());
      }
      return results;
    } catch (InterruptedException | ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
