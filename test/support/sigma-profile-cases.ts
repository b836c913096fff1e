import { describe, expect, test } from 'vitest';
import { compileYaml, decodeWith, sigmaRule } from './sigma-events.ts';

/** Events as producers write them, and items in Sigma's names that must and must not match them. */
export interface ProfileCase {
  readonly profile: string;
  readonly event: unknown;
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** Decodes each event as a source with that profile does, and tries the items on it. */
export function describeProfiles(cases: readonly ProfileCase[]): void {
  describe.each(cases)('the profile $profile', ({ profile, event, yes, no }) => {
    const matches = (item: string): boolean =>
      compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`), { source: { profile } })(
        decodeWith(profile, event).fields,
      );

    test.each(yes)('%s', (item) => {
      expect(matches(item)).toBe(true);
    });

    test.each(no)('not %s', (item) => {
      expect(matches(item)).toBe(false);
    });
  });
}
