/** Work that may be left off at each `yield` and taken up again later: whoever runs it says when. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all the steps at once. */
export function inOneGo<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
