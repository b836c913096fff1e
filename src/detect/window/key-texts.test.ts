import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTexts } from './key-texts.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 250, maxLength: 260, size: 'max' }),
);

test('gives back every text, and tells it from every other', () => {
  const actions = fc.array(fc.record({ text, isRelease: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(actions, (steps) => {
      let keeper = new KeyTexts();
      let kept: { reference: number; text: string }[] = [];
      for (const step of steps) {
        const [first] = kept;
        if (step.isRelease && first !== undefined) {
          keeper.release(first.reference);
          kept = kept.slice(1);
        } else kept.push({ reference: keeper.add(step.text), text: step.text });
      }
      const another = new KeyTexts();
      kept = kept.map(({ reference, text: own }) => ({
        reference: keeper.moveTo(another, reference),
        text: own,
      }));
      keeper = another;
      for (const { reference, text: own } of kept) {
        expect(keeper.textOf(reference)).toBe(own);
        for (const other of kept) expect(keeper.is(reference, other.text)).toBe(other.text === own);
      }
    }),
  );
});

test('is loose when more is dead than alive, and not before it is worth while', () => {
  const keeper = new KeyTexts();
  const references = Array.from({ length: 1_000 }, (_, at) => keeper.add(`text ${at}`));
  for (const reference of references.slice(0, 480)) keeper.release(reference);
  expect(keeper.isLoose).toBe(false);
  for (const reference of references.slice(480, 700)) keeper.release(reference);
  expect(keeper.isLoose).toBe(true);
});
