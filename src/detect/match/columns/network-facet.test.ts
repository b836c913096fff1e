import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AtomSets } from '../../sigma/index/signature-memo.ts';
import { createNetworkSet, type IpNetwork, parseNetwork } from '../ip-network.ts';
import { codeOf } from './facet.ts';
import { NetworkFacet } from './network-facet.ts';

const octet = fc.constantFrom(0, 1, 10, 127, 128, 255);
const v4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const v6 = fc.tuple(octet, octet, octet).map(([a, b, c]) => `2001:${a.toString(16)}:${b}::${c.toString(16)}`);
const address = fc.oneof(
  v4,
  v6,
  v4.map((text) => `::ffff:${text}`),
  fc.constantFrom('', 'x', '1.2.3', '01.2.3.4'),
);
const network = fc
  .oneof(fc.tuple(v4, fc.nat(32)), fc.tuple(v6, fc.nat(128)))
  .map(([text, bits]) => parseNetwork(`${text}/${bits}`))
  .filter((parsed) => parsed !== undefined);

test('says of each set of networks what the set itself says', () => {
  let covered = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(network, { maxLength: 3 }), { maxLength: 6 }),
      fc.array(address, { minLength: 1, maxLength: 4 }),
      (sets: readonly (readonly IpNetwork[])[], texts) => {
        const facet = new NetworkFacet(new AtomSets());
        for (const [atom, networks] of sets.entries()) facet.add(networks, atom);
        for (const text of [...texts, ...texts]) {
          const holding = sets.flatMap((set, atom) =>
            createNetworkSet(set).has(text) ? [codeOf(atom, 'surely')] : [],
          );
          expect([...facet.find(text).atoms].sort((a, b) => a - b)).toEqual(holding);
          covered += holding.length;
        }
      },
    ),
    { numRuns: 2_000 },
  );
  expect(covered).toBeGreaterThan(1_000);
});
